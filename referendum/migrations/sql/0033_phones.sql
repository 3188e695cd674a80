CREATE TABLE phone_change (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    version INTEGER NOT NULL,
    replaced BOOLEAN NOT NULL,
    phone_index BYTEA NOT NULL,
    former BYTEA[] NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    told_at TIMESTAMP WITH TIME ZONE,
    objected_at TIMESTAMP WITH TIME ZONE,
    objected_by VARCHAR,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_by VARCHAR,
    outcome VARCHAR,
    CONSTRAINT pk_phone_change PRIMARY KEY (id),
    CONSTRAINT uq_phone_change_version UNIQUE (person_id, version),
    CONSTRAINT ck_phone_change_outcome CHECK (outcome in ('serves', 'refused')),
    CONSTRAINT ck_phone_change_objection CHECK ((objected_at is null) = (objected_by is null)),
    CONSTRAINT ck_phone_change_settled CHECK ((settled_at is null) = (outcome is null) and (settled_at is null) = (settled_by is null) and (settled_at is null or objected_at is not null)),
    CONSTRAINT fk_phone_change_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);

-- What earlier versions changed counts as well: a change of yesterday rests for its days. Nobody was
-- told of it then; whoever held the number before can still object.
INSERT INTO phone_change (id, person_id, version, replaced, phone_index, former, changed_at, told_at)
SELECT DISTINCT ON (r.person_id, r.version_from)
       gen_random_uuid(), r.person_id, r.version_from,
       exists (SELECT FROM residence b
                WHERE b.person_id = r.person_id AND b.phone_index is not null
                  AND b.version_from < r.version_from
                  AND (b.version_to is null OR b.version_to >= r.version_from)),
       r.phone_index,
       array(SELECT b.phone_index FROM residence b
              WHERE b.person_id = r.person_id AND b.version_from < r.version_from
                AND b.phone_index <> r.phone_index
              ORDER BY b.version_from DESC, b.registered_from DESC LIMIT 1),
       v.imported_at, v.imported_at
  FROM residence r
  JOIN person p ON p.id = r.person_id
  JOIN register_version v ON v.jurisdiction_id = p.jurisdiction_id AND v.number = r.version_from
 WHERE r.phone_index is not null AND r.version_from > 1
   AND NOT exists (SELECT FROM residence b
                    WHERE b.person_id = r.person_id AND b.phone_index = r.phone_index
                      AND b.version_from < r.version_from
                      AND (b.version_to is null OR b.version_to >= r.version_from))
 ORDER BY r.person_id, r.version_from, r.registered_from DESC;

CREATE INDEX ix_phone_change_former ON phone_change USING gin (former);
CREATE INDEX ix_phone_change_untold ON phone_change (version) WHERE told_at is null;
CREATE INDEX ix_phone_change_disputed ON phone_change (objected_at)
    WHERE objected_at is not null and settled_at is null;

-- How many a version brought, told with it from now on.
ALTER TABLE register_version ADD COLUMN phones_replaced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE register_version ADD COLUMN phones_first INTEGER NOT NULL DEFAULT 0;
UPDATE register_version v SET phones_replaced = n.replaced, phones_first = n.first
  FROM (SELECT p.jurisdiction_id, c.version, count(*) FILTER (WHERE c.replaced) AS replaced,
               count(*) FILTER (WHERE NOT c.replaced) AS first
          FROM phone_change c JOIN person p ON p.id = c.person_id GROUP BY 1, 2) n
 WHERE n.jurisdiction_id = v.jurisdiction_id AND n.version = v.number;

ALTER TABLE register_intake ADD COLUMN phones_replaced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE register_intake ADD COLUMN phones_first INTEGER NOT NULL DEFAULT 0;
ALTER TABLE register_intake_line ADD COLUMN phone_replaced BOOLEAN;
