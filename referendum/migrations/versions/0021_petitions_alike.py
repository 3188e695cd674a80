"""No petition is known to the planner by its id: one that came later was believed to be empty.

Where an index begins with the petition, what it is narrowed by after that then looked like no gain,
and all lines of the petition were read for one.
"""

from __future__ import annotations

from typing import Final

from referendum.migrations.scripts import run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES: Final = (
    "line",
    "line_state",
    "line_decision",
    "standing_signature",
    "examined_line",
    "petition_tally_delta",
    "withdrawal",
)


STANDING: Final = "alter table standing_signature drop constraint uq_standing_signature_line"
UNIQUE: Final = "alter table standing_signature add constraint uq_standing_signature_line unique"


def upgrade() -> None:
    run(STANDING)
    run(f"{UNIQUE} (line_id, petition_id)")
    for table in TABLES:
        # Without statistics of its own a column is taken to have 200 values, all alike.
        run(f"alter table {table} alter column petition_id set statistics 0")


def downgrade() -> None:
    run(STANDING)
    run(f"{UNIQUE} (petition_id, line_id)")
    for table in TABLES:
        run(f"alter table {table} alter column petition_id set statistics -1")
