"""Designations rest on papers, have their days, can be revoked; petitions know their days."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0038_designations.sql")


def downgrade() -> None:
    run_file("0038_designations_down.sql")
