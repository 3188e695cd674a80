"""What a file changes about the people of a place, weighed line by line.

Arithmetic alone, so that a second process can do it as well (`helping`): each line that changes
somebody takes them from where they counted before and counts them where they are now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from referendum.roll.comparing import Known
from referendum.roll.lines import usable_day
from thresholds.electorate import Electorate, Ineligibility, PersonFacts, anniversary

BANDS: Final = (0, 18, 30, 40, 50, 60, 70)
"""The ages with which the bands begin that people are told by."""
ENTITLED: Final = "entitled"
"""The standing of somebody who may sign and vote; of others it is why not."""
ASIDE: Final = ":"
"""Between a kind and what it is told by; neither holds one."""


class Kind(StrEnum):
    """By what residents are counted, before and after."""

    DISTRICT = "district"
    NATIONALITY = "nationality"
    AGE = "age"
    STANDING = "standing"
    ENTITLED = "entitled"
    """Those who may sign and vote, by district: what published totals can be held against."""


class Change(StrEnum):
    """What may happen to somebody with a file; several of it at once."""

    ARRIVED = "arrived"
    """Lives here now, and was not known to on that day."""
    LEFT = "left"
    """Lived here, and does no more: named in the file as gone, or not named in a whole one."""
    MOVED = "moved"
    """Lives in another district."""
    LOST = "lost"
    """Lives here still and may no longer sign or vote."""
    GAINED = "gained"
    PHONE = "phone"
    """Has another telephone on file, or none any more, or one where there was none."""


Weights = Counter[str]
"""How many more or fewer by `kind:what`, and how many by each `Change`."""


class Aged(NamedTuple):
    """Of a birth date all that matters here."""

    band: str
    of_age: bool


def band(born: date, day: date) -> str:
    """The first age of the band in which somebody of that birth date is on a day."""
    reached = [str(age) for age in BANDS if anniversary(born, age) <= day]
    return reached[-1] if reached else str(BANDS[0])


def bands() -> list[str]:
    """All of them, in their order."""
    return [str(age) for age in BANDS]


def band_ends(first: str) -> int | None:
    """The last age of a band; None for the last band."""
    return next((after - 1 for before, after in pairwise(BANDS) if str(before) == first), None)


@dataclass(frozen=True, slots=True)
class Scales:
    """By what rule people are weighed, and on which day."""

    electorate: Electorate
    day: date

    def of(self, district: str, facts: PersonFacts) -> tuple[str, ...]:
        """Under what somebody counts; nothing for one who does not live here on the day."""
        why = self.electorate.refusal(facts, base=self.day, age_on=self.day)
        if why is Ineligibility.NOT_RESIDENT:
            return ()
        return (
            f"{Kind.DISTRICT}{ASIDE}{district}",
            f"{Kind.NATIONALITY}{ASIDE}{facts.nationality}",
            f"{Kind.AGE}{ASIDE}{band(facts.birth_date, self.day)}",
            f"{Kind.STANDING}{ASIDE}{why.value if why else ENTITLED}",
        )

    def known(self, one: Known) -> tuple[str, ...]:
        """Under what somebody counts as the register holds them."""
        return self.of(str(one.district_id), one.told)

    def weigh(self, before: tuple[str, ...], after: tuple[str, ...]) -> Weights:
        """What it changes that somebody counts elsewhere now."""
        weights = Weights(counted(after))
        weights.subtract(counted(before))
        weights.update(_changes(before, after))
        return weights

    def aged(self, born: str) -> Aged | None:
        """Of a birth date as a cell has it; None for what is no date."""
        return _aged(born, self.day, self.electorate.minimum_age)

    def usual(self, district: str, nation: str, status: str | None, aged: Aged) -> tuple[str, ...]:
        """Under what a new resident counts of whom a line says nothing out of the way.

        No day since which a status is held, and none on which anything ends.
        """
        born = date.min if aged.of_age else self.day
        facts = PersonFacts(
            birth_date=born, nationality=nation, status=status, registered_from=self.day
        )
        where, what, _, standing = self.of(district, facts)
        return where, what, f"{Kind.AGE}{ASIDE}{aged.band}", standing


def counted(one: tuple[str, ...]) -> tuple[str, ...]:
    """The same with the district of somebody who may sign and vote, once more as such."""
    if not one or not one[-1].endswith(f"{ASIDE}{ENTITLED}"):
        return one
    return *one, one[0].replace(Kind.DISTRICT, Kind.ENTITLED, 1)


def _changes(before: tuple[str, ...], after: tuple[str, ...]) -> list[str]:
    if not before:
        return [Change.ARRIVED.value] if after else []
    if not after:
        return [Change.LEFT.value]
    entitled = f"{Kind.STANDING}{ASIDE}{ENTITLED}"
    happened = {
        Change.MOVED: before[0] != after[0],
        Change.LOST: before[-1] == entitled != after[-1],
        Change.GAINED: before[-1] != entitled == after[-1],
    }
    return [change.value for change, is_so in happened.items() if is_so]


@lru_cache(maxsize=100_000)
def _aged(born: str, day: date, minimum_age: int) -> Aged | None:
    read = usable_day(born)
    if read is None:
        return None
    return Aged(band(read, day), anniversary(read, minimum_age) <= day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Shares in per cent of the residents beyond which one registrar is not enough."""

    arrived: int
    left: int
    moved: int
    lost: int
    phone: int

    def of(self, change: Change) -> int | None:
        """The limit of a change; a right that is gained takes nothing from anybody else."""
        limits: Mapping[Change, int] = {
            Change.ARRIVED: self.arrived,
            Change.LEFT: self.left,
            Change.MOVED: self.moved,
            Change.LOST: self.lost,
            Change.PHONE: self.phone,
        }
        return limits.get(change)
