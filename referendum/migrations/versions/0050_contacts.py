"""Where an authority's desk is, when it is open and how it is called."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0050"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0050_contacts.sql")


def downgrade() -> None:
    run_file("0050_contacts_down.sql")
