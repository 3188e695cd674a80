ALTER TABLE measure DROP COLUMN in_force;
ALTER TABLE measure DROP COLUMN in_force_name;
