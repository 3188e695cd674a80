"""The ordinance in force that an initiative changes, for both to be read side by side."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0061_ordinance_in_force.sql")


def downgrade() -> None:
    run_file("0061_ordinance_in_force_down.sql")
