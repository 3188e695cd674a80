"""What a line says and what may become of it: origins, statuses, the closed list of reasons."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from signatures.errors import ReceiptUnreadable

SECRET: Final = 32
COUNTED_BITS: Final = 32
ROWS: Final = 12
"""Lines of a printed sheet: as many as one page holds, with room to write a name and an address."""
WRITTEN: Final = ("name", "birth_date", "address", "district", "signed_on")
"""What is written in each before the signature: as it is printed it is keyed in."""
COMMITMENT_PREFIX: Final = b"referendum-signature-v1\0"


class Origin(StrEnum):
    """The way a line came in. A petition's channels are the origins that its rulebook allows."""

    ONLINE = "online"
    PAPER = "paper"
    PORTAL = "portal"
    """The list of the system that the law designates, imported as it was handed over."""


class Status(StrEnum):
    VALID = "valid"
    VOID = "void"
    OPEN = "open"
    STRUCK = "struck"
    """Evidence that is in no total: the batch was keyed wrongly."""


class Ground(StrEnum):
    """The kind of fault that a statute names; its article per instrument is in the catalogue."""

    NOT_CLAIMANT = "not_claimant"
    UNIDENTIFIABLE = "unidentifiable"
    UNAUTHORISED = "unauthorised"
    DUPLICATE = "duplicate"
    OUT_OF_PERIOD = "out_of_period"
    MISSING_FIELD = "missing_field"
    WITHDRAWN = "withdrawn"
    IMPROPER = "improper"
    FORM = "form"


class Reason(StrEnum):
    """Why a line does not count, or does not count yet. Closed: totals add up over it."""

    OUTSIDE_CITY = "outside_city"
    UNDER_AGE = "under_age"
    NO_VOTING_RIGHT = "no_voting_right"
    REGISTRATION_ENDED = "registration_ended"
    UNIDENTIFIABLE = "unidentifiable"
    UNAUTHORISED = "unauthorised"
    DUPLICATE = "duplicate"
    OUT_OF_PERIOD = "out_of_period"
    MISSING_FIELD = "missing_field"
    WITHDRAWN = "withdrawn"
    IMPROPER = "improper"
    FORM = "form"
    MISKEYED = "miskeyed"
    """Not what the sheet says: its batch was marked as keyed wrongly."""
    AMBIGUOUS = "ambiguous"
    """Several people of the roll fit: only ever open."""
    UNREADABLE = "unreadable"
    """A date is there that no rule can read: only ever open, for a person to read."""
    UNEXAMINED = "unexamined"
    """Brought, and not yet looked at: only ever open."""

    @property
    def ground(self) -> Ground | None:
        """The statute's ground for voiding; None where the line is still open."""
        return _GROUNDS.get(self)

    @property
    def voids(self) -> bool:
        """Whether a line can be void for it."""
        return self in _GROUNDS


NOT_ON_ROLL: Final = (
    Reason.OUTSIDE_CITY,
    Reason.UNDER_AGE,
    Reason.NO_VOTING_RIGHT,
    Reason.REGISTRATION_ENDED,
)
_GROUNDS: Final = dict.fromkeys(NOT_ON_ROLL, Ground.NOT_CLAIMANT) | {
    Reason(ground): ground for ground in Ground if ground is not Ground.NOT_CLAIMANT
}


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One row of a sheet as it was keyed in: a bad line is evidence like a good one.

    Only the back of a resident number is never taken over.
    """

    sheet: str
    row: int
    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    address: str = field(repr=False)
    district: str
    signed_on: str
    has_mark: bool
    """Whether the signer signed or sealed."""
    collector: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sheet", sheet_named(self.sheet))
        object.__setattr__(self, "birth_date", front_of(self.birth_date))
        for name in ("name", "address", "district", "signed_on", "collector"):
            if text := getattr(self, name):
                object.__setattr__(self, name, without_back(text))


def sheet_named(written: str) -> str:
    """A sheet's number in one of the forms that a keyboard gives it: a row is known by it."""
    return " ".join(unicodedata.normalize("NFKC", written).split())


def front_of(text: str) -> str:
    """What stands in a place for dates: a resident number, of which the back may be cut, as a date.

    Only the first digit of the back is looked at, for the century that it settles; nothing of it
    may be kept (개인정보 보호법 §24의2). Other texts are as they were.
    """
    if told := _BEGUN.fullmatch(text.strip()):
        return _as_day(told) or told[1]
    if told := _APART.fullmatch(text.strip()):
        return _as_day(told) or without_back(text)
    return without_back(text)


def without_back(text: str) -> str:
    """The text without the back of any whole resident number in it, however that is written."""
    if len(text) < RESIDENT_NUMBER:
        return text
    if told := _WHOLE.fullmatch(text.strip()):
        return _as_day(told) or told[1]
    return _BACK.sub(r"\1", text)


def _as_day(told: re.Match[str]) -> str | None:
    """The date that a front says with the century of its back, as ISO writes it."""
    front = "".join(str(int(digit)) for digit in told[1] if digit.isdecimal())
    year, century = front[:-4], _CENTURIES.get(int(told[2])) if told[2] else None
    if len(year) == 2:  # noqa: PLR2004  # a year of two digits
        if century is None:
            return None
        year = str(century + int(year))
    day = _day(int(year), front[-4:-2], front[-2:])
    return None if day is None else day.isoformat()


