"""A message in a worker's hands is claimed in the outbox, whatever it is about."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0010_errands.sql")


def downgrade() -> None:
    run("alter table notice add column claimed_until timestamp with time zone")
    run("alter table outbox_message drop column claimed_until")
