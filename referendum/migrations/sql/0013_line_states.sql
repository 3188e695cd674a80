-- Where each line stands now, and what its changes add to the counts.
ALTER TABLE line RENAME COLUMN number TO arrival;
ALTER SEQUENCE line_number_seq RENAME TO line_arrival_seq;
DROP INDEX ix_line_number;

CREATE TABLE line_state (
    petition_id UUID NOT NULL,
    line_id UUID NOT NULL,
    arrival BIGINT NOT NULL,
    number INTEGER,
    version INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    person_key BYTEA,
    district_id UUID,
    origin VARCHAR NOT NULL,
    received_on DATE NOT NULL,
    CONSTRAINT pk_line_state PRIMARY KEY (petition_id, line_id),
    CONSTRAINT ck_line_state_reason CHECK ((status = 'valid') = (reason is null)),
    CONSTRAINT ck_line_state_person CHECK (status <> 'valid' or person_key is not null),
    CONSTRAINT fk_line_state_petition_id_line_id_line FOREIGN KEY(petition_id, line_id) REFERENCES line (petition_id, id)
);

INSERT INTO line_state (petition_id, line_id, arrival, number, version, status, reason, person_key,
                        district_id, origin, received_on)
SELECT l.petition_id, l.id, l.arrival,
       row_number() OVER (PARTITION BY l.petition_id ORDER BY l.arrival),
       coalesce(latest.version, 0),
       coalesce(latest.status, 'open'),
       CASE WHEN latest.line_id IS NULL THEN 'unexamined' ELSE latest.reason END,
       latest.person_key,
       coalesce(latest.district_id, l.district_id),
       l.origin, l.received_on
  FROM line l
  LEFT JOIN (SELECT DISTINCT ON (petition_id, line_id) *
               FROM line_decision ORDER BY petition_id, line_id, version DESC) AS latest
    ON latest.petition_id = l.petition_id AND latest.line_id = l.id;

CREATE UNIQUE INDEX uq_line_state_number ON line_state (petition_id, number) WHERE number is not null;
CREATE INDEX ix_line_state_open ON line_state (petition_id, number) WHERE status = 'open';
CREATE INDEX ix_line_state_unexamined ON line_state (petition_id, arrival) WHERE reason = 'unexamined';
CREATE INDEX ix_line_state_unnumbered ON line_state (petition_id, arrival) WHERE number is null;
CREATE INDEX ix_line_state_person ON line_state (petition_id, person_key) WHERE person_key is not null;

-- Both are written with the line's state, which refers to the line.
ALTER TABLE line_decision DROP CONSTRAINT fk_line_decision_petition_id_line_id_line;
ALTER TABLE standing_signature DROP CONSTRAINT fk_standing_signature_petition_id_line_id_line;
DROP INDEX ix_line_decision_person;

CREATE TABLE petition_tally_delta (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    petition_id UUID NOT NULL,
    district_id UUID NOT NULL,
    origin VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    lines INTEGER NOT NULL,
    CONSTRAINT pk_petition_tally_delta PRIMARY KEY (petition_id, id)
);

DELETE FROM petition_tally;
INSERT INTO petition_tally (petition_id, district_id, origin, status, reason, lines, folded_at)
SELECT petition_id, coalesce(district_id, '00000000-0000-0000-0000-000000000000'), origin, status,
       coalesce(reason, ''), count(*), referendum_now()
  FROM line_state GROUP BY 1, 2, 3, 4, 5;
