"""A file of keyed-in sheets as lines, or the places where the file itself is broken."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from referendum.kernel.decoding import NotText
from referendum.kernel.spreadsheet import Refused, decode
from signatures.lines import PaperLine

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
REPORTED: Final = 200
"""A file of another kind would be wrong in every line; nobody reads further than this."""

_YES: Final = frozenset({"1", "y", "yes", "o", "v", "예", "있음", "true"})
_NO: Final = frozenset({"0", "n", "no", "x", "", "아니오", "없음", "false"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NAMES: Final = {alias: name for name, aliases in COLUMNS.items() for alias in (name, *aliases)}


class Fault(StrEnum):
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
class SheetFile:
    """Bring the lines only where nothing was refused: half a file is worse than none."""

    lines: tuple[PaperLine, ...]
    refused: tuple[Refused, ...]


def read_sheets(data: bytes) -> SheetFile:
    """Read a CSV file in UTF-8 (with or without BOM) or CP949."""
    try:
        text, _ = decode(data)
    except NotText as unknown:
        return _refuse(Refused(unknown.line, None, Fault.ENCODING))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[PaperLine] = []
    refused: list[Refused] = []
    try:
        heading = next((row for row in reader if any(field.strip() for field in row)), None)
        if heading is None:
            return _refuse(Refused(1, None, Fault.EMPTY))
        columns = [_NAMES.get(re.sub(r"\s|·", "", name).casefold()) for name in heading]
        refused.extend(_faults_of_heading(heading, columns))
        if not refused:
            names = [name for name in columns if name]
            for found in _rows(reader, names):
                if isinstance(found, Refused):
                    refused.append(found)
                else:
                    lines.append(found)
    except csv.Error:
        refused.append(Refused(reader.line_num, None, Fault.NOT_CSV))
    if not lines and not refused:
        refused.append(Refused(1, None, Fault.EMPTY))
    return SheetFile(tuple(lines), tuple(refused[:REPORTED]))


def _refuse(*refused: Refused) -> SheetFile:
    return SheetFile((), refused)


def _faults_of_heading(heading: Sequence[str], columns: Sequence[str | None]) -> Iterator[Refused]:
    for title, name in zip(heading, columns, strict=True):
        if name is None:
            yield Refused(1, title.strip()[:LONGEST], Fault.COLUMN_UNKNOWN)
        elif columns.count(name) > 1:
            yield Refused(1, name, Fault.COLUMN_REPEATED)
    for name in COLUMNS:
        if name not in columns and name not in OPTIONAL:
            yield Refused(1, name, Fault.COLUMN_MISSING)


def _rows(rows: Iterator[list[str]], columns: Sequence[str]) -> Iterator[PaperLine | Refused]:
    taken: set[tuple[str, int]] = set()
    reader = rows
    for row in reader:
        at: int = getattr(reader, "line_num", 0)
        if not any(field.strip() for field in row):
            continue
        if len(row) != len(columns):
            yield Refused(at, None, Fault.FIELD_COUNT)
            continue
        fields = {name: field.strip() for name, field in zip(columns, row, strict=True)}
        faults = [Refused(at, *fault) for fault in _faults(fields)]
        if not faults and (place := (fields["sheet"], int(fields["row"]))) in taken:
            faults.append(Refused(at, "row", Fault.ROW_REPEATED))
        if faults:
            yield from faults
            continue
        taken.add(place)
        yield _line(fields)


def _faults(fields: dict[str, str]) -> Iterator[tuple[str, Fault]]:
    for name, field in fields.items():
        if len(field) > LONGEST:
            yield name, Fault.TOO_LONG
        if _CONTROL.search(field):
            yield name, Fault.CONTROL_CHARACTER
    if not fields["sheet"]:
        yield "sheet", Fault.SHEET_MISSING
    row = fields["row"]
    if not (row.isascii() and row.isdigit() and len(row) < LONGEST and 0 < int(row) <= LARGEST_ROW):
        yield "row", Fault.ROW_NUMBER
    if fields["mark"].casefold() not in _YES | _NO:
        yield "mark", Fault.MARK_UNKNOWN


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
