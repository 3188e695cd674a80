-- A pass decides beside the lines, is published in one short act, and is entered in pieces.
ALTER TABLE examination ADD COLUMN reached BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE examination ADD COLUMN disturbed INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE examination ADD COLUMN staged_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE examination ADD COLUMN published_at TIMESTAMP WITH TIME ZONE;

CREATE TABLE examined_line (
    petition_id UUID NOT NULL,
    arrival BIGINT NOT NULL,
    line_id UUID NOT NULL,
    examination_id UUID NOT NULL,
    commitment BYTEA NOT NULL,
    origin VARCHAR NOT NULL,
    written_in UUID,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    person_key BYTEA,
    district_id UUID,
    CONSTRAINT pk_examined_line PRIMARY KEY (petition_id, arrival)
);
CREATE UNIQUE INDEX uq_examined_line_line ON examined_line (petition_id, line_id);
CREATE UNIQUE INDEX uq_examined_line_person ON examined_line (petition_id, person_key) WHERE status = 'valid';
CREATE INDEX ix_examined_line_duplicate ON examined_line (petition_id, person_key) WHERE reason = 'duplicate';

DROP INDEX ix_line_state_person;
CREATE INDEX ix_line_state_duplicate ON line_state (petition_id, person_key) WHERE reason = 'duplicate';

-- A row of a sheet is known by its place; a batch that was keyed wrongly is marked.
CREATE INDEX ix_line_sheet ON line (petition_id, sheet, row) WHERE sheet is not null;
CREATE TABLE paper_batch_mark (
    batch_id UUID NOT NULL,
    note BYTEA,
    marked_by VARCHAR NOT NULL,
    marked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_paper_batch_mark PRIMARY KEY (batch_id),
    CONSTRAINT fk_paper_batch_mark_batch_id_paper_batch FOREIGN KEY(batch_id) REFERENCES paper_batch (id)
);

-- What the nightly recount found.
CREATE TABLE petition_recount (
    petition_id UUID NOT NULL,
    counted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    wrong JSONB NOT NULL,
    CONSTRAINT pk_petition_recount PRIMARY KEY (petition_id),
    CONSTRAINT fk_petition_recount_petition_id_petition FOREIGN KEY(petition_id) REFERENCES petition (id)
);
