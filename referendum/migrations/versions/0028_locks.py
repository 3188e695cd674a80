"""Limits and locks belong to who asks: a number's row and a name's tell askers apart, and end."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0028_locks.sql")


def downgrade() -> None:
    run_file("0028_locks_down.sql")
