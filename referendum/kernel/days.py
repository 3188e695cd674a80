"""A day as people write it, in a cell of a file or in a field of a form: one reader for all."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Final

from referendum.kernel.phones import plain_digits

_MIDNIGHT: Final = r"(?:[ T]0?0:00(?::00)?(?:\.0+)?)?"
_DATE: Final = (
    r"(\d{4})(?:(\d\d)(\d\d)|[-./](\d\d?)[-./](\d\d?)\.?|[.년] ?(\d\d?)[.월] ?(\d\d?)[.일]?)"
    r"(?: ?\([월화수목금토일]\))?"
)
_DAY: Final = re.compile(_DATE + _MIDNIGHT, re.ASCII)
_MOMENT: Final = re.compile(
    rf"(?P<day>{_DATE})(?:T| ?)(?P<hour>\d\d?)(?::|시 ?)(?P<minute>\d\d)?분?(?::00)?", re.ASCII
)


def day_of(cell: str) -> date | None:
    """2024-05-01, 20240501, 2024. 5. 1. or 2024년 5월 1일 (수); None where it is no day."""
    told = _DAY.fullmatch(plain_digits(" ".join(cell.split())))
    if told is None:
        return None
    year, month, day = (int(part) for part in told.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moment_of(cell: str) -> datetime | None:
    """A day as above with an hour: 2024-05-01T09:00, 2024. 5. 1. 09:00, 2024년 5월 1일 9시."""
    told = _MOMENT.fullmatch(plain_digits(" ".join(cell.split())))
    day = None if told is None else day_of(told["day"])
    if told is None or day is None:
        return None
    try:
        return datetime.combine(day, time(int(told["hour"]), int(told["minute"] or 0)))
    except ValueError:
        return None
