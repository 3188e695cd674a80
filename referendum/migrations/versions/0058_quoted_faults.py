"""What stands where lines of a register's file are at fault, sealed with the file's own key."""

from __future__ import annotations

from referendum.migrations.scripts import run

revision = "0058"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("alter table register_intake add column quoted bytea")


def downgrade() -> None:
    run("alter table register_intake drop column quoted")
