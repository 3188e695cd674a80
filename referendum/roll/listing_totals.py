"""A file of published totals: read, held against itself and what was published, all or nothing.

An authority announces some 180 numbers a year: of each instrument those of the whole place and of
every district. They come as a table of a line each.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from referendum.kernel import spreadsheet
from referendum.kernel.days import day_of
from referendum.kernel.decoding import NotText
from referendum.kernel.faults import Faults, Quote
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Refused, Row
from referendum.kernel.uow import UnitOfWork
from referendum.roll import entering_totals, places, totals
from referendum.roll.entering_totals import Notice
from referendum.roll.errors import (
    TotalAboveWhole,
    TotalAbsurd,
    TotalColumnsWrong,
    TotalFileFaulty,
    TotalFileNotTable,
    TotalFileOther,
    TotalYearNotOver,
)
from referendum.roll.tables import District, Jurisdiction
from referendum.roll.totals import LARGEST, Sum, TotalKind, sum_of
from referendum.roll.usual_names import Gazetteer
from thresholds.vocabulary import Instrument

COLUMNS: Final = {
    "base_year": ("기준연도",),
    "instrument": ("제도",),
    "kind": ("구분",),
    "district": ("행정동", "읍면동"),
    "number": ("총수",),
    "source": ("출처", "공고"),
    "published_on": ("공표일",),
}
"""Every column of the file, with its Korean headings. A line without a district is of the whole."""
INSTRUMENTS: Final = {
    "주민조례발안": Instrument.INITIATIVE,
    "주민투표": Instrument.REFERENDUM,
    "주민소환": Instrument.RECALL,
    "자문투표": Instrument.ADVISORY,
} | {one.value: one for one in Instrument}
KINDS: Final = {"청구권자": TotalKind.CLAIMANTS, "투표권자": TotalKind.ELECTORS} | {
    one.value: one for one in TotalKind
}
WHOLE: Final = frozenset({"", "전체", "합계", "계"})
MOST: Final = 5_000
LONGEST: Final = 300


class Reason(StrEnum):
    """What is wrong with a line."""

    FIELDS = "wrong-number-of-fields"
    YEAR = "year-unknown"
    YEAR_NOT_OVER = "year-not-over"
    INSTRUMENT = "instrument-unknown"
    KIND = "kind-unknown"
    DISTRICT = "district-unknown"
    NUMBER = "not-a-number"
    SOURCE = "source-missing"
    DAY = "not-a-date"
    REPEATED = "repeated"
    PUBLISHED = "published"
    ABOVE_WHOLE = "above-whole"


class Group(NamedTuple):
    """Numbers that belong together: they are compared with one another."""

    base_year: int
    instrument: Instrument
    kind: TotalKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that can be read."""

    line: int
    group: Group
    district: UUID | None
    number: int
    source: str
    published_on: date
    quote: Quote
    """Its number, and where it was counted, as they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalsReport:
    """What a file of totals would enter, or did."""

    entries: int
    sums: Mapping[Group, Sum]
    """Of each group, with what was published of it before."""
    sha256: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines of one file are held against."""

    uow: UnitOfWork
    place: UUID
    named: dict[int, Gazetteer[District]]
    """By the year: the districts as they were on its last day."""

    def district(self, cell: str, year: int) -> UUID | None:
        """A district by its code or a usual name, as it was on the year's last day."""
        if cell in WHOLE:
            return None
        if year not in self.named:
            place = self.uow.session.get_one(Jurisdiction, self.place)
            here = places.districts_on(self.uow.session, self.place, date(year, 12, 31))
            self.named[year] = Gazetteer.of_place(place, here)
        found = self.named[year].get(cell)
        if found is None:
            raise LookupError(cell)
        return found.id


def read(uow: UnitOfWork, *, jurisdiction_id: UUID, data: bytes) -> TotalsReport:
    """What a file would enter; refused with every fault of it, or where it is no such table."""
    report, _ = _read(uow, jurisdiction_id, data)
    return report


