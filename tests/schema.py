"""The schema of the test databases, built as `referendum migrate` builds a city's."""

from __future__ import annotations

from referendum.migrations.migrating import Role, migrate

APP = "referendum_app"


def build(url: str) -> None:
    """Migrate an empty database, for an application that may shift the clock."""
    migrate(url, Role(APP), may_shift_clock=True)
