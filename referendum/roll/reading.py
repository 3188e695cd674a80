"""A register's file: the lines that can be trusted, and the place of every fault in the rest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from referendum.kernel import spreadsheet
from referendum.kernel.decoding import NotText
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Refused, Row
from referendum.roll.errors import (
    RegisterColumnsWrong,
    RegisterEmpty,
    RegisterEncodingUnknown,
    RegisterNotCsv,
)
from referendum.roll.lines import COLUMNS, Fault, Reason, RegisterLine, read_line


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


def read_register(data: bytes, *, invented: bool = False) -> ParsedRegister:
    """Read a file; structural faults refuse it whole, others only the lines they are in.

    `invented`: the file may be of people who do not exist, with phones that nobody has.
    """
    with _refusing():
        table = spreadsheet.read(data, COLUMNS)
        if table is None:
            raise RegisterEmpty
        pile = _Pile(invented=invented)
        for row in table:
            pile.take(row)
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
        encoding=spreadsheet.encoding_of(data),
    )


@contextmanager
def _refusing() -> Iterator[None]:
    """A file that is no table at all, as the register's own refusals."""
    try:
        yield
    except NotText as broken:
        raise RegisterEncodingUnknown(line=broken.line, byte=broken.byte) from broken
    except NotCsv as broken:
        raise RegisterNotCsv(line=broken.line) from broken
    except HeadingWrong as wrong:
        raise RegisterColumnsWrong(
            missing=wrong.missing, unknown=wrong.unknown, repeated=wrong.repeated
        ) from wrong


class _Pile:
    """What has been read so far of one file."""

    def __init__(self, *, invented: bool) -> None:
        self.invented = invented
        self.size = 0
        self.lines: list[RegisterLine] = []
        self.refused: list[Refused] = []
        self.noted: list[Refused] = []
        self.kept_back: set[str] = set()
        self.nameless = 0
        self._claims: Counter[str] = Counter()

    def take(self, row: Row) -> None:
        self.size += 1
        claim = row.cells[0]
        self._claims[claim] += 1
        if not row.fits:
            self._refuse(Refused(row.line, None, Reason.WRONG_NUMBER_OF_FIELDS), claim)
            return
        try:
            line = read_line(row.line, row.cells, invented=self.invented)
        except Fault as fault:
            self._refuse(Refused(row.line, fault.column, fault.reason), claim)
            return
        if line.phone is None and row.cells[-1]:
            self.noted.append(Refused(row.line, "phone", Reason.PHONE_UNUSABLE))
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
