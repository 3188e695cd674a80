"""The mayor's prior promise itself: drafted, signed, in force, revoked."""
