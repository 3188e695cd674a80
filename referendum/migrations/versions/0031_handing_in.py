"""Sheets are registered as they are handed over; of petitions handed in before there is no list."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0031_handing_in.sql")


def downgrade() -> None:
    run_file("0031_handing_in_down.sql")
