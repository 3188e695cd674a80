"""The queue: who of an office sees to a task, and what officers were told."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0043_queue.sql")


def downgrade() -> None:
    run_file("0043_queue_down.sql")
