"""Who follows a measure, a district or all; what is told to them; letters that wait."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0060"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0060_following.sql")


def downgrade() -> None:
    run_file("0060_following_down.sql")
