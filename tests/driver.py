"""What the database is asked while a test looks on: seen at the driver, whoever sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from referendum.kernel.wire import Prepared


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent to the database meanwhile."""

    statements: list[str] = field(default_factory=list)
    transactions: list[str] = field(default_factory=list)

    @property
    def cost(self) -> tuple[int, int]:
        return len(self.statements), len(self.transactions)


@contextmanager
def watched() -> Iterator[Asked]:
    asked = Asked()
    send, commit = psycopg.Cursor.execute, psycopg.Connection.commit

    def sent(cursor: Any, statement: Any, *given: Any, **more: Any) -> Any:
        asked.statements.append(str(statement))
        if not cursor.connection.autocommit:
            asked.transactions.append("begun")
        return send(cursor, statement, *given, **more)

    ask = Prepared.ask

    def asked_for(prepared: Prepared, statement: bytes, values: Any) -> Any:
        """The library's own calls cannot be looked at: who makes them is."""
        asked.statements.append(statement.decode())
        if not prepared.connection.autocommit:
            asked.transactions.append("begun")
        return ask(prepared, statement, values)

    def ended(connection: Any) -> None:
        asked.transactions.append("ended")
        commit(connection)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", sent)
        patched.setattr(psycopg.Connection, "commit", ended)
        patched.setattr(Prepared, "ask", asked_for)
        yield asked
