-- What each key outside the database left in it, by which it is known again. No key is known here:
-- the service writes them at its next start, if all its keys fit what is there.
CREATE TABLE key_mark (
    key VARCHAR NOT NULL,
    mark BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_key_mark PRIMARY KEY (key)
);
