ALTER TABLE hold
    DROP COLUMN lifting_paper_id, DROP COLUMN lifting_number, DROP COLUMN lifting_date;
