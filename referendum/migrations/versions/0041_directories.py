"""Offices' own directories: links of accounts, visits under way, and how a session was opened."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0041_directories.sql")


def downgrade() -> None:
    run_file("0041_directories_down.sql")
