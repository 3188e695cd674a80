"""A certification belongs to the proposal by which a second officer is asked for."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0037_certified_by_two.sql")


def downgrade() -> None:
    run_file("0037_certified_by_two_down.sql")
