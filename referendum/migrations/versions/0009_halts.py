"""The halt of a petition on the row that its signers share."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0009_halts.sql")


def downgrade() -> None:
    run("alter table petition drop column halted")
