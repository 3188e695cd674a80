"""Erasing what is over by the piece: of a day on which a whole city came there is a lot."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, delete, inspect, select, tuple_
from sqlalchemy.orm import Session

from referendum.kernel.db import Base

PIECE: Final = 10_000
"""Rows to a statement, and to a transaction."""


def erase(
    session: Session, table: type[Base], *over: ColumnElement[bool], size: int = PIECE
) -> int:
    """Delete up to `size` rows that are `over`; gives how many.

    What holds of a row is asked again once it is locked: one that came to life meanwhile stays.
    """
    gone = delete(table).where(*over, among(table, *over, size=size))
    done = session.execute(gone.execution_options(synchronize_session=False))
    return int(getattr(done, "rowcount", 0))


def among(table: type[Base], *over: ColumnElement[bool], size: int) -> ColumnElement[bool]:
    """Whether a row is one of some `size` of which that holds."""
    key = inspect(table).primary_key
    return tuple_(*key).in_(select(*key).where(*over).limit(size))
