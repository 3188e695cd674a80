"""What waits for a second officer; what an authority leaves to one; who confirmed a step."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0027_proposals.sql")


def downgrade() -> None:
    run_file("0027_proposals_down.sql")
