"""What was said of a register's file that was refused for most of its lines, in the one shape."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0026_faults.sql")


def downgrade() -> None:
    run_file("0026_faults_down.sql")
