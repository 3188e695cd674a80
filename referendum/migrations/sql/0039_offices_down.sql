ALTER TABLE answer DROP CONSTRAINT ck_answer_decides_first;
ALTER TABLE answer ADD CONSTRAINT ck_answer_decides_once
    CHECK ((sequence = 1) = (decision is not null));
DELETE FROM certificate_pdf WHERE stamped;
ALTER TABLE certificate_pdf DROP CONSTRAINT pk_certificate_pdf, DROP COLUMN stamped;
ALTER TABLE certificate_pdf ADD CONSTRAINT pk_certificate_pdf PRIMARY KEY (certificate_id);
ALTER TABLE certificate DROP COLUMN replaces_id;
DROP TABLE signed_act;
DROP TABLE office_holder;
