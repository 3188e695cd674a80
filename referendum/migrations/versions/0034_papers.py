"""Papers are things: what rested on a number and a day rests on the one paper that bears them."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0034_papers.sql")


def downgrade() -> None:
    run_file("0034_papers_down.sql")
