-- Several hands stage lines at once: which of a person's stands is settled when all are staged.
DROP INDEX uq_examined_line_line;
DROP INDEX uq_examined_line_person;
DROP INDEX ix_examined_line_duplicate;
CREATE INDEX ix_examined_line_person ON examined_line (petition_id, person_key) WHERE person_key is not null;
