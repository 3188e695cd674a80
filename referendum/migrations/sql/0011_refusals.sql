-- Acts of the calendar that were due and refused: they are asked for again later and later.
CREATE TABLE calendar_refusal (
    measure_id UUID NOT NULL,
    act VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    facts JSONB NOT NULL,
    times INTEGER NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    again_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_calendar_refusal PRIMARY KEY (measure_id, act),
    CONSTRAINT fk_calendar_refusal_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);
