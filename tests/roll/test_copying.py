"""Rows in COPY's binary form are what the database writes itself, and are read back the same."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from referendum.roll import copying
from tests.roll.city import City

VALUES = st.lists(st.one_of(st.none(), st.binary(max_size=40)), max_size=5)


def row(values: list[bytes | None]) -> bytes:
    made = (copying.NULL if one is None else copying.field(one) for one in values)
    return copying.COUNT.pack(len(values)) + b"".join(made)


@given(st.lists(VALUES, max_size=6), st.data())
def test_fields_are_found_again(rows: list[list[bytes | None]], data: st.DataObject) -> None:
    whole = b"".join(map(row, rows))
    assert [found for _, found in copying.fields(whole)] == rows
    wanted = [one for one in rows if data.draw(st.booleans())]
    some = [any(one is other for other in wanted) for one in rows]
    told = iter(some)
    assert copying.only(whole, lambda _: next(told)) == b"".join(map(row, wanted))


def test_the_database_reads_what_was_meant(city: City) -> None:
    days = [date(1880, 1, 1), date(1999, 12, 31), date(2000, 1, 1), date(2199, 12, 31)]
    listed = [b"", b"\x00\xff", b"abc"]
    with city.begin() as uow:
        uow.session.execute(
            text("create temporary table told (no int, name text, day date, parts bytea[])")
        )
        rows = [
            copying.COUNT.pack(4)
            + copying.whole(at - 1)
            + copying.field("홍\\길\t동".encode())
            + copying.day(day)
            + (copying.several(listed) if at else copying.NULL)
            for at, day in enumerate(days)
        ]
        copying.copy_in(uow.session, "told (no, name, day, parts)", b"".join(rows))
        copying.copy_in(uow.session, "told (no, name, day, parts)", b"")
        found = uow.session.execute(text("select * from told order by no")).all()
        uow.session.execute(text("drop table told"))
    assert [tuple(one) for one in found] == [
        (at - 1, "홍\\길\t동", day, listed if at else None) for at, day in enumerate(days)
    ]
