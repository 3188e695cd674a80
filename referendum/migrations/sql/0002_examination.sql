-- Automatic passes that were asked for: how far each is, and what became of it.
CREATE TABLE examination (
    id UUID NOT NULL,
    petition_id UUID NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    starts INTEGER DEFAULT 0 NOT NULL,
    lines INTEGER,
    done INTEGER DEFAULT 0 NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    report JSONB,
    refusal VARCHAR,
    facts JSONB,
    CONSTRAINT pk_examination PRIMARY KEY (id),
    CONSTRAINT ck_examination_done CHECK (done >= 0 and done <= lines),
    CONSTRAINT ck_examination_one_end CHECK (report is null or refusal is null),
    CONSTRAINT ck_examination_ended_somehow CHECK ((ended_at is null) = (report is null and refusal is null)),
    CONSTRAINT fk_examination_petition_id_petition FOREIGN KEY(petition_id) REFERENCES petition (id)
);
CREATE INDEX ix_examination_petition ON examination (petition_id, asked_at);
CREATE UNIQUE INDEX uq_examination_under_way ON examination (petition_id) WHERE ended_at is null;
