"""A register's file: the lines that can be trusted, and the place of every fault in the rest."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from referendum.roll.decoding import decode
from referendum.roll.errors import RegisterColumnsWrong, RegisterEmpty, RegisterNotCsv
from referendum.roll.lines import COLUMNS, Fault, Reason, Refused, RegisterLine, read_line


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRegister:
    """A whole file, read."""

    lines: list[RegisterLine]
    refused: list[Refused]
    noted: list[Refused]
    """Faults that keep nobody out, such as a phone number that cannot be used."""
    kept_back: frozenset[str]
    """Register numbers of refused lines: these people are in the file, whatever is wrong."""
    nameless: int
    """Refused lines without a register number: they may be anybody's."""
    sha256: str
    encoding: str


def read_register(data: bytes) -> ParsedRegister:
    """Read a file; structural faults refuse it whole, others only the lines they are in."""
    text, encoding = decode(data)
    rows = _rows(text)
    heading = next(rows, None)
    if heading is None:
        raise RegisterEmpty
    pile = _Pile(_columns(heading[1]))
    for number, row in rows:
        pile.take(number, row)
    if not pile.size:
        raise RegisterEmpty
    pile.refuse_repeated()
    return ParsedRegister(
        lines=pile.lines,
        refused=sorted(pile.refused, key=lambda refused: refused.line),
        noted=pile.noted,
        kept_back=frozenset(pile.kept_back),
        nameless=pile.nameless,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
    )


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise RegisterNotCsv(line=begins) from error


def _columns(heading: list[str]) -> list[int]:
    """Where each of COLUMNS stands; refused unless each is there once and nothing else is."""
    known = {_plain(alias): name for name, also in COLUMNS.items() for alias in (name, *also)}
    found = [known.get(_plain(cell)) for cell in heading]
    missing = [name for name in COLUMNS if name not in found]
    unknown = [cell for cell, name in zip(heading, found, strict=True) if name is None]
    repeated = [name for name, times in Counter(found).items() if name and times > 1]
    if missing or unknown or repeated:
        raise RegisterColumnsWrong(
            missing=missing, unknown=[cell[:40] for cell in unknown[:20]], repeated=repeated
        )
    return [found.index(name) for name in COLUMNS]


def _plain(heading: str) -> str:
    text = unicodedata.normalize("NFC", heading).casefold()
    return "".join(letter for letter in text if letter.isalnum())


class _Pile:
    """What has been read so far of one file."""

    def __init__(self, order: list[int]) -> None:
        self.order = order
        self.size = 0
        self.lines: list[RegisterLine] = []
        self.refused: list[Refused] = []
        self.noted: list[Refused] = []
        self.kept_back: set[str] = set()
        self.nameless = 0
        self._claims: Counter[str] = Counter()

    def take(self, number: int, row: list[str]) -> None:
        self.size += 1
        claim = row[self.order[0]].strip() if len(row) > self.order[0] else ""
        self._claims[claim] += 1
        if len(row) != len(self.order):
            self._refuse(Refused(number, None, Reason.WRONG_NUMBER_OF_FIELDS), claim)
            return
        try:
            line = read_line(number, [row[at].strip() for at in self.order])
        except Fault as fault:
            self._refuse(Refused(number, fault.column, fault.reason), claim)
            return
        if line.phone is None and row[self.order[-1]].strip():
            self.noted.append(Refused(number, "phone", Reason.PHONE_UNUSABLE))
        self.lines.append(line)

    def refuse_repeated(self) -> None:
        """A number given twice says of nobody who they are: none of its lines goes in."""
        once = []
        for line in self.lines:
            if self._claims[line.register_no] == 1:
                once.append(line)
            else:
                fault = Refused(line.line, "register_no", Reason.REPEATED)
                self._refuse(fault, line.register_no)
        self.lines = once

    def _refuse(self, refused: Refused, claim: str) -> None:
        self.refused.append(refused)
        if claim:
            self.kept_back.add(claim)
        else:
            self.nameless += 1
