-- Halts that were lifted before name no paper of it.
ALTER TABLE hold ADD COLUMN lifting_paper_id UUID;
ALTER TABLE hold ADD COLUMN lifting_number VARCHAR;
ALTER TABLE hold ADD COLUMN lifting_date DATE;
ALTER TABLE hold ADD CONSTRAINT fk_hold_lifting
    FOREIGN KEY (lifting_paper_id, lifting_number, lifting_date)
    REFERENCES paper (id, number, day);
CREATE INDEX ix_hold_lifting_paper_id ON hold (lifting_paper_id);
