"""What is over is found by an index; what a roll's entries name is looked up once a statement."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0024_kept_short.sql")


def downgrade() -> None:
    run_file("0024_kept_short_down.sql")
