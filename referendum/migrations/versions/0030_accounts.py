"""Accounts that wait: for a second administrator, for their time, for their confirmation."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0030_accounts.sql")


def downgrade() -> None:
    run_file("0030_accounts_down.sql")
