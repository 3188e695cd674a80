"""Rows that are never deleted need no look-up for each of a million rows that name them."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

REFERENCES = (
    ("person", "jurisdiction_id", "jurisdiction"),
    ("residence", "district_id", "district"),
    ("residence", "key_id", "sealed_data_key"),
)


def upgrade() -> None:
    run_file("0020_kept.sql")


def downgrade() -> None:
    for table, column, other in REFERENCES:
        run(
            f"alter table {table} add constraint fk_{table}_{column}_{other}"
            f" foreign key ({column}) references {other} (id)"
        )
