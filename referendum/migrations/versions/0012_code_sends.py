"""Codes without an outbox row each, and one row that decides for a number."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0012_code_sends.sql")


def downgrade() -> None:
    run_file("0012_code_sends_down.sql")
