"""Counts that the record binds by a salted hash until all of a poll may be seen."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0017_withheld.sql")


def downgrade() -> None:
    run("drop table count_opening")
    run("alter table count_return drop column salt")
