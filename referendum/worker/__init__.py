"""Background work, from the outbox."""
