"""Reading returns from a file of comma-separated values, and saying where it is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ballots.batches import (
    Batch,
    CountRow,
    TurnoutRow,
    enter_counts,
    enter_turnouts,
    fault,
)
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
)
from ballots.naming import Boxes
from ballots.stations import BoxView, boxes_of
from ballots.tables import Poll
from ballots.versions import ReturnKind
from referendum.kernel import spreadsheet
from referendum.kernel.decoding import NotText
from referendum.kernel.errors import DomainError
from referendum.kernel.faults import Fault, Faults, Quote
from referendum.kernel.people import Officer
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv
from referendum.kernel.uow import UnitOfWork

UNTYPED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""Signs that nobody types; a form with one of them is refused as well."""
OPTIONAL: Final = ("district", "kind", "reason")
HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "station": ("투표소", "투표소번호", "투표소 번호"),
    "district": ("행정동", "읍면동", "읍·면·동"),
    "kind": ("종류", "투표 종류"),
    "issued": ("투표용지 교부수", "교부수"),
    "cast": ("투표수",),
    "papers": ("투표함 속 투표지 수", "투표지 수"),
    "invalid": ("무효투표수", "무효"),
    "reason": ("사유",),
    "number": ("번호", "투표소번호", "투표소 번호"),
    "name_ko": ("이름", "한국어 이름", "투표소명"),
    "name_en": ("영어 이름", "영문명"),
    "electors": ("투표권자 수", "선거인수"),
    "address": ("주소",),
}
"""What columns may be headed in place of the names that machines use. Options by their words."""
Labels = Mapping[str, Sequence[str]]
"""By the key of an option: its words on the ballot."""
FIGURE: Final = re.compile(r"(?P<minus>[-−]?)(?P<digits>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")
"""ASCII digits, with thousands separators or without."""


def read_turnouts(data: bytes, *, boxes: Sequence[BoxView]) -> list[TurnoutRow]:
    """Columns station, issued, cast; optional district, kind and reason, in any order."""
    table, called = _table(data, figures=("issued", "cast")), Boxes.of(boxes)
    found = []
    for line in table.lines:
        box = table.box(line, called)
        issued, cast = table.figure(line, "issued"), table.figure(line, "cast")
        if box is not None:
            found.append(TurnoutRow(line.number, box.id, issued, cast, line.cells.get("reason")))
    table.insist()
    return found


def read_counts(
    data: bytes, *, boxes: Sequence[BoxView], options: Sequence[str], labels: Labels | None = None
) -> list[CountRow]:
    """Columns station, papers, one per option, invalid; optional district, kind and reason."""
    table, called = (
        _table(data, figures=("papers", *options, "invalid"), labels=labels),
        Boxes.of(boxes),
    )
    found = []
    for line in table.lines:
        box = table.box(line, called)
        papers = table.figure(line, "papers")
        votes = {option: table.figure(line, option) for option in options}
        invalid = table.figure(line, "invalid")
        if box is not None:
            reason = line.cells.get("reason")
            found.append(CountRow(line.number, box.id, papers, votes, invalid, reason))
    table.insist()
    return found


def take_in(
    uow: UnitOfWork,
    poll: Poll,
    kind: ReturnKind,
    data: bytes,
    *,
    by: Officer,
    labels: Labels | None = None,
) -> Batch:
    """Enter a whole file of first returns: all of them, or none and where the file is wrong."""
    boxes = boxes_of(uow.session, poll.id)
    if kind is ReturnKind.TURNOUT:
        return enter_turnouts(uow, poll.id, read_turnouts(data, boxes=boxes), by=by)
    counts = read_counts(data, boxes=boxes, options=poll.options, labels=labels)
    return enter_counts(uow, poll.id, counts, by=by)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class _Table:
    """The lines of a file, and all that is wrong with them: a reader is told everything at once."""

    lines: list[_Line]
    faults: list[Fault] = field(default_factory=list)

    def figure(self, line: _Line, column: str) -> int | None:
        """The number in a cell; None where it is wrong, which is then noted."""
        try:
            return whole_figure(line.cells[column], column, station=line.cells["station"])
        except DomainError as refused:
            self._note(line, refused, column)
            return None

    def box(self, line: _Line, boxes: Boxes) -> BoxView | None:
        """The box that the line means; None where it is no box or several, which is then noted."""
        try:
            return boxes.meant(line.cells)
        except DomainError as refused:
            column = "kind" if isinstance(refused, KindUnknown) else "station"
            self._note(line, refused, column)
            return None

    def _note(self, line: _Line, refused: DomainError, column: str) -> None:
        station = " ".join(filter(None, (line.cells.get("district"), line.cells["station"])))
        quote = Quote.of(line.cells.get(column, ""), station)
        self.faults.append(fault(line.number, refused, column=column, quote=quote))

    def insist(self) -> None:
        if self.faults:
            raise ReturnsRefused.because(Faults.of(self.faults))


def _headed(names: Sequence[str], labels: Labels) -> dict[str, list[str]]:
    """The headings that each column may have; what two would have is no heading of either."""
    known = {name: [*HEADINGS.get(name, ()), *labels.get(name, ())] for name in names}
    times = Counter(one for also in (*known.values(), names) for one in {*also})
    return {name: [one for one in also if times[one] == 1] for name, also in known.items()}


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


def _table(data: bytes, *, figures: Sequence[str], labels: Labels | None = None) -> _Table:
    found = sheet(data, needed={"station", *figures}, optional=OPTIONAL, labels=labels)
    if found is None or not found.rows:
        raise ReturnsFileEmpty
    table = _Table([])
    for row in found.rows:
        try:
            table.lines.append(_Line(row.line, found.cells(row)))
        except RowLengthWrong as wrong:
            table.faults.append(fault(row.line, wrong))
    return table


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that was read to its end."""

    names: Sequence[str]
    width: int
    rows: Sequence[spreadsheet.Row]

    def cells(self, row: spreadsheet.Row) -> dict[str, str]:
        """By the names of their columns; RowLengthWrong where there are more or fewer of them."""
        if not row.fits:
            raise RowLengthWrong(expected=self.width, found=row.width)
        return dict(zip(self.names, row.cells, strict=True))


def sheet(
    data: bytes,
    *,
    needed: Collection[str],
    optional: Collection[str] = (),
    labels: Labels | None = None,
) -> Sheet | None:
    """The table with these columns, headed by their names or in Korean; None of an empty file.

    Refused where the file is no table, lacks a column, repeats one, or has one that nobody would
    read.
    """
    columns = _headed(sorted({*needed, *optional}), labels or {})
    try:
        found = spreadsheet.read(data, columns, optional=optional, level=str.strip)
        if found is None:
            return None
        rows = list(found)
    except (NotText, NotCsv) as broken:
        raise ReturnsFileUnreadable(line=broken.line) from broken
    except HeadingWrong as wrong:
        raise ReturnsColumnsWrong(
            missing=wrong.missing, unknown=wrong.unknown, repeated=wrong.repeated
        ) from wrong
    for row in rows:
        if any(map(UNTYPED.search, row.cells)):
            raise ReturnsFileUnreadable(line=row.line)
    return Sheet(found.names, found.width, rows)
