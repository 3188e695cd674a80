-- Names that were typed with an answer or a promise so far stay where they stand.
CREATE TABLE office_holder (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    office VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    from_day DATE NOT NULL,
    until_day DATE,
    paper_id UUID,
    document_number VARCHAR NOT NULL,
    document_date DATE NOT NULL,
    recorded_by VARCHAR NOT NULL,
    confirmed_by VARCHAR,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    demo BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_office_holder PRIMARY KEY (id),
    CONSTRAINT ck_office_holder_rests_on_a_paper CHECK (demo or paper_id is not null),
    CONSTRAINT ck_office_holder_period CHECK (until_day is null or from_day <= until_day),
    CONSTRAINT fk_office_holder_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id)
        REFERENCES jurisdiction (id),
    CONSTRAINT fk_office_holder_paper_id_document_number_document_date_paper
        FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day)
);
CREATE INDEX ix_office_holder_office ON office_holder (jurisdiction_id, office, from_day);
CREATE INDEX ix_office_holder_paper_id ON office_holder (paper_id);

CREATE TABLE signed_act (
    entry_id UUID NOT NULL,
    what VARCHAR NOT NULL,
    about UUID NOT NULL,
    office VARCHAR NOT NULL,
    holder_id UUID NOT NULL,
    holder_name VARCHAR NOT NULL,
    holder_title VARCHAR NOT NULL,
    deputy_name VARCHAR,
    deputy_office VARCHAR,
    paper_id UUID NOT NULL,
    document_number VARCHAR NOT NULL,
    document_date DATE NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_signed_act PRIMARY KEY (entry_id),
    CONSTRAINT ck_signed_act_deputy_is_whole CHECK ((deputy_name is null) = (deputy_office is null)),
    CONSTRAINT fk_signed_act_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id),
    CONSTRAINT fk_signed_act_holder_id_office_holder FOREIGN KEY(holder_id)
        REFERENCES office_holder (id),
    CONSTRAINT fk_signed_act_paper_id_document_number_document_date_paper
        FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day)
);
CREATE INDEX ix_signed_act_about ON signed_act (about);
CREATE INDEX ix_signed_act_paper_id ON signed_act (paper_id);

-- A corrected result has another certificate, which names the one before it; the old one's PDF is made
-- once more, and says so.
ALTER TABLE certificate
    ADD COLUMN replaces_id UUID,
    ADD CONSTRAINT uq_certificate_replaces_id UNIQUE (replaces_id),
    ADD CONSTRAINT fk_certificate_replaces_id_certificate FOREIGN KEY(replaces_id)
        REFERENCES certificate (id);
ALTER TABLE certificate_pdf ADD COLUMN stamped BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE certificate_pdf DROP CONSTRAINT pk_certificate_pdf;
ALTER TABLE certificate_pdf ADD CONSTRAINT pk_certificate_pdf PRIMARY KEY (certificate_id, stamped);
-- A corrected result is answered anew.
ALTER TABLE answer DROP CONSTRAINT ck_answer_decides_once;
ALTER TABLE answer ADD CONSTRAINT ck_answer_decides_first
    CHECK (sequence > 1 or decision is not null);
