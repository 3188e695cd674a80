"""Runs a migration's SQL file as it stands. A file that was released is never edited."""

from __future__ import annotations

from importlib.resources import files

from alembic import op


def run_file(name: str) -> None:
    run((files("referendum.migrations") / "sql" / name).read_text("utf-8"))


def run(script: str) -> None:
    """Past SQLAlchemy, which would take the per cent signs in it for places of parameters."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(script)
