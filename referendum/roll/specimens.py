"""A register's file full of invented residents, for the demo and for trying an import."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

from referendum.kernel import spreadsheet
from referendum.roll.invented_names import (
    FAMILIES,
    FIRSTS,
    FOREIGN_FAMILIES,
    FOREIGN_GIVEN,
    SECONDS,
)
from referendum.roll.lines import COLUMNS
from referendum.roll.places import PlacePlan

NATIONALITIES: Final = ("CN", "VN", "UZ", "PH", "JP", "US")
STATUSES: Final = ("F-5", "F-5", "F-2", "F-4", "E-9", "D-2")
OLDEST: Final = 95
PHONE_AGE: Final = 12
STREET: Final = "견본로"
"""The one street of an invented city: it runs through every district."""
DOORS: Final = 300
"""House numbers of it in each."""


def doors(at: int) -> range:
    """The house numbers in the place's district of that order, from nought: nobody else's."""
    return range(at * DOORS + 1, (at + 1) * DOORS + 1)


@dataclass(slots=True)
class _Draw:
    """A seeded lot for one person: the same seed and number, the same person."""

    stream: bytes
    used: int = field(default=0)

    @classmethod
    def of(cls, seed: int, number: int) -> _Draw:
        return cls(hashlib.shake_256(f"specimen {seed} {number}".encode()).digest(128))

    def below(self, limit: int) -> int:
        part = self.stream[self.used : self.used + 4]
        self.used += 4
        return int.from_bytes(part, "big") % limit

    def chance(self, per_thousand: int) -> bool:
        return self.below(1000) < per_thousand

    def one_of(self, choices: Sequence[str]) -> str:
        return choices[self.below(len(choices))]


def sample_register(place: PlacePlan, *, people: int, seed: int, as_of: date) -> bytes:
    """A file in UTF-8 that `read_register` takes; the same arguments give the same bytes.

    Ages run from 0 to 95; about one in fifty is a foreigner. Phone numbers are of the shape
    010-0xxx-xxxx: they parse as Korean mobile numbers, but no subscriber's number begins with 0
    (assumed), so that no message sent by mistake reaches anybody.
    """
    return "".join(sample_lines(place, people=people, seed=seed, as_of=as_of)).encode()


def sample_lines(place: PlacePlan, *, people: int, seed: int, as_of: date) -> Iterator[str]:
    """The same file line by line, for one that is too large for the memory."""
    rows = _people(place, people=people, seed=seed, as_of=as_of)
    return spreadsheet.text_of(list(COLUMNS), rows)


def _people(
    place: PlacePlan, *, people: int, seed: int, as_of: date
) -> Iterator[tuple[object, ...]]:
    bounds = list(accumulate(place.weights[district.code] for district in place.districts))
    for number in range(1, people + 1):
        draw = _Draw.of(seed, number)
        mark = draw.below(bounds[-1])
        at = next(at for at, bound in enumerate(bounds) if mark < bound)
        yield _person(draw, number, place, at, as_of)


def _person(draw: _Draw, number: int, place: PlacePlan, at: int, as_of: date) -> tuple[object, ...]:
    district = place.districts[at]
    foreign = draw.chance(20)
    family = draw.one_of(FOREIGN_FAMILIES if foreign else FAMILIES)
    given = draw.one_of(FOREIGN_GIVEN) if foreign else draw.one_of(FIRSTS) + draw.one_of(SECONDS)
    # The mean of two even draws: fewer of the very young and the very old.
    lived = (draw.below(OLDEST * 365) + draw.below(OLDEST * 365)) // 2
    birth = as_of - timedelta(days=lived)
    former = family + draw.one_of(FIRSTS) + draw.one_of(SECONDS)
    changed_name = draw.chance(10) and not foreign
    since = max(birth, as_of - timedelta(days=1 + draw.below(30 * 365)))
    until = since + (as_of - since) * draw.below(1000) // 1000 if draw.chance(10) else None
    lost, regained = _lost_right(draw, as_of)
    status, status_since = _status(draw, birth, as_of) if foreign else ("", "")
    phone = f"010-{number // 10_000:04d}-{number % 10_000:04d}"
    reachable = lived > PHONE_AGE * 366 and draw.chance(920)
    house = doors(at)[draw.below(DOORS)]
    return (
        f"GY-{number:07d}",
        f"{family} {given}" if foreign else family + given,
        former if changed_name else "",
        birth,
        f"{place.name_ko} {district.borough_ko} {district.name_ko} {STREET} {house}",
        district.code,
        draw.one_of(NATIONALITIES) if foreign else "KR",
        status,
        status_since,
        since,
        until or "",
        lost,
        regained,
        phone if reachable else "",
    )


def _lost_right(draw: _Draw, as_of: date) -> tuple[date | str, date | str]:
    """Five in a thousand lost the right to vote, two of five of them for good."""
    if not draw.chance(5):
        return "", ""
    lost = as_of - timedelta(days=draw.below(3 * 365))
    return lost, "" if draw.chance(400) else lost + timedelta(days=365 + draw.below(4 * 365))


def _status(draw: _Draw, birth: date, as_of: date) -> tuple[str, date | str]:
    status = draw.one_of(STATUSES)
    since = as_of - timedelta(days=draw.below(10 * 365))
    return status, max(birth, since) if status == "F-5" else ""
