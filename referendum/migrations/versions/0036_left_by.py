"""Who left an act to one officer, and who confirmed it."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0036_left_by.sql")


def downgrade() -> None:
    run_file("0036_left_by_down.sql")
