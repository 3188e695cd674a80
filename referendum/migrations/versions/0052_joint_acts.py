"""What representatives decide together, and whom they invite."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0052_joint_acts.sql")


def downgrade() -> None:
    run_file("0052_joint_acts_down.sql")
