"""What a place and an office need before the first measure, and how far they have come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.identity import staff
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import designating
from referendum.lifecycle.office import holders
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.stages import LIVES
from referendum.roll import places, totals
from referendum.roll.tables import RegisterVersion
from referendum.roll.totals import TotalKind
from thresholds.vocabulary import Instrument

PAIR: Final = 2
"""Four eyes belong to two people."""
ON_SIGNATURES: Final = (Instrument.INITIATIVE, Instrument.REFERENDUM, Instrument.RECALL)
"""Whose thresholds are shares of published claimants."""


class First(StrEnum):
    """What comes before the first measure."""

    ADMINISTRATORS = "administrators"
    CLERKS = "clerks"
    CERTIFIERS = "certifiers"
    REGISTER = "register"
    TOTALS = "totals"
    DESIGNATION = "designation"
    HOLDER = "holder"
    PROMISE = "promise"


SIGNING: Final = frozenset(
    step.by.authority for life in LIVES.values() for step in life if step.signed
)
"""Offices whose acts say who holds them."""
OPTIONAL: Final = frozenset({First.DESIGNATION, First.PROMISE})
"""A city can do without: signatures come in on paper then, and no advisory vote is held."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of them: how many there are, of how many that it takes, and whose work it is."""

    first: First
    have: int
    need: int
    by: Role

    @property
    def done(self) -> bool:
        return self.have >= self.need

    @property
    def pressing(self) -> bool:
        """Whether nothing can go its whole way without it."""
        return not self.done and self.first not in OPTIONAL


def steps(session: Session, by: Officer, now: datetime) -> list[Step]:
    """In the order of doing: of the office's own people, then of the place."""
    return list(_steps(session, by, now))


def _steps(session: Session, by: Officer, now: datetime) -> Iterator[Step]:
    place = by.jurisdiction
    today = now.astimezone(places.zone_of(session, place)).date()
    held = staff.roles_in_use(session, place, by.authority, now)
    yield Step(First.ADMINISTRATORS, held[Role.ADMINISTRATOR], PAIR, Role.ADMINISTRATOR)
    yield Step(First.CLERKS, held[Role.CLERK], PAIR, Role.ADMINISTRATOR)
    yield Step(First.CERTIFIERS, held[Role.CERTIFIER], PAIR, Role.ADMINISTRATOR)
    versions = select(RegisterVersion.id).where(RegisterVersion.jurisdiction_id == place)
    there = session.scalar(versions.limit(1)) is not None
    yield Step(First.REGISTER, int(there), 1, Role.REGISTRAR)
    published = [
        totals.latest(session, jurisdiction_id=place, instrument=one, kind=TotalKind.CLAIMANTS)
        for one in ON_SIGNATURES
    ]
    counted = sum(one is not None for one in published)
    yield Step(First.TOTALS, counted, len(ON_SIGNATURES), Role.REGISTRAR)
    mine = [one for one in designating.demanding() if designating.office_for(one) is by.authority]
    if mine:
        open_now = [
            one
            for one in mine
            if any(days.holds(today) for days in designating.holding(session, place, one))
        ]
        yield Step(First.DESIGNATION, len(open_now), len(mine), Role.CLERK)
    if by.authority in SIGNING:
        holder = holders.on(session, place, by.authority, today)
        yield Step(First.HOLDER, int(holder is not None), 1, Role.CLERK)
    if by.authority is Authority.MAYOR:
        promised = select(func.count()).where(
            Delegation.jurisdiction_id == place,
            Delegation.published_at.is_not(None),
            Delegation.revoked_at.is_(None),
        )
        yield Step(First.PROMISE, min(session.scalar(promised) or 0, 1), 1, Role.CLERK)
