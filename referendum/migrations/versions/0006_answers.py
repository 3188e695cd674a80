"""Arguments, the lot that orders them, the mayor's answer and its follow-up."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0006_answers.sql")


def downgrade() -> None:
    run("drop table follow_up, answer, draw_value, draw_committed, argument")
