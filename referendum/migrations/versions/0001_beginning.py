"""The clock, the keyed hash, every table of the first release, and the queues."""

from __future__ import annotations

from pgmq import get_embedded_install_sql

from referendum.migrations.scripts import run, run_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("functions.sql")
    run_file("0001_tables.sql")
    run(get_embedded_install_sql())


def downgrade() -> None:
    run("drop schema pgmq cascade")
    run_file("0001_tables_down.sql")
    run_file("functions_down.sql")
