"""A city reads its districts in its own order, which no alphabet gives."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0055"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0055_order_of_districts.sql")


def downgrade() -> None:
    run_file("0055_order_of_districts_down.sql")
