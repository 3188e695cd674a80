ALTER TABLE district DROP COLUMN position;
