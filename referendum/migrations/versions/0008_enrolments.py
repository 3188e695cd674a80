"""Voters who enrol themselves for one vote, and the rolls that are made of them."""

from __future__ import annotations

from referendum.migrations.scripts import run, run_file

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0008_enrolments.sql")


def downgrade() -> None:
    run("drop table enrolment_withdrawal, standing_enrolment, enrolment, enrolment_book")
    run("alter table roll drop constraint ck_roll_register_unless_enrolled")
    # Refused where such a roll was made: it cannot be said in the older tables.
    run("alter table roll alter column register_version set not null")
    run("alter table person alter column register_no set not null")
