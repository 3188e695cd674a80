"""Lines that wait stand in a table of their own; a decision changes a state within its page."""

from __future__ import annotations

from typing import Final

from referendum.migrations.scripts import run, run_file

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INDEXES: Final = (
    "ix_line_state_open on line_state (petition_id, number) where status = 'open'",
    "ix_line_state_unexamined on line_state (petition_id, arrival) where reason = 'unexamined'",
    "ix_line_state_duplicate on line_state (petition_id, person_key) where reason = 'duplicate'",
)


def upgrade() -> None:
    run_file("0022_waiting_lines.sql")


def downgrade() -> None:
    run("alter function hmac_padded(bytea, bytea, text) immutable")
    run("alter table line_state reset (fillfactor)")
    run("alter table examined_line drop column number")
    for index in INDEXES:
        run(f"create index {index}")
    run("drop table waiting_line")
