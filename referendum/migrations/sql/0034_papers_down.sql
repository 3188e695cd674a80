ALTER TABLE step_taken DROP CONSTRAINT ck_step_taken_rests_on_a_paper, DROP COLUMN paper_id;
ALTER TABLE hold DROP COLUMN paper_id;
ALTER TABLE day_off DROP COLUMN paper_id;
ALTER TABLE outage DROP COLUMN paper_id;
ALTER TABLE argument DROP COLUMN paper_id;
ALTER TABLE answer DROP COLUMN paper_id;
ALTER TABLE not_called DROP COLUMN paper_id;
ALTER TABLE scope_stated DROP COLUMN asked_paper_id, DROP COLUMN opinion_paper_id;
DROP TABLE paper_piece, paper_copy_withdrawn, paper_file, paper;
