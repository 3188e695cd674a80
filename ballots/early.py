"""Early voting: the days before the polling day on which people may vote already, and its hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from ballots import polls
from ballots.days import get_day
from ballots.errors import EarlyHoursWrong
from ballots.tables import PollingDay
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.roll import places

LONGEST: Final = timedelta(days=14)
"""Days that early voting lasts at the most: a longer one is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Early:
    """Its first and last day, and the hours of each of them, as the place's clocks show them."""

    first: date
    last: date
    opens: time
    closes: time


def of_day(day: PollingDay, zone: ZoneInfo) -> Early | None:
    """Of a polling day; None where none was entered."""
    if day.early_from is None or day.early_until is None:
        return None
    return Early(
        day.early_from.astimezone(zone).date(),
        day.early_until.astimezone(zone).date(),
        day.early_from.astimezone(zone).time(),
        day.early_until.astimezone(zone).time(),
    )


def set_hours(
    uow: UnitOfWork, poll_id: UUID, *, begins: datetime | None, ends: datetime | None, by: Actor
) -> PollingDay:
    """Enter when early voting begins on its first day and ends on its last; nothing takes it away.

    `begins` and `ends` as the place's clocks show them. It is every vote's of the day.
    """
    poll = polls.get_to_arrange(uow, poll_id, by)
    day = get_day(uow.session, poll.polling_day_id)
    zone = places.zone_of(uow.session, day.jurisdiction_id)
    if (begins is None) != (ends is None):
        raise EarlyHoursWrong(field="early_from" if begins is None else "early_until")
    if begins is None or ends is None:
        day.early_from = day.early_until = None
    else:
        day.early_from, day.early_until = (one.replace(tzinfo=zone) for one in (begins, ends))
        entered = of_day(day, zone)
        assert entered is not None
        _insist(entered, before=day.day)
    uow.session.flush()
    facts = {
        "polling_day": str(day.id),
        "from": begins.isoformat() if begins else None,
        "until": ends.isoformat() if ends else None,
    }
    uow.record("polling_day.early_set", by=by, facts=facts)
    return day


def _insist(early: Early, *, before: date) -> None:
    """Hours that are some on each day, on days before the vote's own."""
    if early.last >= before:
        raise EarlyHoursWrong(field="early_until")
    backwards = early.first > early.last or early.opens >= early.closes
    if backwards or early.last - early.first > LONGEST:
        raise EarlyHoursWrong(field="early_from")
