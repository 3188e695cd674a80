CREATE TABLE assignment (
    subject_id UUID NOT NULL,
    authority VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    turn INTEGER NOT NULL,
    jurisdiction_id UUID NOT NULL,
    after_step INTEGER NOT NULL,
    holder UUID,
    by UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_assignment PRIMARY KEY (subject_id, authority, name, turn),
    CONSTRAINT fk_assignment_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id)
        REFERENCES jurisdiction (id)
);
CREATE INDEX ix_assignment_holder ON assignment (holder);
