-- What is over is found by when it was over.
CREATE INDEX ix_outbox_message_done ON outbox_message (done_at) WHERE done_at is not null;
CREATE INDEX ix_idempotency_key_expires_at ON idempotency_key (expires_at);

-- The entries of one measure, in the order of the tree.
ALTER TABLE record_place ADD COLUMN measure_id UUID;
UPDATE record_place p SET measure_id = e.measure_id
  FROM record_entry e WHERE e.id = p.entry_id AND e.measure_id is not null;
CREATE INDEX ix_record_place_measure_id ON record_place (measure_id, index)
    WHERE measure_id is not null;

-- That an entry is of somebody, in a district, on a roll that is begun and does not stand yet, is
-- looked up once a statement. Rolls, people and districts are never deleted.
CREATE TABLE roll_draft (
    roll_id UUID NOT NULL,
    CONSTRAINT pk_roll_draft PRIMARY KEY (roll_id),
    CONSTRAINT fk_roll_draft_roll_id_roll FOREIGN KEY(roll_id) REFERENCES roll (id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO roll_draft (roll_id) SELECT id FROM roll;
ALTER TABLE roll_entry DROP CONSTRAINT fk_roll_entry_roll_id_roll;
ALTER TABLE roll_entry DROP CONSTRAINT fk_roll_entry_person_id_person;
ALTER TABLE roll_entry DROP CONSTRAINT fk_roll_entry_district_id_district;
-- Each is found by its key, whatever is known of tables that grow: plans are kept with a connection.
CREATE FUNCTION roll_entry_of_draft() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
begin
    if exists (select from (select distinct roll_id from added) as a
                where not exists (select from roll_draft d where d.roll_id = a.roll_id)) then
        raise foreign_key_violation using
            message = 'an entry is of a roll that was not begun',
            constraint = 'fk_roll_entry_roll_id_roll', table = 'roll_entry';
    elsif exists (select from (select distinct roll_id from added) as a
                    join roll r on r.id = a.roll_id) then
        raise integrity_constraint_violation using
            message = 'a roll that stands takes no more entries',
            constraint = 'roll_stands', table = 'roll_entry';
    elsif exists (select from (select distinct district_id from added) as a
                   where not exists (select from district d where d.id = a.district_id)) then
        raise foreign_key_violation using
            message = 'an entry is in a district that is not there',
            constraint = 'fk_roll_entry_district_id_district', table = 'roll_entry';
    elsif exists (select from added as a
                   where not exists (select from person p where p.id = a.person_id)) then
        raise foreign_key_violation using
            message = 'an entry is of a person who is not there',
            constraint = 'fk_roll_entry_person_id_person', table = 'roll_entry';
    end if;
    return null;
end
$$;
CREATE TRIGGER roll_entry_of_draft AFTER INSERT ON roll_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION roll_entry_of_draft();

-- Files of sheets on their way onto a petition.
CREATE TABLE sheet_intake (
    id UUID NOT NULL,
    petition_id UUID NOT NULL,
    origin VARCHAR NOT NULL,
    received_on DATE NOT NULL,
    minimum_age INTEGER NOT NULL,
    asked_by UUID NOT NULL,
    stage VARCHAR DEFAULT 'receiving' NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    touched_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    key_id UUID NOT NULL,
    file_size BIGINT DEFAULT 0 NOT NULL,
    encoding VARCHAR DEFAULT '' NOT NULL,
    batch_id UUID NOT NULL,
    lines INTEGER,
    made INTEGER DEFAULT 0 NOT NULL,
    digest BYTEA,
    refusal VARCHAR,
    facts JSONB,
    cleared BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_sheet_intake PRIMARY KEY (id),
    CONSTRAINT ck_sheet_intake_stage CHECK (stage in ('receiving', 'reading', 'entering', 'done', 'refused', 'given_up')),
    CONSTRAINT fk_sheet_intake_petition_id_petition FOREIGN KEY(petition_id) REFERENCES petition (id),
    CONSTRAINT fk_sheet_intake_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);
CREATE INDEX ix_sheet_intake_petition_id ON sheet_intake (petition_id, opened_at);
CREATE INDEX ix_sheet_intake_open ON sheet_intake (touched_at) WHERE not cleared;

CREATE TABLE sheet_intake_piece (
    intake_id UUID NOT NULL,
    number INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT pk_sheet_intake_piece PRIMARY KEY (intake_id, number),
    CONSTRAINT fk_sheet_intake_piece_intake_id_sheet_intake FOREIGN KEY(intake_id) REFERENCES sheet_intake (id)
);
CREATE TABLE sheet_intake_rows (
    intake_id UUID NOT NULL,
    first INTEGER NOT NULL,
    ids BYTEA NOT NULL,
    commitments BYTEA NOT NULL,
    rows BYTEA NOT NULL,
    CONSTRAINT pk_sheet_intake_rows PRIMARY KEY (intake_id, first),
    CONSTRAINT fk_sheet_intake_rows_intake_id_sheet_intake FOREIGN KEY(intake_id) REFERENCES sheet_intake (id)
);
-- Most of it is hashes and what is sealed: it does not get smaller, and is read whole.
ALTER TABLE sheet_intake_rows ALTER COLUMN rows SET STORAGE EXTERNAL;
