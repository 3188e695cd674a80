-- Files on their way: what each is said to be, what it changes, and who confirmed it.
ALTER TABLE register_intake
    ADD COLUMN mode VARCHAR DEFAULT 'whole' NOT NULL,
    ADD COLUMN meanings JSONB,
    ADD COLUMN words BYTEA,
    ADD COLUMN unexplained INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN weights JSONB,
    ADD COLUMN effects JSONB,
    ADD COLUMN preview VARCHAR,
    ADD COLUMN seconded_by VARCHAR,
    DROP CONSTRAINT ck_register_intake_stage,
    ADD CONSTRAINT ck_register_intake_stage CHECK (
        stage in ('receiving', 'reading', 'waiting', 'seconding', 'publishing', 'done', 'refused', 'given_up')
    ),
    ADD CONSTRAINT ck_register_intake_mode CHECK (mode in ('whole', 'changes')),
    ADD CONSTRAINT ck_register_intake_two_registrars CHECK (
        seconded_by is null or seconded_by <> confirmed_by
    );

-- Of the versions so far nothing more is known: each was a whole file, confirmed by one.
ALTER TABLE register_version
    ADD COLUMN seconded_by VARCHAR,
    ADD COLUMN mode VARCHAR DEFAULT 'whole' NOT NULL,
    ADD COLUMN meanings JSONB,
    ADD COLUMN effects JSONB,
    ADD COLUMN preview VARCHAR;
