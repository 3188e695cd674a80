CREATE TABLE voiding (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    petition_id UUID NOT NULL,
    after_step INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    merkle_root BYTEA NOT NULL,
    note BYTEA NOT NULL,
    decided_by VARCHAR NOT NULL,
    confirmed_by VARCHAR,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_voiding PRIMARY KEY (id),
    CONSTRAINT ck_voiding_lines CHECK (lines > 0),
    CONSTRAINT fk_voiding_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id),
    CONSTRAINT fk_voiding_petition_id_petition FOREIGN KEY(petition_id) REFERENCES petition (id)
);
CREATE INDEX ix_voiding_petition_id ON voiding (petition_id);

CREATE TABLE voiding_undone (
    voiding_id UUID NOT NULL,
    lines INTEGER NOT NULL,
    merkle_root BYTEA NOT NULL,
    note BYTEA NOT NULL,
    decided_by VARCHAR NOT NULL,
    confirmed_by VARCHAR,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_voiding_undone PRIMARY KEY (voiding_id),
    CONSTRAINT fk_voiding_undone_voiding_id_voiding FOREIGN KEY(voiding_id)
        REFERENCES voiding (id)
);

-- The lines of one decision are found by its moment, among those alone that bear a reason.
CREATE INDEX ix_line_decision_reasoned ON line_decision (petition_id, decided_at, line_id)
    WHERE note IS NOT NULL;
