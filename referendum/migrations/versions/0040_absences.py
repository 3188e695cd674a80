"""Absences: who is away from when until when, who deputises, and when the deputy acted as such."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0040_absences.sql")


def downgrade() -> None:
    run_file("0040_absences_down.sql")
