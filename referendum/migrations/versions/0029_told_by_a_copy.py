"""What a copy without keys tells of who signed: whom codes and sessions mean, and when."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0029_told_by_a_copy.sql")


def downgrade() -> None:
    run_file("0029_told_by_a_copy_down.sql")
