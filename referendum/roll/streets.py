"""The city's list of streets: which district, and which station there, belongs to a door.

It knows doors and no people. A list is loaded whole, in the place of the one before; a line that is
wrong keeps all of it out.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from referendum.kernel import spreadsheet
from referendum.kernel.decoding import NotText
from referendum.kernel.faults import Fault, Faults, Quote
from referendum.kernel.people import Officer, Role
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Row, plain
from referendum.kernel.uow import UnitOfWork
from referendum.roll import places
from referendum.roll.errors import StreetColumnsWrong, StreetFileFaulty, StreetFileNotTable
from referendum.roll.tables import District, Jurisdiction, Street
from referendum.roll.usual_names import Gazetteer

COLUMNS: Final = {
    "street": ("도로명", "길이름"),
    "from": ("시작번호", "건물번호시작"),
    "to": ("끝번호", "건물번호끝"),
    "district": ("행정동", "읍면동"),
    "station": ("투표소번호", "투표구"),
}
"""Every column of the file, with its Korean headings. Without numbers it is the whole street."""
OPTIONAL: Final = ("from", "to", "station")
MOST: Final = 50_000
"""Lines of a file: a city has some thousand streets."""
LONGEST: Final = 80
LARGEST: Final = 99_999
WHOLE: Final = (1, LARGEST)
"""All numbers of a street."""
SHOWN: Final = 12
"""Doors that a finder lists: whoever has more to choose from types more of the street."""


class Reason(StrEnum):
    """What is wrong with a line."""

    FIELDS = "wrong-number-of-fields"
    STREET = "street-unusable"
    NUMBER = "not-a-number"
    NUMBERS = "numbers-backwards"
    DISTRICT = "district-unknown"
    STATION = "station-unusable"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that can be read."""

    line: int
    street: str
    numbers: tuple[int, int] | None
    district: UUID
    station: int | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list has brought."""

    lines: int
    streets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody at a street, or at some of its numbers, belongs."""

    street: str
    numbers: tuple[int, int] | None
    district: UUID
    station: int | None


def load(uow: UnitOfWork, *, data: bytes, by: Officer) -> Loaded:
    """Put a list in the place of the one before, or refuse it with every fault of it."""
    by.insist(Role.REGISTRAR)
    entries = read(uow, by.jurisdiction, data)
    turn = func.hashtextextended(f"streets:{by.jurisdiction}", 0)
    uow.session.execute(select(func.pg_advisory_xact_lock(turn)))
    uow.session.execute(delete(Street).where(Street.jurisdiction_id == by.jurisdiction))
    uow.session.execute(insert(Street), [_row(by.jurisdiction, one) for one in entries])
    streets = len({plain(one.street) for one in entries})
    loaded = Loaded(len(entries), streets, hashlib.sha256(data).hexdigest())
    place = uow.session.get_one(Jurisdiction, by.jurisdiction)
    facts: dict[str, str | int] = {
        "jurisdiction": place.code,
        "lines": loaded.lines,
        "streets": loaded.streets,
        "sha256": loaded.sha256,
    }
    uow.record("streets.loaded", by=by, facts=facts)
    return loaded


def read(uow: UnitOfWork, jurisdiction_id: UUID, data: bytes) -> list[Entry]:
    """The lines of a list, by the districts of today; refused with every fault of it."""
    today = places.today(uow, jurisdiction_id)
    place = uow.session.get_one(Jurisdiction, jurisdiction_id)
    here = places.districts_on(uow.session, jurisdiction_id, today)
    named = Gazetteer.of_place(place, here)
    entries, faults = list[Entry](), list[Fault]()
    for row in _rows(data):
        entry, wrong = _entry(row, named)
        faults += wrong
        if entry is not None:
            entries.append(entry)
    faults += _repeated(entries)
    if faults:
        raise StreetFileFaulty.because(Faults.of(faults))
    return entries


def listed(session: Session, jurisdiction_id: UUID) -> Sequence[tuple[Street, District]]:
    """The list as it stands, by the names of its streets."""
    rows = (
        select(Street, District)
        .join(District, Street.district_id == District.id)
        .where(Street.jurisdiction_id == jurisdiction_id)
        .order_by(Street.name, Street.first_number)
    )
    return [(street, district) for street, district in session.execute(rows)]


def count(session: Session, jurisdiction_id: UUID) -> int:
    """How many lines the list has that holds."""
    here = select(func.count()).where(Street.jurisdiction_id == jurisdiction_id)
    return session.scalar(here) or 0