def read_date(text: str, *, reference: date, age: int = 0) -> date | None:
    """A date as people write it on paper; None where it is blank or cannot be read.

    Two-digit years are taken as the latest that is not after `reference` and lets somebody born
    then be so old on that day (`age` in full years).
    """
    digits = re.findall(r"\d+", front_of(text))
    match digits:
        case [whole] if len(whole) in {6, 8}:
            parts = [whole[:-4], whole[-4:-2], whole[-2:]]
        case [_, _, _]:
            parts = digits
        case _:
            return None
    if len(parts[0]) == 4:  # noqa: PLR2004  # a year in full
        return _day(int(parts[0]), parts[1], parts[2])
    if len(parts[0]) != 2:  # noqa: PLR2004  # a year of two digits
        return None
    latest = reference.year // 100 * 100 + int(parts[0])
    old_enough = (reference.year - age, reference.month, reference.day)
    return next(
        (
            day
            for year in (latest, latest - 100, latest - 200)
            if (day := _day(year, parts[1], parts[2])) is not None
            and (day.year, day.month, day.day) <= old_enough
        ),
        None,
    )


def read_signing_day(text: str, *, reference: date) -> date | None:
    """When a line says that it was signed; what would be a lifetime ago was not read."""
    day = read_date(text, reference=reference)
    return None if day is None or day.year < reference.year - LIFETIME else day


LIFETIME: Final = 50
RESIDENT_NUMBER: Final = 13
"""Digits: six of the birth date and seven behind a dash."""
_DASH: Final = "[-‐-―−~˗﹣－_ㅡー]"
_SIGN: Final = r"[\W_ㅡー년월일]"
_BEHIND: Final = r"[\dxX*●○]"
"""A digit of the back, or what people write to hide one."""
_BEGUN: Final = re.compile(rf"(\d{{6}})\s*(?:{_DASH}\s*)+(\d)?{_BEHIND}{{0,12}}")
_APART: Final = re.compile(rf"(\d{{6}})\W{{1,3}}(\d){_BEHIND}{{0,6}}")
"""Behind a dot or a blank it may as well be another part of a date."""
_WHOLE: Final = re.compile(
    rf"(\d(?:{_SIGN}{{0,2}}\d){{5}}(?:(?:{_SIGN}{{0,2}}\d){{2}})?)"
    rf"{_SIGN}{{0,3}}(\d)(?:{_SIGN}{{0,2}}{_BEHIND}){{6}}{_SIGN}{{0,2}}"
)
_BACK: Final = re.compile(
    r"(?<!\d)(\d{6}|\d{8}|(?:\d{4}|\d\d)\s?[-./년]\s?\d\d?\s?[-./월]\s?\d\d?)"
    rf"{_SIGN}{{0,3}}\d{{7}}(?!\d)"
)
_CENTURIES: Final = {
    digit: century
    for century, digits in ((1800, (9, 0)), (1900, (1, 2, 5, 6)), (2000, (3, 4, 7, 8)))
    for digit in digits
}


def _day(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def ids_of_batch() -> Iterator[UUID]:
    """Ids for lines that are brought together: random together, and one after the other.

    What is kept of a batch then lies side by side in every index by line. Nothing is told by it
    that its sheets and rows do not tell; what must not be guessed of a line is its secret.
    """
    first = uuid4().int >> COUNTED_BITS << COUNTED_BITS
    return (UUID(int=first + at) for at in range(1 << COUNTED_BITS))


def commit(petition: UUID, line: UUID, secret: bytes) -> bytes:
    """The salted commitment that stands in the record for a line."""
    return hashlib.sha256(COMMITMENT_PREFIX + petition.bytes + line.bytes + secret).digest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a signer keeps; with it alone and the public record they can prove their line."""

    petition: UUID
    line: UUID
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls, petition: UUID, line: UUID) -> Receipt:
        return cls(petition, line, secrets.token_bytes(SECRET))

    @property
    def commitment(self) -> bytes:
        return commit(self.petition, self.line, self.secret)

    @property
    def text(self) -> str:
        """26 groups of four letters and digits: the two ids, the secret, and one check byte."""
        body = self.petition.bytes + self.line.bytes + self.secret
        letters = base64.b32encode(body + _check(body)).decode("ascii")
        return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read a receipt as it was typed; refuses what was mistyped."""
        letters = re.sub(r"[\s\-‐-―]+", "", text).upper().translate(_LOOKALIKES)
        try:
            raw = base64.b32decode(letters)
        except (binascii.Error, ValueError) as broken:
            raise ReceiptUnreadable from broken
        body = raw[:-1]
        if len(body) != 16 + 16 + SECRET or _check(body) != raw[-1:]:
            raise ReceiptUnreadable
        return cls(UUID(bytes=body[:16]), UUID(bytes=body[16:32]), body[32:])


_LOOKALIKES: Final = str.maketrans("018", "OIB")
"""RFC 4648 base32 has none of these digits, so they can only be these letters."""


def _check(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:1]


def receipt_commitment(text: str) -> bytes:
    """The commitment to look for in the record's entry `signature.recorded`."""
    return Receipt.parse(text).commitment
