ALTER TABLE staff
    ADD COLUMN email_sealed BYTEA,
    ADD COLUMN consent_asked_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN consent_asked_by UUID,
    ADD COLUMN waits INTERVAL DEFAULT '0' NOT NULL,
    ADD COLUMN certifies_from TIMESTAMP WITH TIME ZONE,
    ADD COLUMN confirm_by TIMESTAMP WITH TIME ZONE,
    ADD COLUMN rests_from TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT fk_staff_consent_asked_by_staff
        FOREIGN KEY (consent_asked_by) REFERENCES staff (id);
-- Whoever has an account already keeps what it may do, and has half a year to be confirmed.
UPDATE staff SET confirm_by = clock_timestamp() + interval '182 days',
                 rests_from = clock_timestamp() + interval '212 days';
ALTER TABLE staff
    ALTER COLUMN confirm_by SET NOT NULL,
    ALTER COLUMN rests_from SET NOT NULL;

-- By this one what an officer did is found.
CREATE INDEX ix_record_entry_officer ON record_entry
    ((substring(leaf from position('"by":"officer:'::bytea in leaf) + 6 for 44)), number)
    WHERE position('"by":"officer:'::bytea in leaf) > 0;

-- Links of before were shown to whoever made them, and their tokens do not derive from an id.
ALTER TABLE setup_link
    ADD COLUMN id UUID DEFAULT gen_random_uuid() NOT NULL,
    ADD COLUMN way VARCHAR DEFAULT 'shown' NOT NULL,
    ADD COLUMN tries INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN sent_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN failed_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT uq_setup_link_id UNIQUE (id);
ALTER TABLE setup_link
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN way DROP DEFAULT;
