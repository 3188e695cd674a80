"""The city's projects, what was changed in them, and decisions not to call a vote."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0004_projects.sql")


def downgrade() -> None:
    run("alter table measure drop column project_id")
    for table in ("not_called", "project_change", "project_import", "project"):
        run(f"drop table {table}")
