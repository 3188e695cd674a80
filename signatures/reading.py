"""A file of keyed-in sheets as lines, or the places where the file itself is broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Final

from referendum.kernel import spreadsheet
from referendum.kernel.decoding import NotText
from referendum.kernel.faults import Fault, Faults, Quote
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Refused, Row, Table
from signatures.errors import LinesRefused
from signatures.lines import PaperLine, sheet_named, without_back

COLUMNS: Final = {
    "sheet": ("서명부", "서명부번호"),
    "row": ("번호", "연번"),
    "name": ("성명", "이름"),
    "birth_date": ("생년월일",),
    "address": ("주소", "체류지"),
    "district": ("읍면동", "행정동"),
    "signed_on": ("서명일", "서명연월일"),
    "mark": ("서명", "서명또는날인"),
    "collector": ("수임자",),
}
"""Every column of the file, with the Korean headings it may have instead."""

OPTIONAL: Final = frozenset({"collector"})
LONGEST: Final = 500
LARGEST_ROW: Final = 100_000
TOGETHER: Final = 64
"""Rows of a sheet that are kept in one number."""
Opens = Callable[[], Table | None]
"""Opens the same table anew, from its heading on; None where nothing is in the file."""

_YES: Final = frozenset({"1", "y", "yes", "o", "v", "예", "있음", "true"})
_NO: Final = frozenset({"0", "n", "no", "x", "", "아니오", "없음", "false"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Wrong(StrEnum):
    """What is wrong with a file. A bad signature is not a fault: it is evidence."""

    ENCODING = "encoding"
    EMPTY = "empty"
    NOT_CSV = "not_csv"
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_REPEATED = "column_repeated"
    FIELD_COUNT = "field_count"
    SHEET_MISSING = "sheet_missing"
    ROW_NUMBER = "row_number"
    ROW_REPEATED = "row_repeated"
    MARK_UNKNOWN = "mark_unknown"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"


@dataclass(frozen=True, slots=True)
class SheetLines:
    """The lines of a file without faults, read from it each time they are gone through.

    A list of them would take many times the memory of the file: 820,000 have been handed in.
    """

    opens: Opens = field(repr=False)
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[PaperLine]:
        if self.count:
            table = self.opens()
            assert table is not None, "it was read before"
            for row in table:
                yield _line(_fields(table, row))


@dataclass(frozen=True, slots=True)
class SheetFile:
    """Bring the lines only where nothing was refused: half a file is worse than none."""

    lines: SheetLines
    faults: Faults

    def whole(self) -> SheetLines:
        """The lines, or every broken place at once."""
        if self.faults.first:
            raise LinesRefused.because(self.faults)
        return self.lines


def read_sheets(data: bytes) -> SheetFile:
    """Read a CSV file in UTF-8 (with or without BOM) or CP949."""
    return look_through(partial(spreadsheet.read, data, COLUMNS, optional=OPTIONAL))


def table_in(lines: Iterable[str]) -> Table | None:
    """The table in the lines of a file that is read as it is needed."""
    return spreadsheet.table(spreadsheet.rows(lines), COLUMNS, optional=OPTIONAL)


def look_through(opens: Opens) -> SheetFile:
    """Read a table once, for what is wrong with it; its lines are read from it again."""
    lines, faults = 0, Faults()
    try:
        table = opens()
        if table is not None:
            for found in _rows(table):
                lines += not found
                faults.add(one.fault for one in found)
    except NotText as unknown:
        faults.add([_unreadable(unknown)])
    except NotCsv as broken:
        faults.add([Refused(broken.line, None, Wrong.NOT_CSV).fault])
    except HeadingWrong as wrong:
        faults.add(one.fault for one in _faults_of_heading(wrong))
    if not lines and not faults.lines:
        faults.add([Refused(1, None, Wrong.EMPTY).fault])
    return SheetFile(SheetLines(opens, 0 if faults.lines else lines), faults)


def no_text(broken: NotText) -> LinesRefused:
    """The refusal of a file that is text in neither encoding, with the place where it stops."""
    return LinesRefused.because(Faults.of([_unreadable(broken)]))


def _unreadable(text: NotText) -> Fault:
    return Refused(text.line, None, Wrong.ENCODING).fault


def _faults_of_heading(wrong: HeadingWrong) -> Iterator[Refused]:
    for title in wrong.unknown:
        yield Refused(1, title, Wrong.COLUMN_UNKNOWN)
    for name in wrong.repeated:
        yield Refused(1, name, Wrong.COLUMN_REPEATED)
    for name in wrong.missing:
        yield Refused(1, name, Wrong.COLUMN_MISSING)


def _rows(table: Table) -> Iterator[list[Refused]]:
    """The faults of each row, none where it is whole.

    Rows that were met are bits, some of a sheet's together: an office may number them through all
    its sheets, and one number for each sheet would then be as long as the last row's.
    """
    taken: dict[tuple[str, int], int] = {}
    for row in table:
        if not row.fits:
            fields = _fields(table, row)
            yield [Refused(row.line, None, Wrong.FIELD_COUNT, _quote(fields))]
            continue
        fields = _fields(table, row)
        faults = [
            Refused(row.line, column, wrong, _quote(fields, column))
            for column, wrong in _faults(fields)
        ]
        if not faults:
            some, bit = divmod(int(fields["row"]), TOGETHER)
            here, met = (sheet_named(fields["sheet"]), some), 1 << bit
            if taken.get(here, 0) & met:
                quote = _quote(fields, "row")
                faults.append(Refused(row.line, "row", Wrong.ROW_REPEATED, quote))
            taken[here] = taken.get(here, 0) | met
        yield faults


def _fields(table: Table, row: Row) -> dict[str, str]:
    return dict(zip(table.names, row.cells, strict=True))


def _quote(fields: dict[str, str], column: str = "") -> Quote:
    """What stands there and who signed; never the back of a resident number, wherever it is."""
    return Quote.of(without_back(fields.get(column, "")), without_back(fields["name"]))


def _faults(fields: dict[str, str]) -> Iterator[tuple[str, Wrong]]:
    for name, cell in fields.items():
        if len(cell) > LONGEST:
            yield name, Wrong.TOO_LONG
        if _CONTROL.search(cell):
            yield name, Wrong.CONTROL_CHARACTER
    if not fields["sheet"]:
        yield "sheet", Wrong.SHEET_MISSING
    row = fields["row"]
    if not (row.isascii() and row.isdigit() and len(row) < LONGEST and 0 < int(row) <= LARGEST_ROW):
        yield "row", Wrong.ROW_NUMBER
    if fields["mark"].casefold() not in _YES | _NO:
        yield "mark", Wrong.MARK_UNKNOWN


def _line(fields: dict[str, str]) -> PaperLine:
    return PaperLine(
        sheet=fields["sheet"],
        row=int(fields["row"]),
        name=fields["name"],
        birth_date=fields["birth_date"],
        address=fields["address"],
        district=fields["district"],
        signed_on=fields["signed_on"],
        has_mark=fields["mark"].casefold() in _YES,
        collector=fields.get("collector") or None,
    )
