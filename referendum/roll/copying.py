"""Rows in the binary form of COPY: made by one process, kept, and written as they stand.

The form is PostgreSQL's own (manual, COPY, "Binary Format"): numbers of fields, then each field by
its length. Nothing is turned into text and back, and a row is not looked at again on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    # Only a name here: who works out rows in a second process needs no database.
    from sqlalchemy.orm import Session

HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"

COUNT: Final = Struct(">h")
NUMBER: Final = Struct(">i")
WHOLE: Final = Struct(">ii")

_BYTEA: Final = 17
"""The object identifier of the type, which a list of it begins with (pg_type.dat)."""
_EPOCH: Final = date(2000, 1, 1).toordinal()


def field(value: bytes) -> bytes:
    """A text, an identifier or bytes."""
    return NUMBER.pack(len(value)) + value


def whole(value: int) -> bytes:
    return WHOLE.pack(4, value)


def day(value: date) -> bytes:
    return WHOLE.pack(4, value.toordinal() - _EPOCH)


def day_of(packed: bytes | None) -> date | None:
    """A day again, or none."""
    return None if packed is None else date.fromordinal(NUMBER.unpack(packed)[0] + _EPOCH)


def several(values: Collection[bytes]) -> bytes:
    """A list of bytes, `bytea[]`: one dimension, without nulls, counted from 1."""
    shape = NUMBER.pack(1) + NUMBER.pack(0) + NUMBER.pack(_BYTEA) + WHOLE.pack(len(values), 1)
    return field(shape + b"".join(map(field, values)))


def fields(rows: bytes) -> Iterator[tuple[bytes, list[bytes | None]]]:
    """Each row as it stands, and its fields."""
    at = 0
    while at < len(rows):
        begins, found = at, list[bytes | None]()
        (count,) = COUNT.unpack_from(rows, at)
        at += COUNT.size
        for _ in range(count):
            (size,) = NUMBER.unpack_from(rows, at)
            at += NUMBER.size
            found.append(None if size < 0 else rows[at : at + size])
            at += max(size, 0)
        yield rows[begins:at], found


def only(rows: bytes, wanted: Callable[[list[bytes | None]], bool]) -> bytes:
    """Those of the rows that are wanted, in their order."""
    return b"".join(row for row, found in fields(rows) if wanted(found))


def copy_in(session: Session, target: str, rows: bytes) -> None:
    """Write rows; `target` is a table with its columns."""
    if not rows:
        return
    driver: Any = session.connection().connection.driver_connection
    statement = f"copy {target} from stdin (format binary)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(HEAD)
        copy.write(rows)
        copy.write(TAIL)
