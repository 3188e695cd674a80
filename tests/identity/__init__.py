"""Codes, sessions and staff, told by what the requirements promise."""
