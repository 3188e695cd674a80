-- Days that an almanac does not know, and times in which the service could not be reached.
CREATE TABLE day_off (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    day DATE NOT NULL,
    off BOOLEAN NOT NULL,
    title_ko VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    document_number VARCHAR NOT NULL,
    document_date DATE NOT NULL,
    CONSTRAINT pk_day_off PRIMARY KEY (id),
    CONSTRAINT uq_day_off_jurisdiction_id_day UNIQUE (jurisdiction_id, day),
    CONSTRAINT fk_day_off_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE outage (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    from_at TIMESTAMP WITH TIME ZONE NOT NULL,
    until_at TIMESTAMP WITH TIME ZONE NOT NULL,
    title_ko VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    document_number VARCHAR NOT NULL,
    document_date DATE NOT NULL,
    CONSTRAINT pk_outage PRIMARY KEY (id),
    CONSTRAINT ck_outage_in_order CHECK (from_at < until_at),
    CONSTRAINT fk_outage_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);
CREATE INDEX ix_outage_jurisdiction_id ON outage (jurisdiction_id);

-- A deadline may differ by district: its own elections stop the clock there alone.
ALTER TABLE deadline ADD COLUMN districts JSONB DEFAULT '{}' NOT NULL;
