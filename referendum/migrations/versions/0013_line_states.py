"""Where each line stands now, as a projection; counts as sums of its changes."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0013_line_states.sql")


def downgrade() -> None:
    run("drop table line_state, petition_tally_delta")
    run("alter table line rename column arrival to number")
    run("alter sequence line_arrival_seq rename to line_number_seq")
    run("create index ix_line_number on line (petition_id, number)")
    for table in ("line_decision", "standing_signature"):
        run(
            f"alter table {table} add constraint fk_{table}_petition_id_line_id_line"
            " foreign key (petition_id, line_id) references line (petition_id, id)"
        )
    run(
        "create index ix_line_decision_person on line_decision (person_key)"
        " where person_key is not null"
    )
