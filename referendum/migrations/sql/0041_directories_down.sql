ALTER TABLE session_row DROP COLUMN way;
DROP TABLE directory_visit;
DROP TABLE directory_link;
