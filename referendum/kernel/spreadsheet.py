"""Tables that offices keep in spreadsheets: read as CSV from whatever saved them, and written.

The one place of the whole house where CSV is read and written. Nothing here refuses anybody: what
a broken file means is for the room that asked for it to say.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import chain, islice
from typing import Final, NamedTuple

from referendum.kernel.decoding import Detective, Lines
from referendum.kernel.faults import Fault, Quote

TITLES: Final = 10
"""Rows that may stand above the heading: the name of the table, its day, who made it."""

_SERIAL: Final = re.compile(r"\d{5}(?:\.0+)?", re.ASCII)
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Refused:
    """The place and the reason of one fault. `line` counts from 1, the heading being line 1."""

    line: int
    column: str | None
    reason: StrEnum
    quote: Quote = field(default=Quote(), compare=False, repr=False)

    @property
    def fault(self) -> Fault:
        """As a refusal tells it."""
        told: Fault = {"line": self.line, "column": self.column, "reason": self.reason.value}
        return told | self.quote._asdict() if any(self.quote) else told


class NotCsv(ValueError):
    """A quotation mark that never closes, or a field beyond all measure, begun on that line."""

    def __init__(self, *, line: int) -> None:
        super().__init__(line)
        self.line = line


class HeadingWrong(ValueError):
    """Columns that are missing, unknown (as written, or `#3` without a heading) or there twice."""

    def __init__(self, *, missing: list[str], unknown: list[str], repeated: list[str]) -> None:
        super().__init__(missing, unknown, repeated)
        self.missing, self.unknown, self.repeated = missing, unknown, repeated


class Row(NamedTuple):
    """One row of a table, as far as it can be told apart.

    A tuple, as a frozen dataclass takes four times as long to make, a million times.
    """

    line: int
    """Where it begins; the first line of the file is 1."""
    cells: Sequence[str]
    """Those of the columns found, in their order, without surrounding space."""
    width: int
    """How many cells the row has."""
    fits: bool
    """Whether it has a cell for every column, and nothing beyond them."""


row_of: Final = partial(tuple.__new__, Row)
"""A row out of its parts, as `Row._make` gives it in three times the time."""


@dataclass(slots=True)
class Table:
    """A file's table below its heading, read row by row; raises NotCsv and HeadingWrong.

    A column without a heading and without content is no column: spreadsheets leave them.
    """

    names: list[str]
    """The columns found, in the order in which they were asked for."""
    places: list[int]
    """Where each of them stands in a row, from 0."""
    width: int
    """How many cells the heading has, up to the last that says anything."""
    nameless: list[int]
    """Where the heading has a cell that says nothing."""
    raw: Iterator[tuple[int, list[str]]] = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        places, width, last = self.places, self.width, max(self.places) + 1
        in_order = places == [*range(width)]
        for line, row in self.raw:
            cells = [*map(str.strip, row)]
            for at in self.nameless:
                if at < len(cells) and cells[at]:
                    raise HeadingWrong(missing=[], unknown=[f"#{at + 1}"], repeated=[])
            if len(cells) == width or (len(cells) >= last and not any(cells[width:])):
                there = cells[:width] if in_order else [cells[at] for at in places]
                yield row_of((line, there, len(cells), True))
            else:
                there = [cells[at] if at < len(cells) else "" for at in places]
                yield row_of((line, there, len(cells), False))


Columns = Mapping[str, Iterable[str]]
"""Names of columns, with the headings each may have instead."""


def plain(heading: str) -> str:
    """A heading without what differs between two files of one office: case, space and signs."""
    text = unicodedata.normalize("NFC", heading).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def read(
    data: bytes,
    columns: Columns,
    *,
    optional: Collection[str] = (),
    level: Callable[[str], str] = plain,
) -> Table | None:
    """The table of a whole file; None where nothing is in it. Raises NotText as well."""
    lines = Lines([data], encoding_of(data))
    return table(rows(lines), columns, optional=optional, level=level)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; raises NotText."""
    encoding = encoding_of(data)
    return "".join(Lines([data], encoding)), encoding


def encoding_of(data: bytes) -> str:
    """`utf-8`, `utf-8-sig` or `cp949`; raises NotText."""
    detective = Detective()
    detective.look(data)
    return detective.found()


def rows(lines: Iterable[str], *, first: int = 1) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line on which it begins; raises NotCsv."""
    reader = csv.reader(lines, strict=True)
    begins = first
    try:
        for row in reader:
            if any(map(str.strip, row)):
                yield begins, row
            begins = reader.line_num + first
    except csv.Error as error:
        raise NotCsv(line=begins) from error


def table(
    raw: Iterator[tuple[int, list[str]]],
    columns: Columns,
    *,
    optional: Collection[str] = (),
    level: Callable[[str], str] = plain,
) -> Table | None:
    """The rows below their heading, which may have a few rows of titles above it.

    Each column has to be there once, but for the optional ones, and no other may be: a guess
    would change what a file says. Headings are equal that `level` makes so. Raises HeadingWrong.
    """
    known = {level(alias): name for name, also in columns.items() for alias in (name, *also)}
    top = list(islice(raw, TITLES + 1))
    if not top:
        return None
    at = _heading_in([[level(cell) for cell in row] for _, row in top], known)
    heading = [cell.strip() for cell in top[at][1]]
    found = [known.get(level(cell)) for cell in heading]
    named = [place for place, cell in enumerate(heading) if level(cell)]
    missing = [name for name in columns if name not in found and name not in optional]
    unknown = [heading[place] for place in named if found[place] is None]
    repeated = [name for name, times in Counter(found).items() if name and times > 1]
    if missing or unknown or repeated:
        shown = [cell[:40] for cell in unknown[:20]]
        raise HeadingWrong(missing=missing, unknown=shown, repeated=repeated)
    names = [name for name in columns if name in found]
    width = max(named) + 1
    return Table(
        names=names,
        places=[found.index(name) for name in names],
        width=width,
        nameless=[place for place in range(len(heading)) if place not in named],
        raw=chain(top[at + 1 :], raw),
    )


def _heading_in(top: Sequence[Sequence[str]], known: Mapping[str, str]) -> int:
    """Which row is the heading: the first of which half is known, if all above it say less."""
    for at, row in enumerate(top):
        said = [cell for cell in row if cell]
        if len(said) > 1 and 2 * sum(cell in known for cell in said) >= len(said):
            above = (sum(map(bool, other)) for other in top[:at])
            return at if all(2 * count <= len(said) for count in above) else 0
    return 0


def is_serial(cell: str) -> bool:
    """Whether it may be a day as a spreadsheet counts them, of which nobody knows from when."""
    return _SERIAL.fullmatch(cell) is not None


def text_of(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a table; no text in it is ever taken for a formula. Numbers stay numbers."""
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\r\n")
    for row in chain((heading,), rows):
        lines.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        yield written.getvalue()
        written.seek(0)
        written.truncate()


def write(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file that spreadsheet programs open as text, with the mark that tells them it is UTF-8."""
    return "".join(text_of(heading, rows)).encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet program would compute."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def meant(cell: str) -> str:
    """A cell as it was before `harmless` made it so."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
