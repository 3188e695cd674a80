-- Designations so far were marked ones of a demo, or written by hand: those get the paper they name.
ALTER TABLE designation RENAME COLUMN document TO document_number;
ALTER TABLE designation RENAME COLUMN day TO document_date;
ALTER TABLE designation
    ADD COLUMN channel VARCHAR DEFAULT 'online' NOT NULL,
    ADD COLUMN from_day DATE,
    ADD COLUMN until_day DATE,
    ADD COLUMN paper_id UUID,
    ADD COLUMN recorded_by VARCHAR DEFAULT 'operator' NOT NULL,
    ADD COLUMN confirmed_by VARCHAR,
    ADD COLUMN transcribed_by VARCHAR,
    ADD COLUMN recorded_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL;
UPDATE designation SET from_day = document_date;
ALTER TABLE designation ALTER COLUMN from_day SET NOT NULL;
ALTER TABLE designation ALTER COLUMN recorded_by DROP DEFAULT;

INSERT INTO paper (id, jurisdiction_id, issuer, number, number_key, day, entered_by, doubled)
SELECT gen_random_uuid(), d.jurisdiction_id, 'state', d.document_number,
       regexp_replace(lower(normalize(d.document_number, NFKC)), '\s', '', 'g'), d.document_date,
       'operator', true
  FROM (SELECT DISTINCT jurisdiction_id, document_number, document_date
          FROM designation WHERE NOT demo) d
 WHERE NOT EXISTS (
       SELECT FROM paper p
        WHERE p.jurisdiction_id = d.jurisdiction_id AND p.issuer = 'state'
          AND p.number = d.document_number AND p.day = d.document_date);
-- Where one number was written with two days, or in two ways, both papers stay, and say so.
UPDATE paper p SET doubled = false
 WHERE p.doubled AND p.issuer = 'state'
   AND NOT EXISTS (
       SELECT FROM paper o
        WHERE o.id <> p.id AND o.jurisdiction_id = p.jurisdiction_id
          AND o.issuer = p.issuer AND o.number_key = p.number_key);
UPDATE designation d SET paper_id = p.id
  FROM paper p
 WHERE NOT d.demo AND p.jurisdiction_id = d.jurisdiction_id AND p.issuer = 'state'
   AND p.number = d.document_number AND p.day = d.document_date;
ALTER TABLE designation
    ADD CONSTRAINT fk_designation_paper_id_document_number_document_date_paper
        FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day),
    ADD CONSTRAINT ck_designation_rests_on_a_paper CHECK (demo or paper_id is not null),
    ADD CONSTRAINT ck_designation_period CHECK (until_day is null or from_day <= until_day);
CREATE INDEX ix_designation_paper_id ON designation (paper_id);

CREATE TABLE designation_revoked (
    designation_id UUID NOT NULL,
    from_day DATE NOT NULL,
    reason VARCHAR NOT NULL,
    paper_id UUID NOT NULL,
    document_number VARCHAR NOT NULL,
    document_date DATE NOT NULL,
    revoked_by VARCHAR NOT NULL,
    confirmed_by VARCHAR NOT NULL,
    transcribed_by VARCHAR,
    revoked_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_designation_revoked PRIMARY KEY (designation_id),
    CONSTRAINT fk_designation_revoked_designation_id_designation
        FOREIGN KEY(designation_id) REFERENCES designation (id),
    CONSTRAINT fk_designation_revoked_paper_id_document_number_documen_007d
        FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day)
);
CREATE INDEX ix_designation_revoked_paper_id ON designation_revoked (paper_id);

-- None of a petition that is older: it goes on as its channels say, until a designation changes.
ALTER TABLE petition ADD COLUMN online_days JSONB;
