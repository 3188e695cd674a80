"""Voters who enrol themselves for one vote, where its promise may not use the register."""
