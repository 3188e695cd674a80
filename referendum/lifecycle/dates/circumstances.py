"""What was declared around a measure, as its rules read it: elections, days off and outages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.lifecycle import rules
from referendum.lifecycle.dates import almanacs
from referendum.lifecycle.tables import DayOff, ElectionSet, Measure, OutageKept
from thresholds.periods import DatedHoliday, Election, Outage, days_off
from thresholds.vocabulary import ElectionKind

ELECTIONS: Final = select(ElectionSet).order_by(ElectionSet.day, ElectionSet.kind)


def elections_of(session: Session, measure: Measure) -> tuple[Election, ...]:
    """The elections that bar or exclude days where the measure is, each with its districts there.

    One that is held in every district of the measure is held everywhere, as far as it goes.
    """
    here = ELECTIONS.where(ElectionSet.jurisdiction_id == measure.jurisdiction_id)
    return elections_about(measure, session.scalars(here).all())


def elections_about(measure: Measure, rows: Sequence[ElectionSet]) -> tuple[Election, ...]:
    """The same of a place's elections, read before."""
    held = [(row, _where(measure.districts, row.districts)) for row in rows]
    return tuple(
        Election(date=row.day, kind=ElectionKind(row.kind), districts=where)
        for row, where in held
        if where != ()
    )


def _where(area: list[str] | None, districts: list[str] | None) -> tuple[str, ...] | None:
    """The districts of an election within the measure's area; None where they are all of it."""
    if districts is None:
        return None
    if area is None:
        return tuple(sorted(districts))
    return None if set(area) <= set(districts) else tuple(sorted(set(area) & set(districts)))


def holidays_about(
    session: Session, jurisdiction_id: UUID, almanac: str | None, *, first: date, last: date
) -> frozenset[date]:
    """The holidays that a period beginning between two days can meet, as declared in the end."""
    declared = days_off_declared(session, jurisdiction_id)
    return holidays_with(declared, almanac, first=first, last=last)


def days_off_declared(session: Session, jurisdiction_id: UUID) -> list[DatedHoliday]:
    """The days off, and on, that were declared for a place itself."""
    here = select(DayOff).where(DayOff.jurisdiction_id == jurisdiction_id)
    return as_declared(session.scalars(here))


def as_declared(rows: Iterable[DayOff]) -> list[DatedHoliday]:
    """The same of rows that were read before."""
    return [DatedHoliday(date=row.day, day_off=row.off, title=row.title_ko) for row in rows]


def holidays_with(
    declared: Iterable[DatedHoliday], almanac: str | None, *, first: date, last: date
) -> frozenset[date]:
    """What `holidays_about` tells, of the days that were declared."""
    printed = almanacs.public_holidays(almanac, first.year - 1, last.year + 3)
    return days_off(printed, declared)


def outages_of(session: Session, jurisdiction_id: UUID, zone: ZoneInfo) -> tuple[Outage, ...]:
    """Outages as whole days: every local day on which the service was down, however briefly."""
    rows = session.scalars(
        select(OutageKept)
        .where(OutageKept.jurisdiction_id == jurisdiction_id)
        .order_by(OutageKept.from_at)
    )
    return tuple(
        Outage(
            first=rules.local_day(row.from_at, zone),
            last=rules.last_local_day(row.until_at, zone),
            reason=row.title_ko,
        )
        for row in rows
    )
