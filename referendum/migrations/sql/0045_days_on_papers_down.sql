ALTER TABLE election DROP COLUMN paper_id, DROP COLUMN document_number, DROP COLUMN document_date;
