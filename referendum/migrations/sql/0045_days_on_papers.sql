-- Elections of before were entered without one, and name none.
ALTER TABLE election ADD COLUMN paper_id UUID;
ALTER TABLE election ADD COLUMN document_number VARCHAR;
ALTER TABLE election ADD COLUMN document_date DATE;
ALTER TABLE election ADD CONSTRAINT fk_election_paper_id_document_number_document_date_paper
    FOREIGN KEY (paper_id, document_number, document_date) REFERENCES paper (id, number, day);
CREATE INDEX ix_election_paper_id ON election (paper_id);
