"""Moving a deadline with a written reason, which goes into the record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, rules, stages
from referendum.lifecycle.dates import deadlines, following
from referendum.lifecycle.errors import (
    AnnouncedDayStands,
    DayIsOver,
    DeadlineNotFound,
    ParticularMissing,
)
from referendum.lifecycle.stages import ActNotAllowed, By, Stage
from referendum.lifecycle.tables import DeadlineKept, Measure
from thresholds.vocabulary import Instrument


def override(
    uow: UnitOfWork, measure_id: UUID, name: str, *, day: date, reason: str, by: Officer
) -> DeadlineKept:
    """Set another last day, the same in every district; an open petition then ends with it.

    Refused once the measure has ended, and for a vote day that was announced: people were told
    that day, and its poll and stations stand on it. What the calendar does next, dated by this
    deadline, cannot be made to have been done: whoever signed since was let sign.
    """
    measure = acting.lock(uow.session, measure_id)
    acting.insist_on_authority(uow.session, measure, by, act="override")
    by.insist(Role.CLERK, fresh=True)
    following.insist_plausible(day=day)
    if not reason.strip():
        raise ParticularMissing(field="reason")
    if Stage(measure.stage) in stages.ENDINGS:
        raise ActNotAllowed(stage=measure.stage, act="override", possible=[])
    deadline = deadlines.kept(uow.session, measure.id, name)
    if deadline is None:
        raise DeadlineNotFound(deadline=name)
    announced, _ = deadlines.announced_day(uow.session, measure)
    if announced is not None and name in deadlines.OF_THE_DAY:
        raise AnnouncedDayStands(deadline=name, day=announced.isoformat())
    following.insist_plausible(day=day)
    if day < rules.today(uow, measure) and _acts_at(measure, name):
        raise DayIsOver(field="day", day=day.isoformat())
    before = deadline.latest
    deadline.day, deadline.districts = day, {}
    deadline.at = deadlines.end_of(day, rules.zone_of(uow.session, measure))
    deadline.overridden_by, deadline.overridden_reason = by.mark, reason
    uow.record(
        "deadline.overridden",
        by=by,
        measure=measure.id,
        facts={
            "deadline": name,
            "from": before.isoformat(),
            "to": day.isoformat(),
            "reason": reason,
        },
    )
    following.follow_deadline(uow, measure)
    return deadline


def _acts_at(measure: Measure, name: str) -> bool:
    """Whether the calendar takes a step at this deadline from where the measure stands."""
    steps = stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
    return any(step.due == name and step.by is By.CALENDAR for step in steps)
