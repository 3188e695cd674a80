"""Pages that the city writes about its own service, each in versions."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0056_city_pages.sql")


def downgrade() -> None:
    run_file("0056_city_pages_down.sql")
