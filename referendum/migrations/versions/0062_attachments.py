"""Files attached to a measure's text, and which of them it has."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0062_attachments.sql")


def downgrade() -> None:
    run_file("0062_attachments_down.sql")
