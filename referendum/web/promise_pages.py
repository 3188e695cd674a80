"""Shapes a promise for its pages: its terms in rows, and what is undertaken as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from referendum.lifecycle.office.tables import SignedAct
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.tables import Delegation
from referendum.web.charts import percent
from thresholds.delegation import ProjectKind, Promise, Terms
from thresholds.share import Share

LEFT: Final = 44
RIGHT: Final = 308
TOP: Final = 14
BOTTOM: Final = 174
QUARTERS: Final = tuple(Fraction(n, 4) for n in range(5))
HALF: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class UndertakingRow:
    """One undertaking with its numbers, as percentages for the eye and as they are written."""

    number: int
    turnout: str
    majority: str
    promise: Promise


@dataclass(frozen=True, slots=True)
class Field:
    """Where in the picture an undertaking holds: up and to the right of its corner."""

    number: int
    left: int
    bottom: int

    @property
    def width(self) -> int:
        return RIGHT - self.left

    @property
    def height(self) -> int:
        return self.bottom - TOP


@dataclass(frozen=True, slots=True)
class Picture:
    """Turnout across, the majority's share of the valid votes up from a half."""

    fields: Sequence[Field]
    across: Sequence[tuple[int, int]]
    up: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A promise with all that a page says of it."""

    delegation: Delegation
    terms: Terms
    rows: Sequence[UndertakingRow]
    picture: Picture
    kinds: Sequence[tuple[ProjectKind, int | None]]
    state: str
    """draft, signed, waiting, running, ending, replaced, revoked or over."""
    acts: Mapping[str, SignedAct]
    """How it was signed, made known and revoked, as far as that is on record."""

    @property
    def number(self) -> int | None:
        return self.delegation.number


def shown(
    delegation: Delegation,
    today: date,
    running: Delegation | None,
    acts: Sequence[SignedAct] = (),
) -> Shown:
    """A promise as its pages show it; `acts`: how it was signed, where that is shown."""
    terms = delegating.terms_of(delegation)
    ordered = sorted(terms.promises, key=lambda one: (one.turnout, one.majority))
    return Shown(
        delegation=delegation,
        terms=terms,
        rows=[
            UndertakingRow(number, _written(one.turnout), _written(one.majority), one)
            for number, one in enumerate(ordered, 1)
        ],
        picture=picture(ordered),
        kinds=[(kind, terms.least_for(kind)) for kind in ProjectKind],
        state=state_of(delegation, today, running),
        acts={one.what.removeprefix("promise."): one for one in acts},
    )


def state_of(delegation: Delegation, today: date, running: Delegation | None) -> str:
    """Where a promise stands on a day, said in one word of the catalogue."""
    if delegation.signed_at is None:
        return "draft"
    if delegation.published_on is None:
        return "signed"
    if running is not None and running.id == delegation.id:
        return "running" if delegation.revoked_from is None else "ending"
    if delegation.revoked_from is not None and delegation.revoked_from <= today:
        return "revoked"
    if delegation.valid_from > today:
        return "waiting"
    return "replaced" if delegation.runs_on(today) else "over"


def picture(promises: Sequence[Promise]) -> Picture:
    """The corners of every undertaking, smallest first, so that later ones lie on top."""
    return Picture(
        fields=[
            Field(number, _across(one.turnout.value), _up(one.majority.value))
            for number, one in enumerate(promises, 1)
        ],
        across=[(_across(part), int(part * 100)) for part in QUARTERS],
        up=[(_up(part), int(part * 100)) for part in QUARTERS if part >= HALF],
    )


def spot(turnout: Fraction, majority: Fraction) -> tuple[int, int]:
    """Where a vote with this turnout, and so large a part for its leading side, stands in it."""
    return _across(turnout), _up(majority)


def _across(part: Fraction) -> int:
    return LEFT + round((RIGHT - LEFT) * part)


def _up(part: Fraction) -> int:
    return BOTTOM - round((BOTTOM - TOP) * (max(part, HALF) - HALF) / HALF)


def _written(share: Share) -> str:
    """As the promise has it, and where that is a fraction as a percentage too."""
    said = str(share)
    return said if "%" in said else f"{said} ({percent(share.value)}%)"
