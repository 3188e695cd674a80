"""The wire: a statement as it is sent to the database, and its rows as they come.

Whatever the toolkit does around a statement (a connection taken and given back, names replaced, a
result described) costs more than sending one that is prepared. Where a crowd asks the same few
statements all day they go through `Own`; a desk, a command or a test that has a transaction open
asks the same ones `Through` it.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg
from psycopg import RawCursor
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.exc import DBAPIError

NAMED: Final = re.compile(r"%\((\w+)\)s")
MOST: Final = 64
"""Statements whose places are kept as numbered: there are few, and they never change."""

Rows = Sequence[Any]
"""Each has its columns' names."""


class Wire(Protocol):
    """Sends one statement, whose values are named as `%(this)s`."""

    def ask(self, statement: str, given: Mapping[str, Any]) -> Rows: ...


class Through:
    """Within a transaction that is open."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def ask(self, statement: str, given: Mapping[str, Any]) -> Rows:
        return self.connection.exec_driver_sql(statement, dict(given)).all()


class Own:
    """A connection of one thread's own, on which each statement is a transaction by itself.

    It is opened when it is first needed, and anew where the server has ended it. Errors are those
    that the toolkit would raise. It ends with the engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: psycopg.Connection[Any] | None = None
        self._changing = Lock()
        event.listen(engine, "engine_disposed", self._end)

    def ask(self, statement: str, given: Mapping[str, Any]) -> Rows:
        numbered, names = _numbered(statement)
        try:
            connection = self._alive()
            with RawCursor(connection, row_factory=namedtuple_row) as cursor:
                cursor.execute(numbered, [given[name] for name in names], prepare=True)
                return cursor.fetchall()
        except psycopg.Error as error:
            raise self._as_told(error) from error

    def close(self) -> None:
        """Give the connection up; the next statement would open another."""
        with self._changing:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _end(self, _engine: Engine) -> None:
        self.close()

    def _alive(self) -> psycopg.Connection[Any]:
        connection = self._connection
        if connection is not None and not has_ended(connection):
            return connection
        self.close()
        return self._opened()

    def _opened(self) -> psycopg.Connection[Any]:
        pooled = self._engine.raw_connection()
        opened: Any = pooled.driver_connection
        pooled.detach()
        opened.autocommit = True
        opened.adapters.register_dumper(list, Listed)
        with self._changing:
            self._connection = opened
        made: psycopg.Connection[Any] = opened
        return made

    def _as_told(self, error: psycopg.Error) -> Exception:
        """As the toolkit raises it: without the values, by which nobody is to be known."""
        told = DBAPIError.instance(
            None, None, error, psycopg.Error, hide_parameters=True, dialect=self._engine.dialect
        )
        return told if isinstance(told, Exception) else error


def has_ended(connection: Any) -> bool:
    """Whether the server has ended an idle connection.

    Such a one has nothing to read; what there is, is the server's farewell. That costs a look at
    the socket, not a question to the database each time.
    """
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(connection.closed or readable)


def sent(statement: str) -> str:
    """A statement whose values are named as `:this`, as the wire takes it."""
    return str(text(statement).compile(dialect=dialect()))  # type: ignore[no-untyped-call]  # SQLAlchemy has none here


@lru_cache(MOST)
def _numbered(statement: str) -> tuple[bytes, Sequence[str]]:
    """The statement as the server takes it, `$1` for each name, and the names by number."""
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return NAMED.sub(place, statement).replace("%%", "%").encode(), names


# Lists as the server reads them


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _interval(span: timedelta) -> str:
    return f'"{span.days} days {span.seconds} seconds {span.microseconds} microseconds"'


WRITTEN: Final[Mapping[type, Callable[[Any], str]]] = {
    type(None): lambda _: "null",
    UUID: lambda one: str(one.hex),
    bytes: lambda one: f'"\\\\x{one.hex()}"',
    str: _quoted,
    bool: lambda one: "true" if one else "false",
    int: str,
    datetime: lambda one: f'"{one.isoformat()}"',
    date: lambda one: str(one.isoformat()),
    timedelta: _interval,
}


class Listed(Dumper):
    """A list of one type's values as the text of an array, whose type the statement says.

    The driver's own way looks through each list for what may be in it.
    """

    oid = 0

    def __init__(self, cls: type, context: AdaptContext | None = None) -> None:
        super().__init__(cls, context)

    def dump(self, obj: Sequence[Any]) -> Buffer:
        told = ",".join([WRITTEN[type(one)](one) for one in obj])
        return f"{{{told}}}".encode()
