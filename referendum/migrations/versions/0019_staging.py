"""Staged lines are found by their arrival, and by their person."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0019_staging.sql")


def downgrade() -> None:
    run("drop index ix_examined_line_person")
    run("create unique index uq_examined_line_line on examined_line (petition_id, line_id)")
    run(
        "create unique index uq_examined_line_person on examined_line (petition_id, person_key)"
        " where status = 'valid'"
    )
    run(
        "create index ix_examined_line_duplicate on examined_line (petition_id, person_key)"
        " where reason = 'duplicate'"
    )
