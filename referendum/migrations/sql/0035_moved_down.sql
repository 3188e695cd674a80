DROP TABLE deadline_moved;
DROP TABLE shift;
ALTER TABLE deadline
    DROP COLUMN noticed,
    DROP COLUMN overridden_date,
    DROP COLUMN overridden_number,
    DROP COLUMN overridden_at,
    DROP COLUMN overridden_to;
