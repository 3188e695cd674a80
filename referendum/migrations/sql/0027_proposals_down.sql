DROP TABLE left_to_one;
ALTER TABLE hold DROP COLUMN placing_confirmed_by;
ALTER TABLE hold DROP COLUMN lifting_confirmed_by;
ALTER TABLE step_taken DROP COLUMN transcribed_by;
ALTER TABLE step_taken DROP COLUMN confirmed_by;
DROP TABLE proposal;
