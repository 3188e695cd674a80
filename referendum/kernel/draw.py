"""A lot that anyone can draw again: an order that follows from a public value named beforehand.

Each item gets the SHA-256 of five lines of UTF-8 text, joined by a line feed and without one at
the end: the domain, the source that was committed to, the value that it published, the subject of
the draw, the item's key. The items are put in the order of these hashes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from referendum.kernel.errors import DomainError, Refusal

DOMAIN: Final = "referendum-draw-v1"
LONGEST: Final = 500
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_LEAST_NUMBERS: Final = 2


class Source(StrEnum):
    """What kind of public randomness is committed to, and so how its value is written."""

    DRAND = "drand"
    """A round of a public beacon: the 64 hexadecimal digits of its randomness."""
    LOTTERY = "lottery"
    """A drawing of a lottery: its numbers in the order in which they are published."""


class NotOneLine(DomainError):
    """What goes into a draw is one line of text each, so that it can be told apart."""

    code: ClassVar[str] = "draw-not-one-line"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ValueUnlikeSource(DomainError):
    """The source named beforehand does not publish such a value."""

    code: ClassVar[str] = "draw-value-unlike-source"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "value"


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item with the text and the hash that give it its place."""

    key: str
    text: str
    sha256: str


def drawn(keys: Collection[str], *, source: str, value: str, subject: str) -> tuple[Drawn, ...]:
    """The items in the order of the lot. The order in which they are given does not matter."""
    return tuple(sorted((_one(key, source, value, subject) for key in keys), key=_place))


def one_line(text: str) -> str:
    """Text in the one form that is hashed: NFC, single spaces, nothing at its ends."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line or len(line) > LONGEST or not line.isprintable():
        raise NotOneLine(most=LONGEST)
    return line


def published(source: Source, text: str) -> str:
    """A published value in the one form that is hashed, however it was typed or copied."""
    line = one_line(text)
    match source:
        case Source.DRAND:
            folded = line.lower().removeprefix("0x")
            if not _HEX.fullmatch(folded):
                raise ValueUnlikeSource(source=source.value)
            return folded
        case Source.LOTTERY:
            numbers = [str(int(number)) for number in re.findall(r"[0-9]{1,9}", line)]
            if len(numbers) < _LEAST_NUMBERS or re.search(r"[^\W\d]", line):
                raise ValueUnlikeSource(source=source.value)
            return " ".join(numbers)


def _one(key: str, source: str, value: str, subject: str) -> Drawn:
    parts = (DOMAIN, source, value, subject, key)
    for part in parts:
        if one_line(part) != part:
            raise NotOneLine(most=LONGEST)
    text = "\n".join(parts)
    return Drawn(key, text, hashlib.sha256(text.encode()).hexdigest())


def _place(item: Drawn) -> tuple[str, str]:
    return item.sha256, item.key
