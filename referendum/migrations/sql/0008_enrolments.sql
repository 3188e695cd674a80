-- Voters who enrol themselves for one vote: all that was submitted, what stands, what was withdrawn.
CREATE TABLE enrolment_book (
    measure_id UUID NOT NULL,
    key_id UUID NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_enrolment_book PRIMARY KEY (measure_id),
    CONSTRAINT fk_enrolment_book_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id),
    CONSTRAINT fk_enrolment_book_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);
CREATE TABLE enrolment (
    measure_id UUID NOT NULL,
    id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    assurance VARCHAR NOT NULL,
    name_key BYTEA NOT NULL,
    phone_key BYTEA,
    district_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    statements JSONB NOT NULL,
    commitment BYTEA NOT NULL,
    received_on DATE NOT NULL,
    entered_by VARCHAR,
    entry_id UUID NOT NULL,
    CONSTRAINT pk_enrolment PRIMARY KEY (measure_id, id),
    CONSTRAINT ck_enrolment_assurance CHECK (assurance in ('phone', 'desk')),
    CONSTRAINT ck_enrolment_phone_unless_desk CHECK ((assurance = 'phone') = (phone_key is not null)),
    CONSTRAINT ck_enrolment_officer_at_desk CHECK ((assurance = 'desk') = (entered_by is not null)),
    CONSTRAINT fk_enrolment_measure_id_enrolment_book FOREIGN KEY(measure_id) REFERENCES enrolment_book (measure_id),
    CONSTRAINT fk_enrolment_district_id_district FOREIGN KEY(district_id) REFERENCES district (id),
    CONSTRAINT fk_enrolment_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id)
);
CREATE INDEX ix_enrolment_phone ON enrolment (measure_id, phone_key);
CREATE INDEX ix_enrolment_name ON enrolment (measure_id, name_key);
CREATE TABLE standing_enrolment (
    measure_id UUID NOT NULL,
    name_key BYTEA NOT NULL,
    phone_key BYTEA,
    enrolment_id UUID NOT NULL,
    district_id UUID NOT NULL,
    assurance VARCHAR NOT NULL,
    CONSTRAINT pk_standing_enrolment PRIMARY KEY (measure_id, name_key),
    CONSTRAINT uq_standing_enrolment_phone UNIQUE (measure_id, phone_key),
    CONSTRAINT uq_standing_enrolment_enrolment UNIQUE (measure_id, enrolment_id),
    CONSTRAINT fk_standing_enrolment_measure_id_enrolment_id_enrolment FOREIGN KEY(measure_id, enrolment_id) REFERENCES enrolment (measure_id, id)
);
CREATE TABLE enrolment_withdrawal (
    measure_id UUID NOT NULL,
    enrolment_id UUID NOT NULL,
    "on" DATE NOT NULL,
    how VARCHAR NOT NULL,
    entry_id UUID NOT NULL,
    CONSTRAINT pk_enrolment_withdrawal PRIMARY KEY (measure_id, enrolment_id),
    CONSTRAINT fk_enrolment_withdrawal_measure_id_enrolment_id_enrolment FOREIGN KEY(measure_id, enrolment_id) REFERENCES enrolment (measure_id, id),
    CONSTRAINT fk_enrolment_withdrawal_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id)
);

-- Who enrolled is in no register, and a roll made of them comes from no version of it.
ALTER TABLE person ALTER COLUMN register_no DROP NOT NULL;
ALTER TABLE roll ALTER COLUMN register_version DROP NOT NULL;
ALTER TABLE roll ADD CONSTRAINT ck_roll_register_unless_enrolled CHECK (register_version is not null or purpose = 'voting');
