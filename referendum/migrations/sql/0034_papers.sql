-- A paper is a thing: every act that named a number and a day rests on the paper that bears them.
CREATE TABLE paper (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    issuer VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    number_key VARCHAR NOT NULL,
    day DATE NOT NULL,
    doubled BOOLEAN DEFAULT false NOT NULL,
    entered_by VARCHAR NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_paper PRIMARY KEY (id),
    CONSTRAINT uq_paper_as_named UNIQUE (id, number, day),
    CONSTRAINT fk_paper_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);
CREATE INDEX ix_paper_entered ON paper (jurisdiction_id, entered_at);
CREATE UNIQUE INDEX uq_paper_number ON paper (jurisdiction_id, issuer, number_key) WHERE not doubled;
CREATE TABLE paper_file (
    id UUID NOT NULL,
    paper_id UUID NOT NULL,
    copy INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    key_id UUID NOT NULL,
    authority VARCHAR NOT NULL,
    added_by VARCHAR NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_paper_file PRIMARY KEY (id),
    CONSTRAINT uq_paper_file_once UNIQUE (paper_id, copy),
    CONSTRAINT ck_paper_file_copy CHECK (copy >= 0),
    CONSTRAINT ck_paper_file_size CHECK (size > 0),
    CONSTRAINT ck_paper_file_kind CHECK (kind in ('pdf', 'png', 'jpeg', 'tiff')),
    CONSTRAINT fk_paper_file_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id),
    CONSTRAINT fk_paper_file_key_id_sealed_data_key FOREIGN KEY(key_id) REFERENCES sealed_data_key (id)
);
CREATE TABLE paper_copy_withdrawn (
    file_id UUID NOT NULL,
    withdrawn_by VARCHAR NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    reason VARCHAR NOT NULL,
    CONSTRAINT pk_paper_copy_withdrawn PRIMARY KEY (file_id),
    CONSTRAINT fk_paper_copy_withdrawn_file_id_paper_file FOREIGN KEY(file_id) REFERENCES paper_file (id)
);
CREATE TABLE paper_piece (
    file_id UUID NOT NULL,
    number INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT pk_paper_piece PRIMARY KEY (file_id, number),
    CONSTRAINT fk_paper_piece_file_id_paper_file FOREIGN KEY(file_id) REFERENCES paper_file (id)
);

-- What rested on a paper so far, with whose it was: a result is annulled by a court, a day off is
-- declared by the State, the rest is of the authority that decides. Who entered it is the first who
-- named it; where nobody was written down, the operator.
CREATE TEMPORARY TABLE named_before AS
SELECT m.jurisdiction_id,
       CASE WHEN s.act = 'annul_result' THEN 'court' ELSE coalesce(s.authority, 'other') END AS issuer,
       s.document_number AS number, s.document_date AS day, s.by AS entered_by, s.taken_at AS entered_at,
       'step_taken' AS serves, s.measure_id AS a, s.sequence::text AS b
  FROM step_taken s JOIN measure m ON m.id = s.measure_id WHERE s.document_number IS NOT NULL
UNION ALL
SELECT m.jurisdiction_id,
       CASE WHEN h.kind = 'court' THEN 'court' ELSE coalesce(a.authority, 'other') END,
       h.document_number, h.document_date, h.placed_by, h.from_at, 'hold', h.id, ''
  FROM hold h JOIN measure m ON m.id = h.measure_id
  LEFT JOIN staff a ON 'officer:' || a.id = h.placed_by
UNION ALL
SELECT d.jurisdiction_id, 'state', d.document_number, d.document_date, 'operator', referendum_now(),
       'day_off', d.id, ''
  FROM day_off d
UNION ALL
SELECT o.jurisdiction_id, coalesce(j.operated_by ->> 0, 'other'), o.document_number, o.document_date,
       'operator', referendum_now(), 'outage', o.id, ''
  FROM outage o JOIN jurisdiction j ON j.id = o.jurisdiction_id
UNION ALL
SELECT m.jurisdiction_id, 'mayor', r.document_number, r.document_date, r.entered_by, r.entered_at,
       'argument', r.id, ''
  FROM argument r JOIN measure m ON m.id = r.measure_id
UNION ALL
SELECT m.jurisdiction_id, 'mayor', r.document_number, r.document_date, r.entered_by, r.given_at,
       'answer', r.measure_id, r.sequence::text
  FROM answer r JOIN measure m ON m.id = r.measure_id
UNION ALL
SELECT p.jurisdiction_id, 'mayor', n.document_number, n.document_day, n.by, n.decided_at,
       'not_called', n.id, ''
  FROM not_called n JOIN project p ON p.id = n.project_id
UNION ALL
SELECT m.jurisdiction_id, CASE WHEN s.asked_by = 'council' THEN 'council_chair' ELSE 'other' END,
       s.asked_document, s.asked_on, s.stated_by, s.stated_at, 'asked', s.measure_id, ''
  FROM scope_stated s JOIN measure m ON m.id = s.measure_id WHERE s.asked_document IS NOT NULL
UNION ALL
SELECT m.jurisdiction_id, 'other', s.opinion_document, s.opinion_on, s.stated_by, s.stated_at,
       'opinion', s.measure_id, ''
  FROM scope_stated s JOIN measure m ON m.id = s.measure_id WHERE s.opinion_document IS NOT NULL;

