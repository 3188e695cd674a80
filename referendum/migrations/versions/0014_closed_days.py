"""What bars signing by its day stands on the petition's row."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0014_closed_days.sql")


def downgrade() -> None:
    run("alter table petition drop column closed_days")
