"""Who someone is: one-time codes, sessions, staff with a second factor."""
