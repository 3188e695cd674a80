-- A register goes in by the million: what it refers to is never deleted, and is looked up once a piece.
ALTER TABLE person DROP CONSTRAINT fk_person_jurisdiction_id_jurisdiction;
ALTER TABLE residence DROP CONSTRAINT fk_residence_district_id_district;
ALTER TABLE residence DROP CONSTRAINT fk_residence_key_id_sealed_data_key;
