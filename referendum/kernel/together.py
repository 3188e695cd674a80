"""Several questions to the database asked as one statement: a page is one way there and back.

Each question is an ordinary select, of one table or of columns. The database answers with one text
for each, and a text that came before is not read again: what it says is kept, so that what has not
changed costs nothing, and is the same object to whoever keys by it. So nothing of any person is
asked this way.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import _lru_cache_wrapper, cached_property, lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Select,
    String,
    Text,
    Uuid,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy import inspect as mapped
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

DIALECT: Final = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has none here
KEPT: Final = 64
"""Texts whose rows are kept, of each question: some for every measure that is looked at."""

Read = Callable[[Any], Any]
Rows = tuple[Any, ...]


def _bytes(told: str) -> bytes:
    return bytes.fromhex(told.removeprefix("\\x"))


READERS: Final[Sequence[tuple[type[TypeEngine[Any]], Read | None]]] = (
    (Uuid, UUID),
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (LargeBinary, _bytes),
    (JSONB, None),
    (Boolean, None),
    (Integer, None),
    (String, None),
)
"""How JSON says a value of each type; a type that it cannot say exactly is not among them."""


class Together:
    """Questions that are asked as one. Each is given by a name, under which its rows are found."""

    def __init__(self, **questions: Select[*tuple[Any, ...]]) -> None:
        self.questions = questions

    @cached_property
    def readers(self) -> Mapping[str, _lru_cache_wrapper[Rows]]:
        """What makes rows of each text. Not made before all tables are known."""
        return {name: _reader(one) for name, one in self.questions.items()}

    @cached_property
    def statement(self) -> tuple[str, Mapping[str, Any]]:
        """What is sent, and the values in it that never differ."""
        told = [_text(name, one) for name, one in self.questions.items()]
        compiled = select(*told).compile(dialect=DIALECT)
        return str(compiled), compiled.params

    def ask(self, session: Session, /, **given: Any) -> dict[str, Rows]:
        """The rows of every question. Nobody changes them: others are shown the same ones."""
        session.flush()
        statement, fixed = self.statement
        texts = session.connection().exec_driver_sql(statement, {**fixed, **given}).one()
        return {
            name: read(text) for (name, read), text in zip(self.readers.items(), texts, strict=True)
        }


def _text(name: str, question: Select[*tuple[Any, ...]]) -> Any:
    """One question's rows as one text, in its order."""
    rows = question.subquery(name)
    told = func.coalesce(func.json_agg(func.json_build_array(*rows.c)), literal_column("'[]'"))
    return select(cast(told, Text)).select_from(rows).scalar_subquery().label(name)


def _reader(question: Select[*tuple[Any, ...]]) -> _lru_cache_wrapper[Rows]:
    """Makes rows of a text: of a table its own objects, else tuples with the columns' names."""
    columns = list(question.selected_columns)
    readers = [_of_type(column.type) for column in columns]
    described = question.column_descriptions
    if len(described) == 1 and described[0]["expr"] is described[0].get("entity"):
        table = described[0]["expr"]
        mapper = mapped(table)
        names = [mapper.get_property_by_column(column).key for column in columns]

        def make(values: Sequence[Any]) -> Any:
            return table(**dict(zip(names, values, strict=True)))
    else:
        # The names are known only here, so that no type can be written for such a row.
        row_of: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # noqa: PYI024
        make = row_of._make  # type: ignore[assignment]  # a function by either branch

    @lru_cache(KEPT)
    def read(text: str) -> Rows:
        return tuple(
            make(
                [
                    value if value is None or as_read is None else as_read(value)
                    for value, as_read in zip(row, readers, strict=True)
                ]
            )
            for row in json.loads(text)
        )

    return read


def _of_type(kind: TypeEngine[Any]) -> Read | None:
    for known, as_read in READERS:
        if isinstance(kind, known):
            return as_read
    raise TypeError(f"{kind!r} cannot be told exactly")
