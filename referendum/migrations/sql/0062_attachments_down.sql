DROP TABLE attached_file;
ALTER TABLE measure DROP COLUMN attachments;
