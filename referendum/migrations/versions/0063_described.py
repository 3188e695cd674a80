"""Easy-read texts, a drafter's estimate of the cost, and the place that a measure is about."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0063_described.sql")


def downgrade() -> None:
    run_file("0063_described_down.sql")
