"""The mayor's delegations, and which one a measure follows."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0005_delegations.sql")


def downgrade() -> None:
    columns = ("rulebook_document", "delegation_id", "asked_by")
    run("alter table measure " + ", ".join(f"drop column {name}" for name in columns))
    run("drop table scope_stated, delegation")
