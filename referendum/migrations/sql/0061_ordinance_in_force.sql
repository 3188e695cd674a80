-- What an initiative changes, as its initiators took it from the city's collection of ordinances.
ALTER TABLE measure ADD COLUMN in_force_name varchar NOT NULL DEFAULT '';
ALTER TABLE measure ADD COLUMN in_force varchar NOT NULL DEFAULT '';
