"""Reading returns from a file of comma-separated values, and saying where it is wrong."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ballots.batches import CountRow, Problem, TurnoutRow, problem
from ballots.errors import (
    FigureMissing,
    FigureNotWhole,
    FigureTooSmall,
    KindUnknown,
    ReturnsColumnsWrong,
    ReturnsFileEmpty,
    ReturnsFileUnreadable,
    ReturnsRefused,
    RowLengthWrong,
    StationAmbiguous,
    StationUnknown,
)
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.kernel.errors import DomainError

ENCODINGS: Final = ("utf-8-sig", "cp949")
"""What Korean spreadsheets write: UTF-8 with or without its mark, or CP949."""

PLACE: Final = ("district", "station", "kind")
FIGURE: Final = re.compile(r"(?P<minus>[-−]?)(?P<digits>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")
"""ASCII digits, with thousands separators or without."""


def read_turnouts(data: bytes, *, boxes: Sequence[BoxView]) -> list[TurnoutRow]:
    """Columns station, issued, cast; optional district, kind and reason, in any order."""
    table = _table(data, figures=("issued", "cast"))
    found = []
    for line in table.lines:
        box = table.box(line, boxes)
        issued, cast = table.figure(line, "issued"), table.figure(line, "cast")
        if box is not None:
            found.append(TurnoutRow(line.number, box.id, issued, cast, line.cells.get("reason")))
    table.insist()
    return found


def read_counts(data: bytes, *, boxes: Sequence[BoxView], options: Sequence[str]) -> list[CountRow]:
    """Columns station, papers, one per option, invalid; optional district, kind and reason."""
    table = _table(data, figures=("papers", *options, "invalid"))
    found = []
    for line in table.lines:
        box = table.box(line, boxes)
        papers = table.figure(line, "papers")
        votes = {option: table.figure(line, option) for option in options}
        invalid = table.figure(line, "invalid")
        if box is not None:
            reason = line.cells.get("reason")
            found.append(CountRow(line.number, box.id, papers, votes, invalid, reason))
    table.insist()
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class _Table:
    """The lines of a file, and all that is wrong with them: a reader is told everything at once."""

    lines: list[_Line]
    problems: list[Problem] = field(default_factory=list)

    def figure(self, line: _Line, column: str) -> int | None:
        """The number in a cell; None where it is wrong, which is then noted."""
        try:
            return whole_figure(line.cells[column], column, station=line.cells["station"])
        except DomainError as refused:
            self.problems.append(problem(line.number, refused, column=column))
            return None

    def box(self, line: _Line, boxes: Sequence[BoxView]) -> BoxView | None:
        """The box that the line means; None where it is no box or several, which is then noted."""
        try:
            return _box(line.cells, boxes)
        except DomainError as refused:
            column = "kind" if isinstance(refused, KindUnknown) else "station"
            self.problems.append(problem(line.number, refused, column=column))
            return None

    def insist(self) -> None:
        if self.problems:
            raise ReturnsRefused(count=len(self.problems), problems=self.problems)


def whole_figure(cell: str, column: str, *, station: str) -> int:
    """The number that a cell holds, with thousands separators or without; never negative."""
    if not cell:
        raise FigureMissing(field=column, station=station)
    match = FIGURE.fullmatch(cell)
    if match is None:
        raise FigureNotWhole(field=column, station=station)
    if match["minus"]:
        raise FigureTooSmall(field=column, station=station, least=0)
    return int(match["digits"].replace(",", ""))


def _box(cells: Mapping[str, str], boxes: Sequence[BoxView]) -> BoxView:
    """By number and kind, and by district where the line names one (its code or its name)."""
    station, district = cells["station"], cells.get("district", "")
    kind = (cells.get("kind") or Kind.REGULAR.value).lower()
    if kind not in set(Kind):
        raise KindUnknown(kind=kind)
    meant = [
        box
        for box in boxes
        if station == str(box.number)
        and box.kind.value == kind
        and (not district or district in {box.district, box.district_ko, box.district_en})
    ]
    if not meant:
        raise StationUnknown(station=station)
    if len(meant) > 1:
        raise StationAmbiguous(station=station)
    return meant[0]


def _table(data: bytes, *, figures: Sequence[str]) -> _Table:
    rows = rows_of(data)
    if len(rows) < 2:  # noqa: PLR2004  # a head and a line
        raise ReturnsFileEmpty
    (_, head), *body = rows
    check_columns(head, needed={"station", *figures}, allowed={*PLACE, *figures, "reason"})
    table = _Table([])
    for number, cells in body:
        if len(cells) != len(head):
            wrong = RowLengthWrong(expected=len(head), found=len(cells))
            table.problems.append(problem(number, wrong))
        else:
            table.lines.append(_Line(number, dict(zip(head, cells, strict=True))))
    return table


def check_columns(
    head: Sequence[str], *, needed: Collection[str], allowed: Collection[str]
) -> None:
    """Refuse a head that lacks a column, repeats one, or has one that nobody would read."""
    seen: defaultdict[str, int] = defaultdict(int)
    for column in head:
        seen[column] += 1
    missing = sorted(set(needed) - set(head))
    unknown = sorted(set(head) - set(allowed))
    repeated = sorted(column for column, times in seen.items() if times > 1)
    if missing or unknown or repeated:
        wrong = {"missing": missing, "unknown": unknown, "repeated": repeated}
        raise ReturnsColumnsWrong(
            **{name: ", ".join(found) or "-" for name, found in wrong.items()}
        )


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReturnsFileUnreadable(line=0)


def rows_of(data: bytes) -> list[tuple[int, list[str]]]:
    """Each line that has anything on it, with its number in the file."""
    reader = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
    try:
        return [
            (reader.line_num, [unicodedata.normalize("NFC", cell).strip() for cell in row])
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as broken:
        raise ReturnsFileUnreadable(line=reader.line_num) from broken
