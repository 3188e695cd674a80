"""What the calendar was refused."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0011_refusals.sql")


def downgrade() -> None:
    run("drop table calendar_refusal")
