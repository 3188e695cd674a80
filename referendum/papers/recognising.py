"""What a paper's file is, by its content alone: a PDF or a scan, and whole.

A name or a type that is sent along is never believed, and nothing of the content is run or shown:
only how the file begins and ends is read, and where a TIFF says that its parts lie.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import StrEnum
from io import SEEK_END
from typing import BinaryIO, Final

from referendum.papers.errors import PaperFileBroken, PaperFileTooLarge, PaperFileUnknown

TAIL: Final = 1024
"""Bytes at the end of a PDF within which readers look for its end mark (ISO 32000-1, annex H)."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
PNG_END: Final = b"\0\0\0\0IEND\xaeB\x60\x82"
"""The last chunk, whose checksum is always the same (PNG specification §11.2.5)."""
JPEG_END: Final = b"\xff\xd9"
ORDERS: Final = {b"II*\0": "<", b"MM\0*": ">"}
"""How a TIFF begins, and the order of bytes that it says (TIFF 6.0 §2)."""
ENTRY: Final = 12
MOST_PARTS: Final = 100_000
"""Strips of one TIFF that are looked at: a page of a scan has hundreds."""
MOST_PAGES: Final = 2_000
"""Directories of one TIFF, each a page."""
PARTS: Final = {273: 279, 324: 325}
"""Of a TIFF: the tags that say where strips and tiles lie, each with the one of their lengths."""
SIZES: Final = {3: "H", 4: "I"}
"""TIFF's SHORT and LONG."""


class Kind(StrEnum):
    """What a paper's file may be."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"

    @property
    def media_type(self) -> str:
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"


def recognise(file: BinaryIO, *, most: int) -> Kind:
    """What it is; refused where it is nothing that is known, not whole, or too large."""
    size = file.seek(0, SEEK_END)
    if size > most:
        raise PaperFileTooLarge(most=most)
    kind = _begins(_at(file, 0, 16))
    if kind is None:
        raise PaperFileUnknown
    if not _ends(file, kind, size):
        raise PaperFileBroken(kind=kind.value)
    file.seek(0)
    return kind


def _begins(head: bytes) -> Kind | None:
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(PNG):
        return Kind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    return Kind.TIFF if head[:4] in ORDERS else None


def _ends(file: BinaryIO, kind: Kind, size: int) -> bool:
    tail = _at(file, max(size - TAIL, 0), TAIL)
    match kind:
        case Kind.PDF:
            return b"startxref" in tail and b"%%EOF" in tail
        case Kind.PNG:
            return tail.endswith(PNG_END)
        case Kind.JPEG:
            # Scanners fill the last block up.
            return tail.rstrip(b"\0").endswith(JPEG_END)
        case Kind.TIFF:
            return _holds_its_parts(file, size)


def _holds_its_parts(file: BinaryIO, size: int) -> bool:
    """Whether every directory, strip and tile of a TIFF lies within it: it has no end mark."""
    order = ORDERS[_at(file, 0, 4)]
    try:
        parts = 0
        for offset, length in _parts(file, order):
            parts += 1
            if parts > MOST_PARTS or offset + length > size:
                return False
    except struct.error:
        return False
    return parts > 1


def _parts(file: BinaryIO, order: str) -> Iterator[tuple[int, int]]:
    """Where each directory of a TIFF lies and how long it is, then what it points to."""
    (at,) = struct.unpack(f"{order}I", _at(file, 4, 4))
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) == MOST_PAGES:
            raise struct.error
        seen.add(at)
        (count,) = struct.unpack(f"{order}H", _at(file, at, 2))
        yield at, 2 + ENTRY * count + 4
        entries = _at(file, at + 2, ENTRY * count)
        found = {
            tag: (kind, many, entries[place + 8 : place + ENTRY])
            for place in range(0, ENTRY * count, ENTRY)
            for tag, kind, many in [struct.unpack_from(f"{order}HHI", entries, place)]
        }
        for offsets, lengths in PARTS.items():
            if offsets in found and lengths in found:
                yield from zip(
                    _numbers(file, order, *found[offsets]),
                    _numbers(file, order, *found[lengths]),
                    strict=False,
                )
        (at,) = struct.unpack(f"{order}I", _at(file, at + 2 + ENTRY * count, 4))


def _numbers(file: BinaryIO, order: str, kind: int, many: int, held: bytes) -> tuple[int, ...]:
    """The values of an entry: within it where they fit, else where it points to."""
    if kind not in SIZES or not 0 < many <= MOST_PARTS:
        raise struct.error
    form = f"{order}{many}{SIZES[kind]}"
    length = struct.calcsize(form)
    if length > len(held):
        (at,) = struct.unpack(f"{order}I", held)
        held = _at(file, at, length)
    return struct.unpack_from(form, held)


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)
