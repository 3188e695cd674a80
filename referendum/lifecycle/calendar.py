"""The calendar: it nominates what is due, and the task looks again under the lock and acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Calendar
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    agreeing,
    concluding,
    holds,
    performing,
    polling,
    refusals,
    stages,
    taking,
    voting,
)
from referendum.lifecycle.acting import Means
from referendum.lifecycle.agreed import JOINT
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.stages import LIVES, Act, By, Stage, Step
from referendum.lifecycle.tables import DeadlineKept, Measure, StepTaken
from thresholds.vocabulary import Instrument

TASK = "calendar.act"


@dataclass(frozen=True, slots=True)
class Due:
    """A calendar's act whose deadline has come."""

    measure_id: UUID
    act: Act
    at: datetime


def due(session: Session, now: datetime, *, place: UUID | None = None) -> Iterator[Due]:
    """What the calendar should do now, in one place or in all.

    Only deadlines that are some step of the calendar's from where their measure stands: what has
    ended, or stands elsewhere, is never read.
    """
    rows = _awaited().where(DeadlineKept.at <= now).where(~holds.over(Measure.id))
    if place is not None:
        rows = rows.where(Measure.jurisdiction_id == place)
    for measure, deadline in session.execute(rows):
        step = chosen(session, measure, deadline.name)
        if step is not None:
            yield Due(measure.id, step.act, deadline.at)
    for measure, joint in agreeing.due(session, now):
        if joint.takes_effect_at and place in (None, measure.jurisdiction_id):
            yield Due(measure.id, Act(joint.act), joint.takes_effect_at)


def _awaited() -> Select[Measure, DeadlineKept]:
    """Measures with those of their deadlines at which the calendar has something to do."""
    here = tuple_(Measure.instrument, Measure.stage, DeadlineKept.name)
    return (
        select(Measure, DeadlineKept)
        .join(DeadlineKept, DeadlineKept.measure_id == Measure.id)
        .where(here.in_(AWAITED))
        .order_by(DeadlineKept.at)
    )


def chosen(session: Session, measure: Measure, deadline: str) -> Step | None:
    """The calendar's step at this deadline from where the measure stands, if any."""
    steps = [
        step
        for step in stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
        if step.by is By.CALENDAR and step.due == deadline
    ]
    if Stage(measure.stage) is Stage.DECLARED and steps:
        final = concluding.settling(measure)
        steps = [step for step in steps if step.act is final]
    if any(step.act is Act.FREEZE_ROLL for step in steps) and not _roll_wanted(session, measure):
        return None
    return steps[0] if steps else None


def nominate(uow: UnitOfWork) -> int:
    """Ask for a task per due act, unless one waits or was refused lately; gives how many."""
    asked, refused = 0, refusals.waiting(uow.session)
    for found in due(uow.session, uow.now()):
        if (found.measure_id, found.act) not in refused and not _waits(uow.session, found):
            uow.later(TASK, measure_id=str(found.measure_id), act=found.act.value)
            asked += 1
    return asked


def act(uow: UnitOfWork, means: Means, measure_id: UUID, name: Act) -> StepTaken | None:
    """Do what is due, dated by its deadline. None where it is not, or no longer, due."""
    measure = acting.lock(uow.session, measure_id)
    if name in JOINT:
        done = agreeing.carry_out(uow, means, measure)
        return acting.history(uow.session, measure_id)[-1] if done else None
    step = next(
        (
            step
            for step in stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
            if step.act is name and step.by is By.CALENDAR
        ),
        None,
    )
    deadline = step and step.due and uow.session.get(DeadlineKept, (measure_id, step.due))
    if not step or not deadline or holds.stops(uow.session, measure_id):
        return None
    if deadline.at > uow.now() or chosen(uow.session, measure, deadline.name) is not step:
        return None
    allowed = taking.allow(uow, means, measure, name, Calendar(), at=deadline.at)
    return performing.run(allowed)


def next_date(session: Session, now: datetime) -> datetime | None:
    """The next moment at which the calendar will have something to do."""
    ahead = session.execute(_awaited().where(DeadlineKept.at > now))
    awaited = (
        deadline.at
        for measure, deadline in ahead
        if chosen(session, measure, deadline.name) is not None
    )
    return min(
        (one for one in (next(awaited, None), agreeing.next_day(session, now)) if one), default=None
    )


def overdue(session: Session, now: datetime, *, place: UUID | None = None) -> int:
    """How many of the calendar's acts should have been done and are not."""
    return sum(1 for _ in due(session, now, place=place))


def _roll_wanted(session: Session, measure: Measure) -> bool:
    """A roll is frozen once per polling day, where people were imported or enrolled at all."""
    if enrolled.enrols(session, measure):
        known = enrolled.has_any(session, measure.id)
    else:
        known = voting.has_register(session, measure.jurisdiction_id)
    if not known:
        return False
    poll = polling.current_poll(session, measure)
    return poll is None


def _waits(session: Session, found: Due) -> bool:
    waiting = select(func.count()).where(
        OutboxMessage.task == TASK,
        OutboxMessage.done_at.is_(None),
        OutboxMessage.arguments["measure_id"].astext == str(found.measure_id),
        OutboxMessage.arguments["act"].astext == found.act.value,
    )
    return bool(session.scalar(waiting))


AWAITED = [
    (instrument.value, step.source.value, step.due)
    for instrument, life in LIVES.items()
    for step in life
    if step.by is By.CALENDAR
]
"""Where a measure stands and the deadline at which the calendar then acts."""
