-- A batch may be taken back once more after it was put back.
ALTER TABLE paper_batch_mark ADD COLUMN turn INTEGER NOT NULL DEFAULT 1;
ALTER TABLE paper_batch_mark ALTER COLUMN turn DROP DEFAULT;
ALTER TABLE paper_batch_mark DROP CONSTRAINT pk_paper_batch_mark;
ALTER TABLE paper_batch_mark ADD CONSTRAINT pk_paper_batch_mark PRIMARY KEY (batch_id, turn);

CREATE TABLE paper_batch_restored (
    batch_id UUID NOT NULL,
    turn INTEGER NOT NULL,
    merkle_root BYTEA NOT NULL,
    note BYTEA,
    restored_by VARCHAR NOT NULL,
    restored_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_paper_batch_restored PRIMARY KEY (batch_id, turn),
    CONSTRAINT fk_paper_batch_restored_batch_id_turn_paper_batch_mark
        FOREIGN KEY(batch_id, turn) REFERENCES paper_batch_mark (batch_id, turn)
);
