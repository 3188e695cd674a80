ALTER TABLE register_intake_line DROP COLUMN phone_replaced;
ALTER TABLE register_intake DROP COLUMN phones_first;
ALTER TABLE register_intake DROP COLUMN phones_replaced;
ALTER TABLE register_version DROP COLUMN phones_first;
ALTER TABLE register_version DROP COLUMN phones_replaced;
DROP TABLE phone_change;
