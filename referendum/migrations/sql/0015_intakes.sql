-- Files on their way into the register.
CREATE TABLE register_intake (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    as_of DATE NOT NULL,
    asked_by VARCHAR NOT NULL,
    invented BOOLEAN NOT NULL,
    stage VARCHAR DEFAULT 'receiving' NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    touched_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    key_id UUID NOT NULL,
    file_size BIGINT DEFAULT 0 NOT NULL,
    file_sha256 VARCHAR DEFAULT '' NOT NULL,
    encoding VARCHAR DEFAULT '' NOT NULL,
    version INTEGER NOT NULL,
    version_key_id UUID,
    read_bytes BIGINT DEFAULT 0 NOT NULL,
    next_line INTEGER DEFAULT 1 NOT NULL,
    lines INTEGER DEFAULT 0 NOT NULL,
    nameless INTEGER DEFAULT 0 NOT NULL,
    refused INTEGER DEFAULT 0 NOT NULL,
    noted INTEGER DEFAULT 0 NOT NULL,
    added INTEGER DEFAULT 0 NOT NULL,
    changed INTEGER DEFAULT 0 NOT NULL,
    unchanged INTEGER DEFAULT 0 NOT NULL,
    missing INTEGER DEFAULT 0 NOT NULL,
    people_before INTEGER DEFAULT 0 NOT NULL,
    published INTEGER DEFAULT 0 NOT NULL,
    confirmed_by VARCHAR,
    refusal VARCHAR,
    facts JSONB,
    cleared BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_register_intake PRIMARY KEY (id),
    CONSTRAINT ck_register_intake_stage CHECK (stage in ('receiving', 'reading', 'waiting', 'publishing', 'done', 'refused', 'given_up')),
    CONSTRAINT fk_register_intake_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_register_intake_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id),
    CONSTRAINT fk_register_intake_version_key_id_sealed_data_key FOREIGN KEY(version_key_id) REFERENCES sealed_data_key (id)
);
CREATE INDEX ix_register_intake_open ON register_intake (touched_at) WHERE not cleared;
CREATE UNIQUE INDEX uq_register_intake_publishing ON register_intake (jurisdiction_id) WHERE stage = 'publishing';

CREATE TABLE register_intake_piece (
    intake_id UUID NOT NULL,
    number INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT pk_register_intake_piece PRIMARY KEY (intake_id, number),
    CONSTRAINT fk_register_intake_piece_intake_id_register_intake FOREIGN KEY(intake_id) REFERENCES register_intake (id)
);

CREATE TABLE register_intake_fault (
    intake_id UUID NOT NULL,
    noted BOOLEAN NOT NULL,
    line INTEGER NOT NULL,
    column_name VARCHAR,
    reason VARCHAR NOT NULL,
    CONSTRAINT pk_register_intake_fault PRIMARY KEY (intake_id, noted, line),
    CONSTRAINT fk_register_intake_fault_intake_id_register_intake FOREIGN KEY(intake_id) REFERENCES register_intake (id)
);

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

CREATE TABLE register_intake_missing (
    intake_id UUID NOT NULL,
    person_id UUID NOT NULL,
    residence_id UUID NOT NULL,
    CONSTRAINT pk_register_intake_missing PRIMARY KEY (intake_id, person_id)
);

-- Sealed pieces do not get smaller, and are read whole.
ALTER TABLE register_intake_piece ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Rows that a version on its way has closed are current until it is there.
CREATE INDEX ix_residence_phone ON residence (phone_index) WHERE phone_index is not null;
DROP INDEX ix_residence_phone_index;
ALTER INDEX ix_residence_phone RENAME TO ix_residence_phone_index;
