DROP TABLE paper_batch_restored;
DELETE FROM paper_batch_mark WHERE turn > 1;
ALTER TABLE paper_batch_mark DROP CONSTRAINT pk_paper_batch_mark;
ALTER TABLE paper_batch_mark ADD CONSTRAINT pk_paper_batch_mark PRIMARY KEY (batch_id);
ALTER TABLE paper_batch_mark DROP COLUMN turn;
