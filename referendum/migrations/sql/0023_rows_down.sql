CREATE TABLE register_intake_line (
    intake_id UUID NOT NULL,
    line INTEGER NOT NULL,
    register_no VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    person_id UUID,
    residence_id UUID,
    district_id UUID,
    birth_date DATE,
    nationality VARCHAR,
    status VARCHAR,
    status_since DATE,
    stated_from DATE,
    registered_from DATE,
    registered_to DATE,
    lost_from DATE,
    lost_to DATE,
    line_mac BYTEA,
    sealed BYTEA,
    name_index BYTEA,
    phone_index BYTEA,
    former BYTEA[],
    known_id UUID,
    known_ends DATE,
    CONSTRAINT pk_register_intake_line PRIMARY KEY (intake_id, line)
);
CREATE INDEX ix_register_intake_line_number ON register_intake_line (intake_id, register_no);
DROP INDEX ix_residence_name_index;
DROP INDEX ix_residence_phone_index;
CREATE INDEX ix_residence_name_index ON residence (name_index);
CREATE INDEX ix_residence_phone_index ON residence (phone_index) WHERE phone_index is not null;
