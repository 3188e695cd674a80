"""A file of projects: its lines, and the place of every fault in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from referendum.kernel import spreadsheet
from referendum.kernel.decoding import NotText
from referendum.kernel.faults import Quote
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Refused, Row
from referendum.projects.errors import (
    ProjectColumnsWrong,
    ProjectFileEmpty,
    ProjectFileNotCsv,
    ProjectFileTooLong,
    ProjectFileUnreadable,
)
from referendum.projects.lines import COLUMNS, Entry, Known, Reason, read_entry

MOST_LINES: Final = 20_000
NAME: Final = [*COLUMNS].index("name")


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it stands: its lines, and how they are written."""

    encoding: str
    lines: list[Row]


def read_table(data: bytes) -> Table:
    """Refused where it is no table, lacks a column or a line, or has too many of them."""
    with _refusing():
        table = spreadsheet.read(data, COLUMNS)
        if table is None:
            raise ProjectFileEmpty
        lines = list(islice(table, MOST_LINES + 1))
    if not lines:
        raise ProjectFileEmpty
    if len(lines) > MOST_LINES:
        raise ProjectFileTooLong(most=MOST_LINES)
    return Table(spreadsheet.encoding_of(data), lines)


def read_entries(table: Table, districts: Known) -> tuple[list[Entry], list[Refused]]:
    """Every line's entry, and every fault there is."""
    entries: list[tuple[int, Entry]] = []
    refused: list[Refused] = []
    for row in table.lines:
        if not row.fits:
            quote = Quote.of("", row.cells[NAME])
            refused.append(Refused(row.line, None, Reason.WRONG_NUMBER_OF_FIELDS, quote))
            continue
        cells = dict(zip(COLUMNS, row.cells, strict=True))
        entry, faults = read_entry(cells, districts)
        refused += [
            Refused(row.line, column, reason, Quote.of(cells[column], cells["name"]))
            for column, reason in faults
        ]
        if entry is not None:
            entries.append((row.line, entry))
    times = Counter(entry.code for _, entry in entries)
    refused += [
        Refused(number, "code", Reason.REPEATED, Quote.of(entry.code, entry.name_ko))
        for number, entry in entries
        if times[entry.code] > 1
    ]
    return [entry for _, entry in entries], sorted(refused, key=lambda one: one.line)


@contextmanager
def _refusing() -> Iterator[None]:
    """A file that is no table at all, as this room's own refusals."""
    try:
        yield
    except NotText as broken:
        raise ProjectFileUnreadable(line=broken.line, byte=broken.byte) from broken
    except NotCsv as broken:
        raise ProjectFileNotCsv(line=broken.line) from broken
    except HeadingWrong as wrong:
        raise ProjectColumnsWrong(
            missing=wrong.missing, unknown=wrong.unknown, repeated=wrong.repeated
        ) from wrong
