ALTER TABLE left_to_one DROP CONSTRAINT ck_left_to_one_two_officers;
ALTER TABLE left_to_one DROP COLUMN confirmed_by;
ALTER TABLE left_to_one DROP COLUMN left_by;
