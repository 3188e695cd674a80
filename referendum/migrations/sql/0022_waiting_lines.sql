-- What waits is found in a table of its own, so that no index of line_state knows what is decided:
-- a decision then changes a state in its page and touches no index.
CREATE TABLE waiting_line (
    petition_id UUID NOT NULL,
    arrival BIGINT NOT NULL,
    line_id UUID NOT NULL,
    number INTEGER,
    reason VARCHAR NOT NULL,
    person_key BYTEA,
    CONSTRAINT pk_waiting_line PRIMARY KEY (petition_id, arrival)
);
INSERT INTO waiting_line (petition_id, arrival, line_id, number, reason, person_key)
SELECT petition_id, arrival, line_id, number, reason, person_key
  FROM line_state WHERE status = 'open' OR reason = 'duplicate' ORDER BY petition_id, arrival;
CREATE INDEX ix_waiting_line_open ON waiting_line (petition_id, number) WHERE reason <> 'duplicate';
CREATE INDEX ix_waiting_line_duplicate ON waiting_line (petition_id, person_key) WHERE reason = 'duplicate';
ALTER TABLE waiting_line ALTER COLUMN petition_id SET STATISTICS 0;

DROP INDEX ix_line_state_open;
DROP INDEX ix_line_state_unexamined;
DROP INDEX ix_line_state_duplicate;
-- A pass that is under way finds the states of a piece by their numbers, which rise with arrival.
ALTER TABLE examined_line ADD COLUMN number INTEGER;
UPDATE examined_line e SET number = s.number
  FROM line_state s WHERE s.petition_id = e.petition_id AND s.line_id = e.line_id;
ALTER TABLE examined_line ALTER COLUMN number SET NOT NULL;
-- Room in each page for what is decided on its lines.
ALTER TABLE line_state SET (fillfactor = 45);

-- HMAC-SHA-256 as before. `convert_to` is only stable: what calls it and says to be immutable is
-- called row by row, and not written into the statement, which costs three times the hashing.
CREATE OR REPLACE FUNCTION hmac_padded(inner_pad bytea, outer_pad bytea, message text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(outer_pad || sha256(inner_pad || convert_to(message, 'UTF8')))
$$;
