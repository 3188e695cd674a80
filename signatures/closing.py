"""Days on which nobody may ask for a signature or give one, everywhere or in one district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from signatures.errors import CollectionOverHere, SigningBarred


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Half-open: on `until` it is over. Without a `district` it is so everywhere."""

    first: date
    until: date
    district: UUID | None = None

    def holds(self, day: date, district: UUID | None) -> bool:
        here = self.district is None or self.district == district
        return here and self.first <= day < self.until

    def as_json(self) -> dict[str, str | None]:
        """As it stands on the petition's row."""
        district = None if self.district is None else str(self.district)
        return {
            "first": self.first.isoformat(),
            "until": self.until.isoformat(),
            "district": district,
        }

    @classmethod
    def of(cls, told: Mapping[str, str | None]) -> ClosedDays:
        district = told["district"]
        return cls(
            date.fromisoformat(told["first"] or ""),
            date.fromisoformat(told["until"] or ""),
            UUID(district) if district else None,
        )


@dataclass(frozen=True, slots=True)
class OnlineDays:
    """Days on which one can sign online. Half-open; without `until` there is no end to them."""

    first: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day < self.until)

    def as_json(self) -> dict[str, str | None]:
        """As it stands on the petition's row."""
        until = None if self.until is None else self.until.isoformat()
        return {"first": self.first.isoformat(), "until": until}

    @classmethod
    def of(cls, told: Mapping[str, str | None]) -> OnlineDays:
        until = told["until"]
        return cls(
            date.fromisoformat(told["first"] or ""), date.fromisoformat(until) if until else None
        )


NONE: Final[Sequence[ClosedDays]] = ()


def opens_again(
    closed: Sequence[ClosedDays], day: date, district: UUID, *, last: date
) -> date | None:
    """The first day from this one on that is not closed there; None where the period is over."""
    while day <= last:
        over = [one.until for one in closed if one.holds(day, district)]
        if not over:
            return day
        day = max(over)
    return None


def insist_open(closed: Sequence[ClosedDays], day: date, district: UUID, *, last: date) -> None:
    """Refuse a signature that would be void for its day (주민투표법 §12②5)."""
    opens = opens_again(closed, day, district, last=last)
    if opens is None:
        raise CollectionOverHere(day=day.isoformat())
    if opens != day:
        raise SigningBarred(opens=opens.isoformat())
