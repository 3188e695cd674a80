"""The checklist of excluded subjects that goes with a draft."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0007_checklists.sql")


def downgrade() -> None:
    run("alter table measure drop column checklist")
