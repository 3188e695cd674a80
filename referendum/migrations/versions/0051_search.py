"""Measures and projects are found by what their texts say, by an index of pairs of signs."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0051_search.sql")


def downgrade() -> None:
    run_file("0051_search_down.sql")
