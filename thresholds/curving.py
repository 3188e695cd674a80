"""How many signatures each share would ask for: the curve, its exact steps, and who reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thresholds.casefile import Case
from thresholds.kinds import AnyRequirement, named
from thresholds.reading import Bilingual
from thresholds.requirement import (
    Envelope,
    RequirementName,
    ShareRequirement,
    TierRequirement,
)
from thresholds.share import Share

Shared = ShareRequirement | TierRequirement
"""A requirement that asks for a share of a whole, so that another share can be tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """So many are needed at this share: the least whole number that satisfies it."""

    share: Fraction
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many of a real vote's electors voted."""

    case: str
    title: Bilingual | None
    country: str
    year: int
    electors: int
    voted: int

    @property
    def share(self) -> Fraction:
        """Voters of electors, exactly."""
        return Fraction(self.voted, self.electors)


def shared(requirements: Sequence[AnyRequirement], name: RequirementName) -> Shared | None:
    """The requirement of that name, where it asks for a share; fixed numbers have no slider."""
    for rule in named(tuple(requirements), name):
        if isinstance(rule, (ShareRequirement, TierRequirement)):
            return rule
    return None


def curve(rule: Shared, *, whole: int, top: Fraction, parts: int) -> tuple[Point, ...]:
    """What is needed from nothing up to the share `top`, at equal distances."""
    shares = (top * at / parts for at in range(parts + 1))
    return tuple(Point(share=one, needed=rule.needed(Share(one), whole)) for one in shares)


def bounds(rule: Shared, *, statute: Share | None) -> tuple[Fraction, Fraction] | None:
    """What the statute leaves to an ordinance; None where it leaves nothing."""
    envelope: Envelope | None = rule.envelope
    if envelope is None:
        return None
    low = Fraction(0) if envelope.low is None else envelope.low.value
    high = envelope.high or statute
    return low, Fraction(1) if high is None else high.value


def turnouts(cases: Iterable[Case], instruments: Iterable[str]) -> tuple[Turnout, ...]:
    """The votes of these instruments of which both numbers are known, lowest turnout first."""
    wanted = frozenset(instruments)
    found = [
        Turnout(
            case=case.case.id,
            title=case.case.title,
            country=case.case.country,
            year=case.case.as_of.year,
            electors=case.poll.electors,
            voted=case.poll.voted,
        )
        for case in cases
        if case.case.instrument in wanted
        and case.poll is not None
        and case.poll.electors is not None
        and case.poll.voted is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.share, one.case)))


def reaching(found: Iterable[Turnout], quorum: Fraction) -> int:
    """How many of these votes reached such a quorum: a count of the past, no forecast."""
    return sum(one.share >= quorum for one in found)
