-- Every table of the first release, in an order in which each finds what it refers to.

CREATE TABLE attestation (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    subject VARCHAR NOT NULL,
    verdict_sha256 VARCHAR NOT NULL,
    officer_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    authority VARCHAR NOT NULL,
    certified_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_attestation PRIMARY KEY (id),
    CONSTRAINT uq_attestation_once UNIQUE (measure_id, subject, verdict_sha256, officer_id)
);

CREATE TABLE certificate (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    subject VARCHAR NOT NULL,
    serial VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    document BYTEA NOT NULL,
    sha256 VARCHAR NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_certificate PRIMARY KEY (id),
    CONSTRAINT uq_certificate_serial UNIQUE (serial)
);
CREATE INDEX ix_certificate_measure_id ON certificate (measure_id);

CREATE TABLE code_send (
    id UUID NOT NULL,
    challenge_id UUID NOT NULL,
    number INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    phone_index BYTEA,
    address_index BYTEA,
    prefix VARCHAR NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE,
    carrier VARCHAR,
    reference VARCHAR,
    sent_at TIMESTAMP WITH TIME ZONE,
    failed_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_code_send PRIMARY KEY (id),
    CONSTRAINT uq_code_send_challenge_number UNIQUE (challenge_id, number)
);
CREATE INDEX ix_code_send_address ON code_send (address_index, at);
CREATE INDEX ix_code_send_at ON code_send (at);
CREATE INDEX ix_code_send_phone ON code_send (phone_index, at);
CREATE INDEX ix_code_send_prefix ON code_send (prefix, at);

CREATE TABLE demo_message (
    key VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    recipient VARCHAR NOT NULL,
    template VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    facts JSONB NOT NULL,
    about UUID,
    CONSTRAINT pk_demo_message PRIMARY KEY (key)
);
CREATE INDEX ix_demo_message_at ON demo_message (at);

CREATE TABLE jurisdiction (
    id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name_ko VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    zone VARCHAR DEFAULT 'Asia/Seoul' NOT NULL,
    population INTEGER NOT NULL,
    operated_by JSONB DEFAULT '[]' NOT NULL,
    CONSTRAINT pk_jurisdiction PRIMARY KEY (id),
    CONSTRAINT uq_jurisdiction_code UNIQUE (code)
);

CREATE TABLE outbox_message (
    id UUID NOT NULL,
    task VARCHAR NOT NULL,
    arguments JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    attempts INTEGER DEFAULT 0 NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_outbox_message PRIMARY KEY (id)
);
CREATE INDEX ix_outbox_message_waiting ON outbox_message (created_at) WHERE done_at is null;

CREATE TABLE phone_lock (
    phone_index BYTEA NOT NULL,
    consecutive_wrong INTEGER DEFAULT 0 NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE,
    locked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_phone_lock PRIMARY KEY (phone_index)
);

CREATE TABLE record_checkpoint (
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    note VARCHAR NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_record_checkpoint PRIMARY KEY (size)
);

CREATE TABLE record_entry (
    id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    act VARCHAR NOT NULL,
    measure_id UUID,
    leaf BYTEA NOT NULL,
    CONSTRAINT pk_record_entry PRIMARY KEY (id),
    CONSTRAINT uq_record_entry_number UNIQUE (number)
);
CREATE INDEX ix_record_entry_measure_id ON record_entry (measure_id, number);

CREATE TABLE record_node (
    level INTEGER NOT NULL,
    index BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT pk_record_node PRIMARY KEY (level, index)
);

CREATE TABLE sealed_data_key (
    id UUID NOT NULL,
    purpose VARCHAR NOT NULL,
    wrapped_by VARCHAR NOT NULL,
    wrapped BYTEA,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    destroyed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sealed_data_key PRIMARY KEY (id)
);

CREATE TABLE sign_in_lock (
    username_index BYTEA NOT NULL,
    failed INTEGER DEFAULT 0 NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sign_in_lock PRIMARY KEY (username_index)
);

