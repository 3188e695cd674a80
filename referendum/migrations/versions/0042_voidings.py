"""Decisions over many lines: kept, so that each can be taken back as a whole."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0042_voidings.sql")


def downgrade() -> None:
    run_file("0042_voidings_down.sql")