def find(session: Session, jurisdiction_id: UUID, typed: str) -> list[Door]:
    """The doors that an address may mean: of the longest street whose name stands in it.

    What is no whole name finds the streets that begin with it.
    """
    key = plain(typed[:LONGEST])
    if not key:
        return []
    rows = session.scalars(
        select(Street)
        .where(
            Street.jurisdiction_id == jurisdiction_id,
            or_(func.strpos(key, Street.key) > 0, Street.key.startswith(key, autoescape=True)),
        )
        .order_by(Street.key, Street.first_number)
        .limit(MOST)
    ).all()
    within = [one for one in rows if one.key in key]
    if not within:
        return [_door(one) for one in rows[:SHOWN]]
    longest = max(len(one.key) for one in within)
    meant = [one for one in within if len(one.key) == longest]
    number = _number_after(typed, meant[0].key)
    at_number = [one for one in meant if _covers(one, number)]
    return [_door(one) for one in (at_number or meant)[:SHOWN]]


def _covers(street: Street, number: int | None) -> bool:
    if number is None or street.first_number is None or street.last_number is None:
        return number is not None and street.first_number is None
    return street.first_number <= number <= street.last_number


def _number_after(typed: str, key: str) -> int | None:
    """The house number that follows a street's name in an address, however it is spaced."""
    letters = r"[\W_]*".join(re.escape(letter) for letter in key)
    found = re.search(rf"{letters}[\W_]*([0-9]{{1,5}})", typed.casefold())
    return int(found[1]) if found else None


def _door(street: Street) -> Door:
    first, last = street.first_number, street.last_number
    numbers = None if first is None or last is None else (first, last)
    return Door(street.name, numbers, street.district_id, street.station)


def _row(jurisdiction_id: UUID, one: Entry) -> dict[str, object]:
    first, last = one.numbers or (None, None)
    return {
        "id": uuid4(),
        "jurisdiction_id": jurisdiction_id,
        "name": one.street,
        "key": plain(one.street),
        "first_number": first,
        "last_number": last,
        "district_id": one.district,
        "station": one.station,
    }


def _rows(data: bytes) -> list[Row]:
    try:
        table = spreadsheet.read(data, COLUMNS, optional=OPTIONAL)
        rows = [] if table is None else _whole(table.names, islice(table, MOST + 1))
    except HeadingWrong as wrong:
        raise StreetColumnsWrong(
            missing=wrong.missing, unknown=wrong.unknown, repeated=wrong.repeated
        ) from wrong
    except (NotCsv, NotText) as broken:
        raise StreetFileNotTable from broken
    if not 0 < len(rows) <= MOST:
        raise StreetFileNotTable
    return rows


def _whole(names: Sequence[str], rows: Iterator[Row]) -> list[Row]:
    """Every row with a cell for every column, those that the file lacks being empty."""
    at = {name: place for place, name in enumerate(names)}
    return [
        row._replace(cells=[row.cells[at[name]] if name in at else "" for name in COLUMNS])
        for row in rows
    ]


def _entry(row: Row, named: Gazetteer[District]) -> tuple[Entry | None, list[Fault]]:
    """A line, or all that is wrong with it."""
    if not row.fits:
        return None, [_fault(row, None, Reason.FIELDS, "")]
    cells = dict(zip(COLUMNS, row.cells, strict=True))
    faults = list[Fault]()

    def number(column: str) -> int | None:
        given = cells[column]
        plain_number = given.isascii() and given.isdigit() and 0 < int(given) <= LARGEST
        if given and not plain_number:
            reason = Reason.STATION if column == "station" else Reason.NUMBER
            faults.append(_fault(row, column, reason, given))
        return int(given) if plain_number else None

    street, first, last = cells["street"], number("from"), number("to")
    station, district = number("station"), named.get(cells["district"])
    if not plain(street) or len(street) > LONGEST or not street.isprintable():
        faults.append(_fault(row, "street", Reason.STREET, street))
    if district is None:
        faults.append(_fault(row, "district", Reason.DISTRICT, cells["district"]))
    first, last = first or last, last or first
    if first and last and first > last:
        faults.append(_fault(row, "to", Reason.NUMBERS, cells["to"]))
    if faults or district is None:
        return None, faults
    numbers = (first, last) if first and last else None
    return Entry(row.line, street, numbers, district.id, station), faults


def _repeated(entries: Sequence[Entry]) -> Iterator[Fault]:
    """Doors that two lines claim: nobody could say which of them is meant."""
    by_street = defaultdict[str, list[Entry]](list)
    for one in entries:
        by_street[plain(one.street)].append(one)
    for here in by_street.values():
        ends = 0
        for one in sorted(here, key=lambda one: (one.numbers or WHOLE, one.line)):
            first, last = one.numbers or WHOLE
            if first <= ends:
                yield {
                    "line": one.line,
                    "column": "street",
                    "reason": Reason.REPEATED.value,
                    "value": _numbered(one),
                    "whose": one.street,
                }
            ends = max(ends, last)


def _fault(row: Row, column: str | None, reason: Reason, value: str) -> Fault:
    quote = Quote.of(value, row.cells[0])._asdict()
    return {"line": row.line, "column": column, "reason": reason.value, **quote}


def _numbered(one: Entry) -> str:
    return " ".join((one.street, "–".join(map(str, one.numbers or ()))))
