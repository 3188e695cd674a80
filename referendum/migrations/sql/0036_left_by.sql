-- What was left to one officer before there was a way to leave it names nobody.
ALTER TABLE left_to_one ADD COLUMN left_by VARCHAR;
ALTER TABLE left_to_one ADD COLUMN confirmed_by VARCHAR;
ALTER TABLE left_to_one ADD CONSTRAINT ck_left_to_one_two_officers CHECK (left_by <> confirmed_by);
