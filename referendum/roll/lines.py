"""One line of a register's file, read cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, NoReturn

import phonenumbers

from referendum.kernel.days import day_of
from referendum.kernel.phones import is_korean_mobile, plain_digits
from referendum.kernel.spreadsheet import is_serial
from referendum.roll import copying
from referendum.roll.meanings import Meanings
from referendum.roll.names import SYLLABLES, normalise
from referendum.roll.nationalities import nationality_of

COLUMNS: Final = {
    "register_no": ("등록번호", "관리번호"),
    "name": ("성명", "이름"),
    "former_names": ("이전성명", "개명전성명"),
    "birth_date": ("생년월일",),
    "address": ("주소",),
    "district": ("행정동", "읍면동"),
    "nationality": ("국적",),
    "status": ("체류자격",),
    "status_since": ("체류자격취득일",),
    "registered_from": ("등록일", "전입일"),
    "registered_to": ("등록종료일", "전출일"),
    "voting_right_lost_from": ("선거권상실일",),
    "voting_right_lost_to": ("선거권회복일",),
    "phone": ("전화번호", "휴대전화"),
}
"""Every column of the file, with the Korean headings it may have instead."""

AS_WRITTEN: Final = Meanings()
"""Of a file of which no word needs one."""
LONGEST: Final = 500
EARLIEST: Final = date(1880, 1, 1)
LATEST: Final = date(2199, 12, 31)

USUAL_PHONE: Final = re.compile(r"010-?([2-9][0-9]{3})-?([0-9]{4})")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SPACING: Final = re.compile(r"[\s().-]")
_STATUS: Final = re.compile(r"([A-H])-?([0-9]{1,2})(?:-[0-9A-Z]{1,3})?")
"""A status of stay with its kind (F-5-1), which gives no other right than the status does."""
_MOBILE: Final = re.compile(r"(?:\+?82)?0?(10[0-9]{7,8})")


class Reason(StrEnum):
    """What is wrong with a line, or only noted of it."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    CONTROL_CHARACTER = "control-character"
    WRONG_NUMBER_OF_FIELDS = "wrong-number-of-fields"
    REPEATED = "repeated"
    ZEROS_LOST = "zeros-lost"
    NOT_A_NAME = "not-a-name"
    NOT_A_DATE = "not-a-date"
    DATE_SERIAL = "date-serial"
    DATE_OUT_OF_RANGE = "date-out-of-range"
    AFTER_REGISTER_DAY = "after-register-day"
    ENDS_BEFORE_START = "ends-before-start"
    NEEDS_START = "needs-start"
    NEEDS_STATUS = "needs-status"
    NATIONALITY_UNKNOWN = "nationality-unknown"
    DISTRICT_UNKNOWN = "district-unknown"
    PHONE_UNUSABLE = "phone-unusable"


class Day(date):
    """A day as a cell tells it, with what it becomes in every row: made once a cell."""

    __slots__ = ("packed", "text")

    text: str
    """As `str` writes it."""
    packed: bytes
    """As COPY wants it."""

    @classmethod
    def of(cls, day: date) -> Day:
        made = cls(day.year, day.month, day.day)
        made.text, made.packed = day.isoformat(), copying.day(day)
        return made


class RegisterLine(NamedTuple):
    """One person as the file states them. Intervals are half-open.

    A tuple, as a frozen dataclass takes four times as long to make, a million times. It shows
    nothing of the person.
    """

    line: int
    register_no: str
    name: str
    former_names: tuple[str, ...]
    birth_date: Day
    address: str
    district: str
    """A code or a name, as written."""
    nationality: str
    status: str | None
    status_since: Day | None
    registered_from: Day
    registered_to: Day | None
    lost_from: Day | None
    lost_to: Day | None
    phone: str | None
    """E.164, or None where the file has none that can be used."""

    def __repr__(self) -> str:
        return f"RegisterLine(line={self.line})"


class Fault(Exception):
    """What keeps one line out; caught where the file is read."""

    def __init__(self, column: str | None, reason: Reason) -> None:
        super().__init__(column, reason)
        self.column, self.reason = column, reason


