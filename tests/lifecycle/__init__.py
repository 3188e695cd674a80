"""A measure told through the town."""
