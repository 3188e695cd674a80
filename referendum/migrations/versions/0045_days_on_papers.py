"""An election rests on the paper that announced it, as days off and outages do."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0045_days_on_papers.sql")


def downgrade() -> None:
    run_file("0045_days_on_papers_down.sql")
