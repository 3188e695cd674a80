"""Passes that decide beside the lines; what may stand next is found among duplicates alone."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0016_passes.sql")


def downgrade() -> None:
    run("drop table examined_line, paper_batch_mark, petition_recount")
    run("drop index ix_line_sheet")
    for column in ("reached", "disturbed", "staged_at", "published_at"):
        run(f"alter table examination drop column {column}")
    run("drop index ix_line_state_duplicate")
    run(
        "create index ix_line_state_person on line_state (petition_id, person_key)"
        " where person_key is not null"
    )
