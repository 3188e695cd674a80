"""Naming the days on which a place votes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ballots.errors import PollingDayNotFound, PollingDayTaken, PollingHoursWrong
from ballots.tables import PollingDay
from referendum.kernel.db import violates
from referendum.kernel.people import Actor, Officer, OtherJurisdiction
from referendum.kernel.uow import UnitOfWork
from referendum.roll.tables import Jurisdiction

OPENS: Final = time(6)
CLOSES: Final = time(20)
"""06:00-20:00: the hours of a statutory vote (REF §§18-19)."""


def add_polling_day(
    uow: UnitOfWork,
    *,
    jurisdiction_id: UUID,
    day: date,
    by: Actor,
    opens: time = OPENS,
    closes: time = CLOSES,
) -> PollingDay:
    """Name a day of voting. Its hours are given as the place's clocks show them."""
    insist_on_place(by, jurisdiction_id)
    if opens >= closes:
        raise PollingHoursWrong(opens=opens.isoformat(), closes=closes.isoformat())
    opens_at, closes_at = _hours(uow.session, jurisdiction_id, day, opens, closes)
    polling_day = PollingDay(
        jurisdiction_id=jurisdiction_id, day=day, opens_at=opens_at, closes_at=closes_at
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(polling_day)
    except IntegrityError as taken:
        if not violates(taken, "one_polling_day_a_date"):
            raise
        raise PollingDayTaken(day=day.isoformat()) from taken
    facts = {"polling_day": str(polling_day.id), "day": day.isoformat()}
    uow.record("polling_day.named", by=by, facts=facts)
    return polling_day


def get_day(session: Session, polling_day_id: UUID) -> PollingDay:
    day = session.get(PollingDay, polling_day_id)
    if day is None:
        raise PollingDayNotFound(polling_day=str(polling_day_id))
    return day


def hours_on(session: Session, jurisdiction_id: UUID, day: date) -> tuple[datetime, datetime]:
    """When polls open and close on a day: as it is named, or as it would be."""
    there = day_of(session, jurisdiction_id, day)
    if there is not None:
        return there.opens_at, there.closes_at
    return _hours(session, jurisdiction_id, day, OPENS, CLOSES)


def _hours(
    session: Session, jurisdiction_id: UUID, day: date, opens: time, closes: time
) -> tuple[datetime, datetime]:
    """Local hours of a day as moments."""
    zone = ZoneInfo(session.get_one(Jurisdiction, jurisdiction_id).zone)
    first, last = (datetime.combine(day, one, zone).astimezone(UTC) for one in (opens, closes))
    return first, last


def day_of(session: Session, jurisdiction_id: UUID, day: date) -> PollingDay | None:
    """The polling day of a date, which further measures may join."""
    here = select(PollingDay).where(
        PollingDay.jurisdiction_id == jurisdiction_id, PollingDay.day == day
    )
    return session.scalars(here).one_or_none()


def insist_on_place(by: Actor, jurisdiction_id: UUID) -> None:
    """To an officer of another place the thing does not exist."""
    if isinstance(by, Officer) and by.jurisdiction != jurisdiction_id:
        raise OtherJurisdiction
