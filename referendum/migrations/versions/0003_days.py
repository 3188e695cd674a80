"""Days off and outages that officers enter, and deadlines that differ by district."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0003_days.sql")


def downgrade() -> None:
    run("alter table deadline drop column districts; drop table outage; drop table day_off")
