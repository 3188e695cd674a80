"""The wire: a statement as it is sent to the database, and its rows as they come.

Whatever the toolkit does around a statement (a connection taken and given back, names replaced, a
result described) costs more than sending one that is prepared. Where a crowd asks the same few
statements all day they go through `Own`; a desk, a command or a test that has a transaction open
asks the same ones `Through` it.
"""

from __future__ import annotations

import re
import select
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper, PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.exc import DBAPIError

NAMED: Final = re.compile(r"%\((\w+)\)s")
MOST: Final = 64
"""Statements whose places are kept as numbered: there are few, and they never change."""
PLANNED_ANEW: Final = 16
"""After so many statements, then after four times as many, and so on, plans are made anew.

A statement that is planned once a connection is planned when hardly anybody has come, and tables
may have been counted when they were empty: to read all of one is then as good a plan as any. A
minute later a crowd stands in it, before the server has counted again.
"""
GOOD: Final = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)

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
        self._prepared: Prepared | None = None
        self._using = Lock()
        event.listen(engine, "engine_disposed", self._end)

    def ask(self, statement: str, given: Mapping[str, Any]) -> Rows:
        numbered, names = _numbered(statement)
        try:
            with self._using:
                return self._alive().ask(numbered, [given[name] for name in names])
        except psycopg.Error as error:
            raise self._as_told(error) from error

    def close(self) -> None:
        """Give the connection up, after what is being asked; the next would open another."""
        with self._using:
            self._give_up()

    def _end(self, _engine: Engine) -> None:
        self.close()

    def _alive(self) -> Prepared:
        prepared = self._prepared
        if prepared is not None and not prepared.has_ended():
            return prepared
        self._give_up()
        self._prepared = Prepared(self._opened())
        return self._prepared

    def _give_up(self) -> None:
        prepared, self._prepared = self._prepared, None
        if prepared is not None:
            prepared.connection.close()

    def _opened(self) -> psycopg.Connection[Any]:
        pooled = self._engine.raw_connection()
        opened: Any = pooled.driver_connection
        pooled.detach()
        opened.autocommit = True
        opened.adapters.register_dumper(list, Listed)
        made: psycopg.Connection[Any] = opened
        return made

    def _as_told(self, error: psycopg.Error) -> Exception:
        """As the toolkit raises it: without the values, by which nobody is to be known."""
        told = DBAPIError.instance(
            None, None, error, psycopg.Error, hide_parameters=True, dialect=self._engine.dialect
        )
        return told if isinstance(told, Exception) else error


class Prepared:
    """A connection and the statements that it has prepared.

    A statement is one call of the driver's C library, which waits for the answer by itself. A
    cursor comes back to the interpreter for every step of it (sent, waited for, read, looked for
    more), and each time all threads of the process stand in line for the interpreter's lock: of a
    crowd that was more work than the statement.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._adapting = Transformer(connection)
        self._names: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._asked = 0
        self._anew = PLANNED_ANEW

    def ask(self, numbered: bytes, values: Sequence[Any]) -> Rows:
        self._count()
        adapting, server = self._adapting, self.connection.pgconn
        # The library's own signature forgets that a value may be null.
        sent: Any = adapting.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types = adapting.types or ()
        name = self._names.get((numbered, types))
        if name is None:
            name = b"own_%d" % len(self._names)
            self._good(server.prepare(name, numbered, types))
            self._names[numbered, types] = name
        found = self._good(server.exec_prepared(name, sent, adapting.formats, Format.BINARY))
        columns = tuple([(found.fname(at) or b"").decode() for at in range(found.nfields)])
        adapting.set_pgresult(found)
        return adapting.load_rows(0, found.ntuples, _row_of(columns)._make)

    def _count(self) -> None:
        self._asked += 1
        if self._asked > self._anew:
            self._anew *= 4
            self._good(self.connection.pgconn.exec_(b"discard plans"))

    def has_ended(self) -> bool:
        """Whether the server has ended it, which then was idle.

        What it says in farewell is read first, and only then its end: a second time would find it.
        """
        server = self.connection.pgconn
        try:
            server.consume_input()
            server.consume_input()
        except psycopg.OperationalError:
            return True
        return bool(self.connection.closed)

    def _good(self, found: PGresult) -> PGresult:
        if found.status in GOOD:
            return found
        if self.connection.closed:
            raise psycopg.OperationalError(self.connection.pgconn.get_error_message())
        raise error_from_result(found)


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


@lru_cache(MOST)
def _row_of(columns: tuple[str, ...]) -> Any:
    # The names are known only here, so that no type can be written for such a row.
    return namedtuple("Row", columns)  # noqa: PYI024


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
