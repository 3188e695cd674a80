"""A measure's life: the only room that knows both signatures and ballots."""
