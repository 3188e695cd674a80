"""Which roles of an account wait for a second administrator: from now on every one given."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0044_consented_roles.sql")


def downgrade() -> None:
    run_file("0044_consented_roles_down.sql")
