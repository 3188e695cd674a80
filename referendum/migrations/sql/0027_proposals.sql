CREATE TABLE proposal (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    authority VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    subject_id UUID,
    what JSONB NOT NULL,
    reason VARCHAR,
    changes JSONB NOT NULL,
    proposed_by UUID NOT NULL,
    proposer_authority VARCHAR NOT NULL,
    proposer_roles JSONB NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lapses_at TIMESTAMP WITH TIME ZONE,
    state VARCHAR DEFAULT 'waiting' NOT NULL,
    settled_by UUID,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_reason VARCHAR,
    CONSTRAINT pk_proposal PRIMARY KEY (id),
    CONSTRAINT ck_proposal_two_officers CHECK (settled_by is null or settled_by <> proposed_by or state = 'withdrawn'),
    CONSTRAINT ck_proposal_settled_once CHECK ((state = 'waiting') = (settled_at is null)),
    CONSTRAINT fk_proposal_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);
CREATE UNIQUE INDEX uq_proposal_waiting ON proposal (jurisdiction_id, kind, subject_id) NULLS NOT DISTINCT WHERE state = 'waiting';
CREATE INDEX ix_proposal_subject_id ON proposal (subject_id, proposed_at);

-- Steps that one officer took before two were asked for say so by having nobody who confirmed.
ALTER TABLE step_taken ADD COLUMN confirmed_by VARCHAR;
ALTER TABLE step_taken ADD COLUMN transcribed_by VARCHAR;
ALTER TABLE hold ADD COLUMN lifting_confirmed_by VARCHAR;
ALTER TABLE hold ADD COLUMN placing_confirmed_by VARCHAR;

CREATE TABLE left_to_one (
    jurisdiction_id UUID NOT NULL,
    authority VARCHAR NOT NULL,
    act VARCHAR NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_left_to_one PRIMARY KEY (jurisdiction_id, authority, act),
    CONSTRAINT fk_left_to_one_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);