CREATE TABLE certificate_pdf (
    certificate_id UUID NOT NULL,
    pdf BYTEA NOT NULL,
    sha256 VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_certificate_pdf PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_pdf_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id)
);

CREATE TABLE code_key (
    day DATE NOT NULL,
    key_id UUID NOT NULL,
    CONSTRAINT pk_code_key PRIMARY KEY (day),
    CONSTRAINT fk_code_key_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);

CREATE TABLE designation (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    instrument VARCHAR NOT NULL,
    system VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    day DATE NOT NULL,
    demo BOOLEAN NOT NULL,
    CONSTRAINT pk_designation PRIMARY KEY (id),
    CONSTRAINT fk_designation_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE district (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name_ko VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    borough_ko VARCHAR DEFAULT '' NOT NULL,
    borough_en VARCHAR DEFAULT '' NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    tile_x INTEGER,
    tile_y INTEGER,
    CONSTRAINT pk_district PRIMARY KEY (id),
    CONSTRAINT uq_district_code_valid_from UNIQUE (jurisdiction_id, code, valid_from),
    CONSTRAINT ck_district_period CHECK (valid_to is null or valid_from < valid_to),
    CONSTRAINT fk_district_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE election (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    day DATE NOT NULL,
    kind VARCHAR NOT NULL,
    districts JSONB,
    title_ko VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    CONSTRAINT pk_election PRIMARY KEY (id),
    CONSTRAINT uq_election_jurisdiction_id_day_kind UNIQUE (jurisdiction_id, day, kind),
    CONSTRAINT fk_election_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE idempotency_day (
    day DATE NOT NULL,
    key_id UUID NOT NULL,
    CONSTRAINT pk_idempotency_day PRIMARY KEY (day),
    CONSTRAINT fk_idempotency_day_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);

CREATE TABLE measure (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    number INTEGER NOT NULL,
    instrument VARCHAR NOT NULL,
    route VARCHAR,
    office VARCHAR,
    official VARCHAR,
    term_started DATE,
    term_ends DATE,
    previous_vote DATE,
    stage VARCHAR NOT NULL,
    outcome VARCHAR,
    title_ko VARCHAR NOT NULL,
    title_en VARCHAR,
    question_ko VARCHAR NOT NULL,
    question_en VARCHAR,
    reason VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    options JSONB NOT NULL,
    districts JSONB,
    ordinance JSONB DEFAULT '{}' NOT NULL,
    text_sha256 BYTEA,
    rulebook VARCHAR,
    rulebook_fingerprint VARCHAR,
    base_year INTEGER,
    demo BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_measure PRIMARY KEY (id),
    CONSTRAINT uq_measure_public_number UNIQUE (jurisdiction_id, number),
    CONSTRAINT fk_measure_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);
CREATE INDEX ix_measure_stage ON measure (jurisdiction_id, stage);

CREATE TABLE notice (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    recipient BYTEA,
    key_id UUID,
    address_index BYTEA,
    language VARCHAR NOT NULL,
    facts JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE,
    tries INTEGER DEFAULT 0 NOT NULL,
    delivered_by VARCHAR,
    reference VARCHAR,
    delivered_at TIMESTAMP WITH TIME ZONE,
    failed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notice PRIMARY KEY (id),
    CONSTRAINT ck_notice_sealed_with_a_key CHECK ((recipient is null) = (key_id is null)),
    CONSTRAINT fk_notice_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);
CREATE INDEX ix_notice_created_at ON notice (created_at);
CREATE INDEX ix_notice_waiting ON notice (created_at) WHERE delivered_at is null and failed_at is null;

CREATE TABLE ordinance (
    jurisdiction_id UUID NOT NULL,
    instrument VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    numbers JSONB NOT NULL,
    source VARCHAR NOT NULL,
    assumed BOOLEAN NOT NULL,
    CONSTRAINT pk_ordinance PRIMARY KEY (jurisdiction_id, instrument, valid_from),
    CONSTRAINT fk_ordinance_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE person (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    register_no VARCHAR NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT uq_person_register_no UNIQUE (jurisdiction_id, register_no),
    CONSTRAINT fk_person_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE polling_day (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    day DATE NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_polling_day PRIMARY KEY (id),
    CONSTRAINT one_polling_day_a_date UNIQUE (jurisdiction_id, day),
    CONSTRAINT ck_polling_day_opens_before_it_closes CHECK (opens_at < closes_at),
    CONSTRAINT fk_polling_day_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE record_place (
    index BIGINT NOT NULL,
    entry_id UUID NOT NULL,
    CONSTRAINT pk_record_place PRIMARY KEY (index),
    CONSTRAINT uq_record_place_entry_id UNIQUE (entry_id),
    CONSTRAINT fk_record_place_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id)
);

CREATE TABLE record_waiting (
    entry_id UUID NOT NULL,
    queued_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_record_waiting PRIMARY KEY (entry_id),
    CONSTRAINT fk_record_waiting_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id)
);
CREATE INDEX ix_record_waiting_queued_at ON record_waiting (queued_at);

CREATE TABLE register_version (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    number INTEGER NOT NULL,
    as_of DATE NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    imported_by VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    key_id UUID,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    CONSTRAINT pk_register_version PRIMARY KEY (id),
    CONSTRAINT uq_register_version_number UNIQUE (jurisdiction_id, number),
    CONSTRAINT fk_register_version_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_register_version_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);

CREATE TABLE roll (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    purpose VARCHAR NOT NULL,
    instrument VARCHAR NOT NULL,
    measure_id UUID,
    base_date DATE NOT NULL,
    age_date DATE NOT NULL,
    register_version INTEGER NOT NULL,
    electorate_fingerprint VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_roll PRIMARY KEY (id),
    CONSTRAINT ck_roll_purpose CHECK (purpose in ('signing', 'voting')),
    CONSTRAINT fk_roll_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);
CREATE INDEX ix_roll_measure_id ON roll (measure_id);

CREATE TABLE staff (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    username VARCHAR NOT NULL,
    display_name VARCHAR NOT NULL,
    office_title VARCHAR NOT NULL,
    authority VARCHAR NOT NULL,
    roles JSONB NOT NULL,
    password_hash VARCHAR,
    totp_sealed BYTEA,
    key_id UUID NOT NULL,
    totp_last_step INTEGER DEFAULT 0 NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_staff PRIMARY KEY (id),
    CONSTRAINT uq_staff_username UNIQUE (username),
    CONSTRAINT fk_staff_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_staff_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);

CREATE TABLE challenge (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    purpose VARCHAR NOT NULL,
    subject UUID,
    browser BYTEA NOT NULL,
    person_id UUID,
    ambiguous BOOLEAN DEFAULT false NOT NULL,
    phone_sealed BYTEA NOT NULL,
    phone_index BYTEA NOT NULL,
    key_id UUID NOT NULL,
    language VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    wrong INTEGER DEFAULT 0 NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    superseded_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_challenge PRIMARY KEY (id),
    CONSTRAINT fk_challenge_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_challenge_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_challenge_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);
CREATE INDEX ix_challenge_expires_at ON challenge (expires_at);
CREATE INDEX ix_challenge_live ON challenge (phone_index) WHERE superseded_at is null;

CREATE TABLE deadline (
    measure_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    day DATE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    article VARCHAR NOT NULL,
    sum_ko VARCHAR NOT NULL,
    sum_en VARCHAR NOT NULL,
    overridden_by VARCHAR,
    overridden_reason VARCHAR,
    CONSTRAINT pk_deadline PRIMARY KEY (measure_id, name),
    CONSTRAINT fk_deadline_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);
CREATE INDEX ix_deadline_at ON deadline (at);

CREATE TABLE former_name (
    person_id UUID NOT NULL,
    name_index BYTEA NOT NULL,
    version_from INTEGER NOT NULL,
    CONSTRAINT pk_former_name PRIMARY KEY (person_id, name_index),
    CONSTRAINT fk_former_name_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX ix_former_name_name_index ON former_name (name_index);

CREATE TABLE hold (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    from_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lifted_at TIMESTAMP WITH TIME ZONE,
    reason VARCHAR NOT NULL,
    document_number VARCHAR NOT NULL,
    document_date DATE NOT NULL,
    stops_clock BOOLEAN NOT NULL,
    placed_by VARCHAR NOT NULL,
    lifted_by VARCHAR,
    lifted_reason VARCHAR,
    CONSTRAINT pk_hold PRIMARY KEY (id),
    CONSTRAINT fk_hold_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);
CREATE INDEX ix_hold_measure_id ON hold (measure_id);

CREATE TABLE idempotency_key (
    key_hash BYTEA NOT NULL,
    request_hash BYTEA NOT NULL,
    day DATE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer BYTEA NOT NULL,
    CONSTRAINT pk_idempotency_key PRIMARY KEY (key_hash),
    CONSTRAINT fk_idempotency_key_day_idempotency_day FOREIGN KEY(day) REFERENCES idempotency_day (day)
);
CREATE INDEX ix_idempotency_key_day ON idempotency_key (day);

CREATE TABLE petition (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    zone VARCHAR NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    submitted_at TIMESTAMP WITH TIME ZONE,
    roll_id UUID NOT NULL,
    channels JSONB NOT NULL,
    minimum_assurance VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    text_sha256 BYTEA NOT NULL,
    key_id UUID NOT NULL,
    CONSTRAINT pk_petition PRIMARY KEY (id),
    CONSTRAINT uq_petition_measure UNIQUE (measure_id),
    CONSTRAINT ck_petition_period CHECK (opens_at < closes_at),
    CONSTRAINT fk_petition_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_petition_roll_id_roll FOREIGN KEY(roll_id) REFERENCES roll (id),
    CONSTRAINT fk_petition_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);

CREATE TABLE poll (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    sequence INTEGER NOT NULL,
    polling_day_id UUID NOT NULL,
    options JSONB NOT NULL,
    gate JSONB,
    electors INTEGER NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_poll PRIMARY KEY (id),
    CONSTRAINT one_poll_a_sequence UNIQUE (measure_id, sequence),
    CONSTRAINT ck_poll_somebody_may_vote CHECK (electors > 0),
    CONSTRAINT fk_poll_polling_day_id_polling_day FOREIGN KEY(polling_day_id) REFERENCES polling_day (id)
);
CREATE INDEX ix_poll_polling_day_id ON poll (polling_day_id);

CREATE TABLE published_total (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    instrument VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    base_year INTEGER NOT NULL,
    district_id UUID,
    number INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    published_on DATE NOT NULL,
    corrects_id UUID,
    entered_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_published_total PRIMARY KEY (id),
    CONSTRAINT ck_published_total_kind CHECK (kind in ('claimants', 'electors')),
    CONSTRAINT ck_published_total_number CHECK (number >= 0),
    CONSTRAINT uq_published_total_corrects_id UNIQUE (corrects_id),
    CONSTRAINT fk_published_total_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_published_total_district_id_district FOREIGN KEY(district_id) REFERENCES district (id),
    CONSTRAINT fk_published_total_corrects_id_published_total FOREIGN KEY(corrects_id) REFERENCES published_total (id)
);
CREATE UNIQUE INDEX uq_published_total_first ON published_total (jurisdiction_id, instrument, kind, base_year, district_id) NULLS NOT DISTINCT WHERE corrects_id is null;

CREATE TABLE recovery_code (
    staff_id UUID NOT NULL,
    code_hash BYTEA NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_recovery_code PRIMARY KEY (staff_id, code_hash),
    CONSTRAINT fk_recovery_code_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);

CREATE TABLE representative (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    person_id UUID NOT NULL,
    joined_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_representative PRIMARY KEY (id),
    CONSTRAINT uq_representative_measure_id_person_id UNIQUE (measure_id, person_id),
    CONSTRAINT fk_representative_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id),
    CONSTRAINT fk_representative_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX ix_representative_person_id ON representative (person_id);

CREATE TABLE residence (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    version_from INTEGER NOT NULL,
    version_to INTEGER,
    district_id UUID NOT NULL,
    birth_date DATE NOT NULL,
    nationality VARCHAR NOT NULL,
    status VARCHAR,
    status_since DATE,
    stated_from DATE NOT NULL,
    registered_from DATE NOT NULL,
    registered_to DATE,
    lost_from DATE,
    lost_to DATE,
    line_mac BYTEA,
    sealed BYTEA,
    key_id UUID,
    name_index BYTEA NOT NULL,
    phone_index BYTEA,
    CONSTRAINT pk_residence PRIMARY KEY (id),
    CONSTRAINT uq_residence_episode UNIQUE NULLS NOT DISTINCT (person_id, registered_from, version_to),
    CONSTRAINT ck_residence_versions CHECK (version_to is null or version_from < version_to),
    CONSTRAINT fk_residence_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_residence_district_id_district FOREIGN KEY(district_id) REFERENCES district (id),
    CONSTRAINT fk_residence_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);
CREATE INDEX ix_residence_name_index ON residence (name_index);
CREATE INDEX ix_residence_phone_index ON residence (phone_index) WHERE phone_index is not null and version_to is null;

CREATE TABLE roll_entry (
    roll_id UUID NOT NULL,
    person_id UUID NOT NULL,
    district_id UUID NOT NULL,
    CONSTRAINT pk_roll_entry PRIMARY KEY (roll_id, person_id),
    CONSTRAINT fk_roll_entry_roll_id_roll FOREIGN KEY(roll_id) REFERENCES roll (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_roll_entry_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_roll_entry_district_id_district FOREIGN KEY(district_id) REFERENCES district (id)
);

CREATE TABLE session_row (
    id_hash BYTEA NOT NULL,
    kind VARCHAR NOT NULL,
    jurisdiction_id UUID NOT NULL,
    person_id UUID,
    staff_id UUID,
    assurance VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    idle_until TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    extensions INTEGER DEFAULT 0 NOT NULL,
    fresh_until TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_session_row PRIMARY KEY (id_hash),
    CONSTRAINT ck_session_row_one_subject CHECK ((person_id is null) <> (staff_id is null)),
    CONSTRAINT fk_session_row_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_session_row_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_session_row_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_session_row_expires_at ON session_row (expires_at);
CREATE INDEX ix_session_row_staff_id ON session_row (staff_id);

CREATE TABLE setup_link (
    token_hash BYTEA NOT NULL,
    staff_id UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_setup_link PRIMARY KEY (token_hash),
    CONSTRAINT fk_setup_link_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_setup_link_staff_id ON setup_link (staff_id);

CREATE TABLE station (
    id UUID NOT NULL,
    polling_day_id UUID NOT NULL,
    district_id UUID NOT NULL,
    number INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    name_ko VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    CONSTRAINT pk_station PRIMARY KEY (id),
    CONSTRAINT one_station_a_number UNIQUE (polling_day_id, district_id, number, kind),
    CONSTRAINT ck_station_numbered_from_one CHECK (number > 0),
    CONSTRAINT ck_station_known_kind CHECK (kind in ('regular', 'early', 'mail')),
    CONSTRAINT fk_station_polling_day_id_polling_day FOREIGN KEY(polling_day_id) REFERENCES polling_day (id),
    CONSTRAINT fk_station_district_id_district FOREIGN KEY(district_id) REFERENCES district (id)
);

CREATE TABLE step_taken (
    measure_id UUID NOT NULL,
    sequence INTEGER NOT NULL,
    act VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    by VARCHAR NOT NULL,
    authority VARCHAR,
    recorded_from BOOLEAN NOT NULL,
    document_number VARCHAR,
    document_date DATE,
    reason VARCHAR,
    facts JSONB NOT NULL,
    entry_id UUID NOT NULL,
    CONSTRAINT pk_step_taken PRIMARY KEY (measure_id, sequence),
    CONSTRAINT fk_step_taken_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id),
    CONSTRAINT fk_step_taken_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id)
);

CREATE TABLE suspension (
    measure_id UUID NOT NULL,
    from_at TIMESTAMP WITH TIME ZONE NOT NULL,
    until_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_suspension PRIMARY KEY (measure_id, from_at),
    CONSTRAINT fk_suspension_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);

CREATE TABLE box (
    id UUID NOT NULL,
    poll_id UUID NOT NULL,
    station_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    electors INTEGER,
    CONSTRAINT pk_box PRIMARY KEY (id),
    CONSTRAINT one_box_a_kind UNIQUE (poll_id, station_id, kind),
    CONSTRAINT ck_box_electors_not_negative CHECK (electors >= 0),
    CONSTRAINT ck_box_regular_has_electors CHECK (kind in ('early', 'mail') or electors is not null),
    CONSTRAINT ck_box_known_kind CHECK (kind in ('regular', 'early', 'mail')),
    CONSTRAINT fk_box_poll_id_poll FOREIGN KEY(poll_id) REFERENCES poll (id),
    CONSTRAINT fk_box_station_id_station FOREIGN KEY(station_id) REFERENCES station (id)
);
CREATE INDEX ix_box_station_id ON box (station_id);

CREATE TABLE line (
    petition_id UUID NOT NULL,
    id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    origin VARCHAR NOT NULL,
    batch_id UUID,
    sheet VARCHAR,
    row INTEGER,
    person_key BYTEA,
    district_id UUID,
    name_index BYTEA,
    signed_on DATE,
    sealed BYTEA NOT NULL,
    missing JSONB NOT NULL,
    assurance VARCHAR NOT NULL,
    text_sha256 BYTEA NOT NULL,
    commitment BYTEA NOT NULL,
    consents JSONB,
    record_entry_id UUID,
    received_on DATE NOT NULL,
    CONSTRAINT pk_line PRIMARY KEY (petition_id, id),
    CONSTRAINT fk_line_petition_id_petition FOREIGN KEY(petition_id) REFERENCES petition (id),
    CONSTRAINT fk_line_district_id_district FOREIGN KEY(district_id) REFERENCES district (id)
);
CREATE INDEX ix_line_batch ON line (batch_id);
CREATE INDEX ix_line_number ON line (petition_id, number);

CREATE TABLE paper_batch (
    id UUID NOT NULL,
    petition_id UUID NOT NULL,
    number INTEGER NOT NULL,
    origin VARCHAR NOT NULL,
    received_on DATE NOT NULL,
    keyed_by VARCHAR NOT NULL,
    keyed_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    lines INTEGER NOT NULL,
    merkle_root BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    record_entry_id UUID NOT NULL,
    CONSTRAINT pk_paper_batch PRIMARY KEY (id),
    CONSTRAINT uq_paper_batch_number UNIQUE (petition_id, number),
    CONSTRAINT uq_paper_batch_digest UNIQUE (petition_id, digest),
    CONSTRAINT fk_paper_batch_petition_id_petition FOREIGN KEY(petition_id) REFERENCES petition (id),
    CONSTRAINT fk_paper_batch_record_entry_id_record_entry FOREIGN KEY(record_entry_id) REFERENCES record_entry (id)
);

CREATE TABLE petition_tally (
    petition_id UUID NOT NULL,
    district_id UUID NOT NULL,
    origin VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    lines INTEGER NOT NULL,
    folded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_petition_tally PRIMARY KEY (petition_id, district_id, origin, status, reason),
    CONSTRAINT fk_petition_tally_petition_id_petition FOREIGN KEY(petition_id) REFERENCES petition (id)
);

CREATE TABLE count_return (
    id UUID NOT NULL,
    box_id UUID NOT NULL,
    version INTEGER NOT NULL,
    papers INTEGER NOT NULL,
    invalid INTEGER NOT NULL,
    votes JSONB NOT NULL,
    reason VARCHAR,
    keyed_by UUID NOT NULL,
    keyed_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_count_return PRIMARY KEY (id),
    CONSTRAINT one_count_a_version UNIQUE (box_id, version),
    CONSTRAINT ck_count_return_versions_from_one CHECK (version > 0),
    CONSTRAINT ck_count_return_not_negative CHECK (papers >= 0 and invalid >= 0),
    CONSTRAINT ck_count_return_correction_has_reason CHECK (version = 1 or reason is not null),
    CONSTRAINT fk_count_return_box_id_box FOREIGN KEY(box_id) REFERENCES box (id)
);

CREATE TABLE line_decision (
    petition_id UUID NOT NULL,
    line_id UUID NOT NULL,
    version INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    person_key BYTEA,
    district_id UUID,
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    note BYTEA,
    CONSTRAINT pk_line_decision PRIMARY KEY (petition_id, line_id, version),
    CONSTRAINT fk_line_decision_petition_id_line_id_line FOREIGN KEY(petition_id, line_id) REFERENCES line (petition_id, id),
    CONSTRAINT ck_line_decision_reason CHECK ((status = 'valid') = (reason is null)),
    CONSTRAINT ck_line_decision_person CHECK (status <> 'valid' or person_key is not null)
);
CREATE INDEX ix_line_decision_person ON line_decision (person_key) WHERE person_key is not null;

CREATE TABLE standing_signature (
    petition_id UUID NOT NULL,
    person_key BYTEA NOT NULL,
    line_id UUID NOT NULL,
    district_id UUID NOT NULL,
    origin VARCHAR NOT NULL,
    since DATE NOT NULL,
    CONSTRAINT pk_standing_signature PRIMARY KEY (petition_id, person_key),
    CONSTRAINT fk_standing_signature_petition_id_line_id_line FOREIGN KEY(petition_id, line_id) REFERENCES line (petition_id, id),
    CONSTRAINT uq_standing_signature_line UNIQUE (petition_id, line_id)
);

CREATE TABLE turnout_return (
    id UUID NOT NULL,
    box_id UUID NOT NULL,
    version INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    "cast" INTEGER NOT NULL,
    reason VARCHAR,
    keyed_by UUID NOT NULL,
    keyed_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_turnout_return PRIMARY KEY (id),
    CONSTRAINT one_turnout_a_version UNIQUE (box_id, version),
    CONSTRAINT ck_turnout_return_versions_from_one CHECK (version > 0),
    CONSTRAINT ck_turnout_return_not_negative CHECK (issued >= 0 and "cast" >= 0),
    CONSTRAINT ck_turnout_return_correction_has_reason CHECK (version = 1 or reason is not null),
    CONSTRAINT fk_turnout_return_box_id_box FOREIGN KEY(box_id) REFERENCES box (id)
);

CREATE TABLE withdrawal (
    id UUID NOT NULL,
    petition_id UUID NOT NULL,
    line_id UUID NOT NULL,
    person_key BYTEA,
    "on" DATE NOT NULL,
    how VARCHAR NOT NULL,
    CONSTRAINT pk_withdrawal PRIMARY KEY (id),
    CONSTRAINT fk_withdrawal_petition_id_line_id_line FOREIGN KEY(petition_id, line_id) REFERENCES line (petition_id, id)
);
CREATE INDEX ix_withdrawal_person ON withdrawal (petition_id, person_key);
