DROP TABLE register_intake_repeated, register_intake_rows, register_intake_line;
CREATE TABLE register_intake_line (
    intake_id UUID NOT NULL,
    register_no VARCHAR NOT NULL,
    line INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    person_id UUID,
    registered_from DATE,
    former BYTEA[],
    known_id UUID,
    known_ends DATE,
    CONSTRAINT pk_register_intake_line PRIMARY KEY (intake_id, register_no)
);
CREATE INDEX ix_register_intake_line_telling ON register_intake_line (intake_id, line)
    WHERE what in ('changed', 'kept') or former is not null;
CREATE TABLE register_intake_rows (
    intake_id UUID NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    people BYTEA NOT NULL,
    residences BYTEA NOT NULL,
    CONSTRAINT pk_register_intake_rows PRIMARY KEY (intake_id, first_line)
);
ALTER TABLE register_intake_rows ALTER COLUMN people SET STORAGE EXTERNAL;
ALTER TABLE register_intake_rows ALTER COLUMN residences SET STORAGE EXTERNAL;
CREATE INDEX ix_residence_phone_index ON residence USING hash (phone_index)
    WHERE phone_index is not null;