INSERT INTO paper (id, jurisdiction_id, issuer, number, number_key, day, entered_by, entered_at, doubled)
SELECT gen_random_uuid(), jurisdiction_id, issuer, number,
       regexp_replace(lower(normalize(number, NFKC)), '\s', '', 'g'), day,
       (array_agg(entered_by ORDER BY entered_at))[1], min(entered_at), true
  FROM named_before GROUP BY jurisdiction_id, issuer, number, day;

-- Where one number was written with two days, or in two ways, both papers stay, and say so.
UPDATE paper p SET doubled = false
 WHERE NOT EXISTS (
       SELECT FROM paper o
        WHERE o.id <> p.id AND o.jurisdiction_id = p.jurisdiction_id
          AND o.issuer = p.issuer AND o.number_key = p.number_key);

ALTER TABLE step_taken ADD COLUMN paper_id UUID;
UPDATE step_taken t SET paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'step_taken' AND t.measure_id = n.a AND t.sequence::text = n.b;
ALTER TABLE step_taken ADD CONSTRAINT fk_step_taken_paper_id_document_number_document_date_paper
    FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day);
CREATE INDEX ix_step_taken_paper_id ON step_taken (paper_id);
ALTER TABLE step_taken ADD CONSTRAINT ck_step_taken_rests_on_a_paper
    CHECK ((paper_id is null) = (document_number is null));

ALTER TABLE hold ADD COLUMN paper_id UUID;
UPDATE hold t SET paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'hold' AND t.id = n.a;
ALTER TABLE hold ALTER COLUMN paper_id SET NOT NULL;
ALTER TABLE hold ADD CONSTRAINT fk_hold_paper_id_document_number_document_date_paper
    FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day);
CREATE INDEX ix_hold_paper_id ON hold (paper_id);

ALTER TABLE day_off ADD COLUMN paper_id UUID;
UPDATE day_off t SET paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'day_off' AND t.id = n.a;
ALTER TABLE day_off ALTER COLUMN paper_id SET NOT NULL;
ALTER TABLE day_off ADD CONSTRAINT fk_day_off_paper_id_document_number_document_date_paper
    FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day);
CREATE INDEX ix_day_off_paper_id ON day_off (paper_id);

ALTER TABLE outage ADD COLUMN paper_id UUID;
UPDATE outage t SET paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'outage' AND t.id = n.a;
ALTER TABLE outage ALTER COLUMN paper_id SET NOT NULL;
ALTER TABLE outage ADD CONSTRAINT fk_outage_paper_id_document_number_document_date_paper
    FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day);
CREATE INDEX ix_outage_paper_id ON outage (paper_id);

ALTER TABLE argument ADD COLUMN paper_id UUID;
UPDATE argument t SET paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'argument' AND t.id = n.a;
ALTER TABLE argument ALTER COLUMN paper_id SET NOT NULL;
ALTER TABLE argument ADD CONSTRAINT fk_argument_paper_id_document_number_document_date_paper
    FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day);
CREATE INDEX ix_argument_paper_id ON argument (paper_id);

ALTER TABLE answer ADD COLUMN paper_id UUID;
UPDATE answer t SET paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'answer' AND t.measure_id = n.a AND t.sequence::text = n.b;
ALTER TABLE answer ALTER COLUMN paper_id SET NOT NULL;
ALTER TABLE answer ADD CONSTRAINT fk_answer_paper_id_document_number_document_date_paper
    FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day);
CREATE INDEX ix_answer_paper_id ON answer (paper_id);

ALTER TABLE not_called ADD COLUMN paper_id UUID;
UPDATE not_called t SET paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'not_called' AND t.id = n.a;
ALTER TABLE not_called ALTER COLUMN paper_id SET NOT NULL;
ALTER TABLE not_called ADD CONSTRAINT fk_not_called_paper_id_document_number_document_day_paper
    FOREIGN KEY (paper_id, document_number, document_day) REFERENCES paper (id, number, day);
CREATE INDEX ix_not_called_paper_id ON not_called (paper_id);

ALTER TABLE scope_stated ADD COLUMN asked_paper_id UUID, ADD COLUMN opinion_paper_id UUID;
UPDATE scope_stated t SET asked_paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'asked' AND t.measure_id = n.a;
UPDATE scope_stated t SET opinion_paper_id = p.id
  FROM named_before n JOIN paper p USING (jurisdiction_id, issuer, number, day)
 WHERE n.serves = 'opinion' AND t.measure_id = n.a;
ALTER TABLE scope_stated ADD CONSTRAINT fk_scope_stated_asked
    FOREIGN KEY (asked_paper_id, asked_document, asked_on) REFERENCES paper (id, number, day);
ALTER TABLE scope_stated ADD CONSTRAINT fk_scope_stated_opinion
    FOREIGN KEY (opinion_paper_id, opinion_document, opinion_on) REFERENCES paper (id, number, day);
CREATE INDEX ix_scope_stated_asked_paper_id ON scope_stated (asked_paper_id);
CREATE INDEX ix_scope_stated_opinion_paper_id ON scope_stated (opinion_paper_id);
DROP TABLE named_before;
