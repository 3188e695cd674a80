ALTER TABLE petition DROP COLUMN online_days;
DROP TABLE designation_revoked;
ALTER TABLE designation
    DROP CONSTRAINT ck_designation_rests_on_a_paper,
    DROP CONSTRAINT ck_designation_period,
    DROP COLUMN paper_id,
    DROP COLUMN channel,
    DROP COLUMN from_day,
    DROP COLUMN until_day,
    DROP COLUMN recorded_by,
    DROP COLUMN confirmed_by,
    DROP COLUMN transcribed_by,
    DROP COLUMN recorded_at;
ALTER TABLE designation RENAME COLUMN document_number TO document;
ALTER TABLE designation RENAME COLUMN document_date TO day;
