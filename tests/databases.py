"""The databases of a run's tests: a copy of a template for each that writes.

Making and dropping one costs as much as a small test. One in which no transaction wrote anything
is still the copy that it was, and serves the next test that asks for the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from referendum.cli.postgres import Server


class Databases:
    """Lends them, one test at a time."""

    def __init__(self, server: Server) -> None:
        self._address = server.conninfo_of("postgres")
        self._kept: psycopg.Connection[Any] | None = None
        self._unwritten: defaultdict[str, list[str]] = defaultdict(list)

    @contextmanager
    def lent(self, template: str) -> Iterator[str]:
        """The name of a copy that nobody has written in."""
        waiting = self._unwritten[template]
        name = waiting.pop() if waiting else self._copied(template)
        before = self._written()
        yield name
        if self._written() == before and self._is_left(name):
            waiting.append(name)
        else:
            self._runs("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def ends(self) -> None:
        if self._kept is not None:
            self._kept.close()

    def _copied(self, template: str) -> str:
        name = f"test_{uuid4().hex[:12]}"
        self._runs("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def _written(self) -> int:
        """The number that the next transaction that writes will have, whatever it writes in."""
        found = self._asks("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return int(found)

    def _is_left(self, name: str) -> bool:
        """Whoever still has it open goes; not at once where the server is busy."""
        ended = "SELECT bool_and(pg_terminate_backend(pid, 10000)) IS NOT FALSE"
        return bool(self._asks(f"{ended} FROM pg_stat_activity WHERE datname = %s", name))

    def _runs(self, statement: str, *names: str) -> None:
        self._connection().execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _asks(self, statement: str, *given: str) -> Any:
        row = self._connection().execute(statement, given).fetchone()
        assert row is not None
        return row[0]

    def _connection(self) -> psycopg.Connection[Any]:
        """One for the run, or until a test stops the server."""
        if self._kept is not None:
            try:
                self._kept.execute("SELECT")
            except psycopg.OperationalError:
                self._kept = None
        if self._kept is None:
            self._kept = psycopg.connect(self._address, autocommit=True)
        return self._kept
