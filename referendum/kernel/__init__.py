"""Mechanisms that every domain stands on: database, work, clock, record, outbox, keys."""
