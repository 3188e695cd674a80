"""What each key left in the database, by which it is known again."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0018_key_marks.sql")


def downgrade() -> None:
    run("drop table key_mark")
