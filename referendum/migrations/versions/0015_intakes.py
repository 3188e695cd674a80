"""Files on their way into the register, and rows that nobody sees before their version."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0015_intakes.sql")


def downgrade() -> None:
    run(
        "drop table register_intake_missing, register_intake_line, register_intake_fault,"
        " register_intake_piece, register_intake"
    )
    run("drop index ix_residence_phone_index")
    run(
        "create index ix_residence_phone_index on residence (phone_index)"
        " where phone_index is not null and version_to is null"
    )