def read_line(
    number: int, cells: Sequence[str], *, invented: bool = False, meanings: Meanings = AS_WRITTEN
) -> RegisterLine:
    """A line from its cells in the order of COLUMNS; raises Fault.

    What almost every line says is seen here, and only what is left is asked for: read a million
    times, a call costs as much as what it finds out.
    """
    whole = "".join(cells)
    # What can be printed holds no control character, and is told faster.
    if len(whole) > LONGEST or not whole.isprintable():
        _check_cells(cells)
    (register_no, name, former, birth, address, district, nationality, status, since) = cells[:9]
    opens, closes, lost, regained, phone = cells[9:]
    line = RegisterLine(
        number,
        register_no or _missing("register_no"),
        name if SYLLABLES.fullmatch(name) else _name("name", name),
        tuple(_name("former_names", part) for part in former.split("|") if part.strip())
        if former
        else (),
        usable_day(birth) or _no_day("birth_date", birth),
        address,
        district or _missing("district"),
        nationality_of(nationality)
        or meanings.nationality.get(nationality)
        or _no_country(nationality),
        status_of(status) or meanings.status.get(status) or status.upper() if status else None,
        _day("status_since", since) if since else None,
        usable_day(opens) or _no_day("registered_from", opens),
        _day("registered_to", closes) if closes else None,
        _day("voting_right_lost_from", lost) if lost else None,
        _day("voting_right_lost_to", regained) if regained else None,
        usable_phone(phone, invented=invented) if phone else None,
    )
    if since or closes or lost or regained:
        _check_order(line)
    return line


def _check_cells(cells: Sequence[str]) -> None:
    for column, cell in zip(COLUMNS, cells, strict=True):
        if CONTROL.search(cell):
            raise Fault(column, Reason.CONTROL_CHARACTER)
        if len(cell) > LONGEST:
            raise Fault(column, Reason.TOO_LONG)


def _check_order(line: RegisterLine) -> None:
    if line.registered_to and line.registered_to < line.registered_from:
        raise Fault("registered_to", Reason.ENDS_BEFORE_START)
    if line.lost_to and line.lost_from is None:
        raise Fault("voting_right_lost_to", Reason.NEEDS_START)
    if line.lost_to and line.lost_from and line.lost_to < line.lost_from:
        raise Fault("voting_right_lost_to", Reason.ENDS_BEFORE_START)
    if line.status_since and line.status is None:
        raise Fault("status_since", Reason.NEEDS_STATUS)


def _missing(column: str) -> NoReturn:
    raise Fault(column, Reason.MISSING)


def _name(column: str, cell: str) -> str:
    name = " ".join((cell or _missing(column)).split())
    if not normalise(name):
        raise Fault(column, Reason.NOT_A_NAME)
    return name


def _no_country(cell: str) -> NoReturn:
    """A word that nobody knows would cost its bearer a right."""
    raise Fault("nationality", Reason.NATIONALITY_UNKNOWN if cell else Reason.MISSING)


@lru_cache(maxsize=10_000)
def status_of(cell: str) -> str | None:
    """A status of stay as immigration writes it, `F-5`; None for a word that is none."""
    found = _STATUS.fullmatch(cell.upper())
    return f"{found[1]}-{int(found[2])}" if found else None


def _day(column: str, cell: str) -> Day:
    return usable_day(cell) or _no_day(column, cell)


def _no_day(column: str, cell: str) -> NoReturn:
    if day_of(cell or _missing(column)) is None:
        raise Fault(column, Reason.DATE_SERIAL if is_serial(cell) else Reason.NOT_A_DATE)
    raise Fault(column, Reason.DATE_OUT_OF_RANGE)


@lru_cache(maxsize=100_000)
def usable_day(cell: str) -> Day | None:
    day = day_of(cell)
    return Day.of(day) if day is not None and EARLIEST <= day <= LATEST else None


def usable_phone(text: str, *, invented: bool = False) -> str | None:
    """A mobile number in E.164; None where a code could not be sent there.

    A spreadsheet that took the cell for a number has dropped its first zero. With `invented`, also
    the numbers of invented people, which nobody has.
    """
    if usual := USUAL_PHONE.fullmatch(text):
        return f"+8210{usual[1]}{usual[2]}"
    digits = _SPACING.sub("", plain_digits(text))
    if korean := _MOBILE.fullmatch(digits):
        e164 = f"+82{korean[1]}"
        return e164 if is_korean_mobile(e164, invented=invented) else None
    try:
        number = phonenumbers.parse(digits, "KR")
    except phonenumbers.NumberParseException:
        return None
    mobile = phonenumbers.number_type(number) in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
    if not mobile or not phonenumbers.is_valid_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if e164.startswith("+82") and not is_korean_mobile(e164, invented=invented):
        return None
    return e164
