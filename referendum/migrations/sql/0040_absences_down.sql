ALTER TABLE attestation DROP COLUMN deputising_for;
ALTER TABLE proposal DROP COLUMN deputising_for;
DROP TABLE deputising;
DROP TABLE absence;
