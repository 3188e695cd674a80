-- Accounts that their office's own directory recognises, and browsers on their way there.
CREATE TABLE directory_link (
    staff_id UUID NOT NULL,
    subject_index BYTEA NOT NULL,
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_directory_link PRIMARY KEY (staff_id),
    CONSTRAINT uq_directory_link_subject UNIQUE (subject_index),
    CONSTRAINT fk_directory_link_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE TABLE directory_visit (
    state_hash BYTEA NOT NULL,
    authority VARCHAR NOT NULL,
    errand VARCHAR NOT NULL,
    browser BYTEA NOT NULL,
    session_hash BYTEA,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    back_at TIMESTAMP WITH TIME ZONE,
    staff_id UUID,
    CONSTRAINT pk_directory_visit PRIMARY KEY (state_hash),
    CONSTRAINT fk_directory_visit_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_directory_visit_expires_at ON directory_visit (expires_at);
ALTER TABLE session_row ADD COLUMN way VARCHAR;
UPDATE session_row SET way = 'password' WHERE staff_id IS NOT NULL;
