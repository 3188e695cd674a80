ALTER TABLE register_version
    DROP COLUMN seconded_by,
    DROP COLUMN mode,
    DROP COLUMN meanings,
    DROP COLUMN effects,
    DROP COLUMN preview;

ALTER TABLE register_intake
    DROP CONSTRAINT ck_register_intake_two_registrars,
    DROP CONSTRAINT ck_register_intake_mode,
    DROP CONSTRAINT ck_register_intake_stage,
    ADD CONSTRAINT ck_register_intake_stage CHECK (
        stage in ('receiving', 'reading', 'waiting', 'publishing', 'done', 'refused', 'given_up')
    ),
    DROP COLUMN mode,
    DROP COLUMN meanings,
    DROP COLUMN words,
    DROP COLUMN unexplained,
    DROP COLUMN weights,
    DROP COLUMN effects,
    DROP COLUMN preview,
    DROP COLUMN seconded_by;
