"""Lifting a halt rests on a paper, as placing it does."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0046_lifting_on_paper.sql")


def downgrade() -> None:
    run_file("0046_lifting_on_paper_down.sql")