def notices(uow: UnitOfWork, jurisdiction_id: UUID, *, data: bytes, sha256: str) -> list[Notice]:
    """All numbers of a file that was looked at, whose hash is `sha256`, by where they stood."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise TotalFileOther
    _, entries = _read(uow, jurisdiction_id, data)
    found = defaultdict[tuple[Group, str, date], dict[UUID | None, int]](dict)
    for one in entries:
        found[one.group, one.source, one.published_on][one.district] = one.number
    return [
        Notice(
            instrument=group.instrument,
            kind=group.kind,
            base_year=group.base_year,
            numbers=numbers,
            source=source,
            published_on=published_on,
        )
        for (group, source, published_on), numbers in found.items()
    ]


def _read(uow: UnitOfWork, place: UUID, data: bytes) -> tuple[TotalsReport, list[Entry]]:
    known = _Known(uow, place, {})
    entries, refused = list[Entry](), list[Refused]()
    for row in _rows(data):
        faults = list[tuple[str, Reason]]()
        entry = _entry(known, row, faults)
        cells = dict(zip(COLUMNS, row.cells, strict=True))
        refused += [
            Refused(
                row.line, column or None, reason, Quote.of(cells.get(column, ""), _where(cells))
            )
            for column, reason in faults
        ]
        if entry is not None:
            entries.append(entry)
    numbers, faulty = _held_together(uow, place, entries)
    refused += faulty
    if refused:
        raise TotalFileFaulty.because(Faults.of(one.fault for one in refused))
    sums = {group: sum_of(found) for group, found in numbers.items()}
    digest = hashlib.sha256(data).hexdigest()
    return TotalsReport(entries=len(entries), sums=sums, sha256=digest), entries


def _rows(data: bytes) -> list[Row]:
    try:
        table = spreadsheet.read(data, COLUMNS)
        rows = [] if table is None else list(islice(table, MOST + 1))
    except HeadingWrong as wrong:
        raise TotalColumnsWrong(
            missing=wrong.missing, unknown=wrong.unknown, repeated=wrong.repeated
        ) from wrong
    except (NotCsv, NotText) as broken:
        raise TotalFileNotTable from broken
    if not 0 < len(rows) <= MOST:
        raise TotalFileNotTable
    return rows


def _entry(known: _Known, row: Row, faults: list[tuple[str, Reason]]) -> Entry | None:
    """A line, or all that is wrong with it."""
    if not row.fits:
        faults.append(("", Reason.FIELDS))
        return None
    cells = dict(zip(COLUMNS, row.cells, strict=True))
    year, number = _whole(cells["base_year"]), _whole(cells["number"])
    instrument, kind = INSTRUMENTS.get(cells["instrument"]), KINDS.get(cells["kind"])
    day, source = day_of(cells["published_on"]), cells["source"]
    checks = {
        ("instrument", Reason.INSTRUMENT): instrument,
        ("kind", Reason.KIND): kind,
        ("published_on", Reason.DAY): day,
        ("source", Reason.SOURCE): source and len(source) <= LONGEST,
        ("number", Reason.NUMBER): number is not None and number <= LARGEST,
    }
    faults += [fault for fault, is_so in checks.items() if not is_so]
    district = None
    try:
        entering_totals.insist_on_year(
            known.uow, known.place, kind or TotalKind.CLAIMANTS, year or 0
        )
        district = known.district(cells["district"], year or 0)
    except TotalAbsurd:
        faults.append(("base_year", Reason.YEAR))
    except TotalYearNotOver:
        faults.append(("base_year", Reason.YEAR_NOT_OVER))
    except LookupError:
        faults.append(("district", Reason.DISTRICT))
    if faults or year is None or number is None or instrument is None or kind is None:
        return None
    assert day is not None
    quote = Quote.of(cells["number"], _where(cells))
    return Entry(row.line, Group(year, instrument, kind), district, number, source, day, quote)


def _where(cells: Mapping[str, str]) -> str:
    """Whose number a line holds: a district's, or that of a year where it is of the whole."""
    return " ".join(filter(None, (cells["base_year"], cells["district"])))


def _whole(cell: str) -> int | None:
    plain = cell.replace(",", "")
    return (
        int(plain)
        if plain.isascii() and plain.isdigit() and len(plain) <= len("100000000")
        else None
    )


def _held_together(
    uow: UnitOfWork, place: UUID, entries: Sequence[Entry]
) -> tuple[dict[Group, dict[UUID | None, int]], list[Refused]]:
    """All numbers by their group, those published before among them; and what contradicts."""
    ledger, refused = totals.ledger(uow.session, place), list[Refused]()
    numbers = dict[Group, dict[UUID | None, int]]()
    for one in entries:
        found = numbers.setdefault(one.group, {})
        held = ledger.holding(one.group.instrument, one.group.kind, one.group.base_year)
        if one.district in held:
            refused.append(Refused(one.line, "number", Reason.PUBLISHED, one.quote))
        elif one.district in found:
            refused.append(Refused(one.line, "district", Reason.REPEATED, one.quote))
        found[one.district] = one.number
    for group, found in numbers.items():
        held = ledger.holding(group.instrument, group.kind, group.base_year)
        numbers[group] = {key: row.number for key, row in held.items()} | found
    refused += _above(entries, numbers)
    return numbers, refused


def _above(
    entries: Sequence[Entry], numbers: Mapping[Group, Mapping[UUID | None, int]]
) -> Iterator[Refused]:
    for one in entries:
        pair = {None: numbers[one.group].get(None), one.district: one.number}
        both = {key: number for key, number in pair.items() if number is not None}
        try:
            entering_totals.insist_on_whole(both, {key: "" for key in both if key is not None})
        except TotalAboveWhole:
            yield Refused(one.line, "number", Reason.ABOVE_WHOLE, one.quote)
