"""Where and when people vote: addresses of stations, early voting, streets with their district."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0048_where_to_vote.sql")


def downgrade() -> None:
    run_file("0048_where_to_vote_down.sql")
