"""Who holds an office and how its acts were signed; results that are corrected."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0039_offices.sql")


def downgrade() -> None:
    run_file("0039_offices_down.sql")
