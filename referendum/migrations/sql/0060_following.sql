CREATE TABLE following (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    measure_id UUID,
    district_code VARCHAR,
    only_end BOOLEAN NOT NULL,
    channel VARCHAR NOT NULL,
    key_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    to_index BYTEA NOT NULL,
    language VARCHAR NOT NULL,
    since DATE NOT NULL,
    confirmed BOOLEAN NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_following PRIMARY KEY (id),
    CONSTRAINT ck_following_one_thing CHECK (measure_id is null or district_code is null),
    CONSTRAINT ck_following_channel CHECK (channel in ('mail', 'sms')),
    CONSTRAINT ck_following_ends_with_a_measure CHECK (only_end = false or measure_id is not null),
    CONSTRAINT ck_following_confirmed_or_over_soon CHECK (confirmed = (ends_at is null)),
    CONSTRAINT fk_following_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_following_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id),
    CONSTRAINT fk_following_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);
CREATE INDEX ix_following_of ON following (jurisdiction_id, measure_id, district_code, id);
CREATE UNIQUE INDEX uq_following_to ON following (to_index) WHERE confirmed;

CREATE TABLE follow_ask (
    id UUID NOT NULL,
    to_index BYTEA NOT NULL,
    asker_index BYTEA NOT NULL,
    place_index BYTEA,
    origin_index BYTEA,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_follow_ask PRIMARY KEY (id)
);
CREATE INDEX ix_follow_ask_at ON follow_ask (at);
CREATE INDEX ix_follow_ask_origin_index ON follow_ask (origin_index);
CREATE INDEX ix_follow_ask_to ON follow_ask (to_index, at);

CREATE TABLE news_item (
    measure_id UUID NOT NULL,
    mark VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    final BOOLEAN NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    reached UUID,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_news_item PRIMARY KEY (measure_id, mark),
    CONSTRAINT fk_news_item_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);
CREATE INDEX ix_news_item_waiting ON news_item (made_at) WHERE done_at is null;

CREATE TABLE follow_letter (
    id UUID NOT NULL,
    following_id UUID NOT NULL,
    measure_id UUID,
    kind VARCHAR NOT NULL,
    mark VARCHAR NOT NULL,
    final BOOLEAN NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE,
    tries INTEGER DEFAULT 0 NOT NULL,
    carrier VARCHAR,
    CONSTRAINT pk_follow_letter PRIMARY KEY (id),
    CONSTRAINT uq_follow_letter_once UNIQUE (following_id, mark),
    CONSTRAINT fk_follow_letter_following_id_following FOREIGN KEY(following_id) REFERENCES following (id),
    CONSTRAINT fk_follow_letter_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);
CREATE INDEX ix_follow_letter_due ON follow_letter (due_at);
