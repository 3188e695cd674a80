-- The record binds a count first and shows it when all are in. Earlier counts were shown at once.
ALTER TABLE count_return ADD COLUMN salt BYTEA;

CREATE TABLE count_opening (
    return_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    CONSTRAINT pk_count_opening PRIMARY KEY (return_id),
    CONSTRAINT fk_count_opening_return_id_count_return FOREIGN KEY(return_id) REFERENCES count_return (id),
    CONSTRAINT fk_count_opening_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id)
);
