"""A batch of sheets that was taken back by mistake can be put back."""

from __future__ import annotations

from referendum.migrations.scripts import run_file

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0047_batches_put_back.sql")


def downgrade() -> None:
    run_file("0047_batches_put_back_down.sql")
