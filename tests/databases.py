"""The databases of a run's tests: a copy of a template, and another where one cannot be put back.

Making and dropping one costs as much as a small test. One in which no transaction wrote anything
is still the copy that it was, in another it is undone; both serve the next test that asks for the
same.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg import sql

from referendum.cli.postgres import Server
from tests.patience import POOLS, SECONDS
from tests.undoing import Origin, Undoing

USED: Final = 100
"""So many tests use one after the other; then what they left in its files is too much."""

MOMENT: Final = 0.002
"""Seconds until it is looked again whether somebody has gone."""


@dataclass(slots=True)
class _Copy:
    name: str
    undoing: Undoing
    used: int = 0


class Databases:
    """Lends them, one test at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._address = server.conninfo_of("postgres")
        self._kept: psycopg.Connection[Any] | None = None
        self._waiting: defaultdict[str, list[_Copy]] = defaultdict(list)
        self._origins: dict[str, Origin] = {}

    @contextmanager
    def lent(self, template: str, *, untouched: bool = False) -> Iterator[str]:
        """The name of a copy in which there is what is in the template, and nothing else.

        Where it matters how the rows lie in their files, nobody has written in it before.
        """
        waiting = self._waiting[template]
        copy = waiting.pop() if waiting and not untouched else self._copied(template)
        before = self._written()
        yield copy.name
        copy.used += 1
        if self._is_as_it_was(copy, before):
            waiting.append(copy)
        else:
            POOLS.ends(copy.name)
            copy.undoing.ends()
            self._runs("DROP DATABASE IF EXISTS {} WITH (FORCE)", copy.name)

    def ends(self) -> None:
        for copy in (copy for waiting in self._waiting.values() for copy in waiting):
            POOLS.ends(copy.name)
            copy.undoing.ends()
        if self._kept is not None:
            self._kept.close()

    def _is_as_it_was(self, copy: _Copy, before: int) -> bool:
        """As it was, or put back. A connection is lost where a test stopped the server."""
        with suppress(psycopg.OperationalError):
            if self._is_left(copy):
                return self._written() == before or (copy.used < USED and copy.undoing.undoes())
        return False

    def _copied(self, template: str) -> _Copy:
        name = f"test_{uuid4().hex[:12]}"
        self._runs("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        undoing = Undoing(self._server.conninfo_of(name), self._origins.get(template))
        self._origins[template] = undoing.origin
        return _Copy(name, undoing)

    def _written(self) -> int:
        """The number that the next transaction that writes will have, whatever it writes in."""
        found = self._asks("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return int(found)

    def _is_left(self, copy: _Copy) -> bool:
        """Whoever still has it open goes; not at once where the server is busy.

        The server's own waiting for that looks ten times a second: of a small test, half its time.
        """
        others = "FROM pg_stat_activity WHERE datname = %s AND pid <> ALL (%s)"
        given = copy.name, [copy.undoing.pid, *POOLS.resting(copy.name)]
        left = self._asks(f"SELECT count(pg_terminate_backend(pid)) {others}", *given)
        until = time.monotonic() + SECONDS
        while left and time.monotonic() < until:
            time.sleep(MOMENT)
            left = self._asks(f"SELECT count(*) {others}", *given)
        return not left

    def _runs(self, statement: str, *names: str) -> None:
        self._connection().execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _asks(self, statement: str, *given: object) -> Any:
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
