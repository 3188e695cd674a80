"""What moved: overrides with their paper and their day, and every deadline that a cause moved."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0035_moved.sql")


def downgrade() -> None:
    run_file("0035_moved_down.sql")
