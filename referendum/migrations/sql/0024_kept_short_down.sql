DROP TABLE sheet_intake_rows;
DROP TABLE sheet_intake_piece;
DROP TABLE sheet_intake;
DROP TRIGGER roll_entry_of_draft ON roll_entry;
DROP FUNCTION roll_entry_of_draft();
ALTER TABLE roll_entry ADD CONSTRAINT fk_roll_entry_roll_id_roll
    FOREIGN KEY (roll_id) REFERENCES roll (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE roll_entry ADD CONSTRAINT fk_roll_entry_person_id_person
    FOREIGN KEY (person_id) REFERENCES person (id);
ALTER TABLE roll_entry ADD CONSTRAINT fk_roll_entry_district_id_district
    FOREIGN KEY (district_id) REFERENCES district (id);
DROP TABLE roll_draft;
DROP INDEX ix_record_place_measure_id;
ALTER TABLE record_place DROP COLUMN measure_id;
DROP INDEX ix_idempotency_key_expires_at;
DROP INDEX ix_outbox_message_done;
