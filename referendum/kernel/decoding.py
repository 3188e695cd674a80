"""Text files of offices: which encoding one is in, and its lines, however large it is.

A file may come in pieces that are never in memory together: one pass finds the encoding, a second
one reads the lines, from wherever it had stopped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

BOM: Final = b"\xef\xbb\xbf"
LONGEST_LINE: Final = 1 << 20
"""Bytes. No office writes such a line; a file of one endless line must not fill the memory."""


class NotText(ValueError):
    """Neither UTF-8 nor the CP949 of Korean office software; line and byte count from 1."""

    def __init__(self, *, line: int, byte: int) -> None:
        super().__init__(line, byte)
        self.line, self.byte = line, byte


@dataclass(slots=True)
class Detective:
    """Finds the encoding of a file that is shown to it piece by piece.

    A damaged UTF-8 file often is well-formed CP949 with other letters in it: it is refused, not
    read as nonsense.
    """

    _rest: bytes = b""
    _seen: int = 0
    _lines: int = 0
    _marked: bool = False
    _broken: dict[str, NotText] = field(default_factory=dict)
    """Where the file stops being what the name says; `nul` where it holds one."""
    _telling: int = 0
    """Lines that could tell the two encodings apart."""
    _fitting: int = 0
    """Those of them that are UTF-8."""

    def look(self, piece: bytes) -> None:
        """Take in the next piece of the file."""
        seen = self._rest + piece
        cut = max(seen.rfind(b"\n"), seen.rfind(b"\r")) + 1
        if not cut and len(seen) > LONGEST_LINE:
            cut = len(seen) - 4  # No letter of either encoding is longer.
        self._rest = seen[cut:]
        self._judge(seen[:cut])

    def found(self) -> str:
        """`utf-8`, `utf-8-sig` or `cp949`, once the whole file was shown; raises NotText."""
        self._judge(self._rest)
        self._rest = b""
        utf8, nul = self._broken.get("utf-8"), self._broken.get("nul")
        if self._marked:
            if utf8 or nul:
                raise utf8 or nul  # type: ignore[misc]  # one of them is there
            return "utf-8-sig"
        if nul:
            raise nul
        if utf8 is None:
            return "utf-8"
        if 2 * self._fitting >= self._telling:
            raise utf8
        if "cp949" in self._broken:
            raise self._broken["cp949"]
        return "cp949"

    def _judge(self, part: bytes) -> None:
        skipped = 0
        if self._seen == 0 and part.startswith(BOM):
            self._marked, skipped = True, len(BOM)
            part = part[skipped:]
        self._seen += skipped
        for encoding in ("utf-8", "cp949"):
            if encoding not in self._broken:
                try:
                    part.decode(encoding)
                except UnicodeDecodeError as broken:
                    self._note(encoding, part, broken.start)
        if b"\0" in part:
            self._note("nul", part, part.index(b"\0"))
        if not part.isascii():
            telling = [line for line in part.split(b"\n") if not line.isascii()]
            self._telling += len(telling)
            whole = "utf-8" not in self._broken
            self._fitting += len(telling) if whole else sum(map(_is_utf8, telling))
        self._seen += len(part)
        self._lines += part.count(b"\n")

    def _note(self, what: str, part: bytes, at: int) -> None:
        line = self._lines + part.count(b"\n", 0, at) + 1
        self._broken.setdefault(what, NotText(line=line, byte=self._seen + at + 1))


@dataclass(slots=True)
class Lines:
    """The lines of a file in composed letters (NFC), each with its end; knows how far it has read.

    `pieces` begin at `offset`, which is where a line begins.
    """

    pieces: Iterable[bytes]
    encoding: str
    offset: int = 0
    """Bytes of the file that the lines given so far are made of."""
    number: int = 1
    """That of the next line in the file."""

    def __iter__(self) -> Iterator[str]:
        encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        composed = unicodedata.is_normalized
        for line in self._whole():
            told = line
            if self.offset == 0 and self.encoding == "utf-8-sig":
                told = line.removeprefix(BOM)
            self.offset += len(line)
            self.number += 1
            # What a detective has seen through is whole; a line beyond all measure is cut anywhere.
            text = told.decode(encoding, "replace")
            yield text if composed("NFC", text) else unicodedata.normalize("NFC", text)

    def _whole(self) -> Iterator[bytes]:
        rest = b""
        for piece in self.pieces:
            lines = (rest + piece).splitlines(keepends=True)
            # A carriage return may be half of an end that the next piece completes.
            rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
            yield from lines
            if len(rest) > LONGEST_LINE:
                yield rest
                rest = b""
        yield from rest.splitlines(keepends=True)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
