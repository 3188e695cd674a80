"""Tables that offices keep in spreadsheets: read as CSV from whatever saved them, and written.

Nothing here refuses anybody: what a broken file means is for the room that asked for it to say.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

BOM: Final = b"\xef\xbb\xbf"
_DATE: Final = re.compile(r"(\d{4})([-./]?)(\d{2})\2(\d{2})\.?")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Refused:
    """The place and the reason of one fault. `line` counts from 1, the heading being line 1."""

    line: int
    column: str | None
    reason: StrEnum


class NotText(ValueError):
    """Neither UTF-8 nor the CP949 of Korean office software; line and byte count from 1."""

    def __init__(self, *, line: int, byte: int) -> None:
        super().__init__(line, byte)
        self.line, self.byte = line, byte


class NotCsv(ValueError):
    """A quotation mark that never closes, or a field beyond all measure, begun on that line."""

    def __init__(self, *, line: int) -> None:
        super().__init__(line)
        self.line = line


class HeadingWrong(ValueError):
    """Columns that are missing, unknown (as written) or there twice."""

    def __init__(self, *, missing: list[str], unknown: list[str], repeated: list[str]) -> None:
        super().__init__(missing, unknown, repeated)
        self.missing, self.unknown, self.repeated = missing, unknown, repeated


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; raises NotText.

    A damaged UTF-8 file often is well-formed CP949 with other letters in it: it is refused, not
    read as nonsense.
    """
    if data.startswith(BOM):
        return _strict(data.removeprefix(BOM), "utf-8", skipped=len(BOM)), "utf-8-sig"
    if b"\0" in data:
        raise _not_text(data, data.index(b"\0"))
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as broken:
        if _mostly_utf8(data):
            raise _not_text(data, broken.start) from broken
    return _strict(data, "cp949"), "cp949"


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line on which it begins; raises NotCsv."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise NotCsv(line=begins) from error


def order_of(heading: Sequence[str], columns: Mapping[str, Iterable[str]]) -> list[int]:
    """Where each column stands, by its name or another; raises HeadingWrong.

    Each has to be there once and nothing else may be: a guess would change what a file says.
    """
    known = {_plain(alias): name for name, also in columns.items() for alias in (name, *also)}
    found = [known.get(_plain(cell)) for cell in heading]
    missing = [name for name in columns if name not in found]
    unknown = [cell for cell, name in zip(heading, found, strict=True) if name is None]
    repeated = [name for name, times in Counter(found).items() if name and times > 1]
    if missing or unknown or repeated:
        shown = [cell[:40] for cell in unknown[:20]]
        raise HeadingWrong(missing=missing, unknown=shown, repeated=repeated)
    return [found.index(name) for name in columns]


@lru_cache(maxsize=100_000)
def day_of(cell: str) -> date | None:
    """2024-05-01, 20240501, 2024.05.01 or 2024/05/01; None where it is no day."""
    told = _DATE.fullmatch(cell)
    if told is None:
        return None
    try:
        return date(int(told[1]), int(told[3]), int(told[4]))
    except ValueError:
        return None


def write(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A file that spreadsheet programs open as text: no cell is ever taken for a formula."""
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(heading)
    lines.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet program would compute."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def meant(cell: str) -> str:
    """A cell as it was before `harmless` made it so."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _strict(data: bytes, encoding: str, *, skipped: int = 0) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as broken:
        raise _not_text(data, broken.start, skipped=skipped) from broken
    if "\0" in text:
        raise _not_text(data, data.index(b"\0"), skipped=skipped)
    return text


def _mostly_utf8(data: bytes) -> bool:
    """Whether at least half of the lines that could tell the two apart are UTF-8."""
    telling = [line for line in data.split(b"\n") if not line.isascii()]
    return 2 * sum(map(_is_utf8, telling)) >= len(telling)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _not_text(data: bytes, at: int, *, skipped: int = 0) -> NotText:
    return NotText(line=data.count(b"\n", 0, at) + 1, byte=at + skipped + 1)


def _plain(heading: str) -> str:
    text = unicodedata.normalize("NFC", heading).casefold()
    return "".join(letter for letter in text if letter.isalnum())
