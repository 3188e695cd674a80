"""Automatic passes run in the background and tell how far they are."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0002_examination.sql")


def downgrade() -> None:
    run("drop table examination")
