-- Whoever calls something outside holds the message itself, and nobody a table of its own.
ALTER TABLE outbox_message ADD COLUMN claimed_until TIMESTAMP WITH TIME ZONE;
ALTER TABLE notice DROP COLUMN claimed_until;
