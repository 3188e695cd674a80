-- The mayor's prior promises, and what each vote under one was said to be.
CREATE TABLE delegation (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    number INTEGER,
    terms JSONB NOT NULL,
    sha256 VARCHAR,
    rulebook JSONB,
    rulebook_fingerprint VARCHAR,
    drafted_by VARCHAR NOT NULL,
    drafted_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE,
    signer_name VARCHAR,
    signer_office VARCHAR,
    signed_by UUID,
    officer_name VARCHAR,
    officer_office VARCHAR,
    published_at TIMESTAMP WITH TIME ZONE,
    published_on DATE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_from DATE,
    revoked_reason VARCHAR,
    demo BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_delegation PRIMARY KEY (id),
    CONSTRAINT uq_delegation_number UNIQUE (jurisdiction_id, number),
    CONSTRAINT ck_delegation_numbered_when_signed CHECK ((number is null) = (signed_at is null)),
    CONSTRAINT ck_delegation_signed_first CHECK (published_at is null or signed_at is not null),
    CONSTRAINT ck_delegation_published_first CHECK (revoked_at is null or published_at is not null),
    CONSTRAINT fk_delegation_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);
CREATE TABLE scope_stated (
    measure_id UUID NOT NULL,
    asked_by VARCHAR NOT NULL,
    asked_document VARCHAR,
    asked_on DATE,
    subject INTEGER,
    project_kind VARCHAR,
    project_total BIGINT,
    excluded_confirmed JSONB NOT NULL,
    opinion_document VARCHAR,
    opinion_on DATE,
    stated_by VARCHAR NOT NULL,
    stated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_scope_stated PRIMARY KEY (measure_id),
    CONSTRAINT fk_scope_stated_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);

ALTER TABLE measure ADD COLUMN rulebook_document JSONB;
ALTER TABLE measure ADD COLUMN delegation_id UUID;
ALTER TABLE measure ADD COLUMN asked_by VARCHAR;
ALTER TABLE measure ADD CONSTRAINT fk_measure_delegation_id_delegation FOREIGN KEY(delegation_id) REFERENCES delegation (id);
CREATE INDEX ix_measure_delegation_id ON measure (delegation_id);
