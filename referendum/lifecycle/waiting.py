"""What waits for an officer: the steps that can be taken, and the work that comes before them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, Role
from referendum.lifecycle import acting, duties, holds, locating, preparing, rules, stages
from referendum.lifecycle.dates import bounds, deadlines
from referendum.lifecycle.preparing import Work
from referendum.lifecycle.stages import LIVES, Act, By, Stage, Step
from referendum.lifecycle.tables import DeadlineKept, Measure, StepTaken
from thresholds.vocabulary import Instrument

SELDOM: Final = frozenset(
    {
        Act.ANNUL,
        Act.ANNUL_RESULT,
        Act.CORRECT_RESULT,
        Act.END_BY_VACANCY,
        Act.RESET_DAY,
        Act.EXTEND,
        Act.DISCARD,
        Act.ORDER_CURE,
    }
)
"""What may be done but does not wait to be."""
CHOICES: Final = frozenset({Act.WITHDRAW, Act.PARK, Act.REFUSE, Act.DISMISS, Act.DECLINE})
"""What somebody else may do instead, and nobody waits for."""
UNDATED: Final = "undated"
TRANSCRIBED: Final = ".transcribed"
REMINDED: Final = frozenset({7, 3, 1, 0})
"""So many days before its last day a task is reminded of; every day once it is over."""
DUE_OTHERWISE: Final[Mapping[Act, str]] = {Act.STATE_ELECTORS: deadlines.POLLS_OPEN}
"""By when an act has to be taken for which the table names no deadline of its own."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one measure waits for, by one deadline, of officers with one role."""

    measure: Measure
    due: DeadlineKept | None
    overdue: bool
    days: int | None = None
    """Until its last day: 0 on the day itself, below when it is over. None without a deadline."""
    transcribed: bool = False
    """Whether another authority decides, and this one only records it from its paper."""
    things: tuple[Act | Work, ...] = ()
    since: datetime | None = None
    """From when on it could be done, where no rule says by when."""
    left: Mapping[Act | Work, int] = field(default_factory=dict)
    """How many things of a work are missing."""
    role: Role = Role.CLERK

    @property
    def name(self) -> str:
        """What it is called by beside its measure."""
        by = self.due.name if self.due else UNDATED
        return f"{by}.{self.role}{TRANSCRIBED if self.transcribed else ''}"

    @property
    def to_remind(self) -> bool:
        """Whether whoever has to do it is to be reminded today."""
        return self.overdue or self.days in REMINDED


@dataclass(frozen=True, slots=True)
class Awaited:
    """What somebody else has to do before a measure goes on."""

    measure: Measure
    who: By
    act: Act | Work
    due: DeadlineKept | None
    days: int | None
    overdue: bool
    since: datetime | None = None


def measures(session: Session, officer: Officer) -> Sequence[Measure]:
    """The measures of the place that are under way, the newest first; no resident's draft."""
    endings = [stage.value for stage in stages.ENDINGS]
    rows = session.scalars(
        select(Measure)
        .where(Measure.jurisdiction_id == officer.jurisdiction, Measure.stage.not_in(endings))
        .order_by(Measure.number.desc())
    )
    return [one for one in rows if not locating.is_private(session, one)]


def concerns(measure: Measure, officer: Officer) -> bool:
    """Whether the officer's authority has a step in its life."""
    life = LIVES[Instrument(measure.instrument)]
    return any(step.by.authority is officer.authority for step in life)


def tasks(
    session: Session, officer: Officer, under_way: Sequence[Measure], now: datetime
) -> list[Task]:
    """What this officer can do now, by measure and deadline: overdue first, what has none last."""
    grouped: dict[tuple[int, str, Role, bool], Task] = {}
    for measure in under_way:
        today = _today(session, measure, now)
        for one in _things(session, officer, measure, now):
            due = one.due
            key = (measure.number, due.name if due else "", one.role, one.transcribed)
            days, overdue = _days(due, today), due is not None and due.at <= now
            fresh = Task(measure, due, overdue, days, one.transcribed, role=one.role)
            task = grouped.setdefault(key, fresh)
            if one.thing not in task.things:
                left = {**task.left, **({one.thing: one.left} if one.left else {})}
                things, since = (*task.things, one.thing), task.since or one.since
                grouped[key] = replace(task, things=things, since=since, left=left)
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        grouped.values(), key=lambda task: (task.due.at if task.due else far, task.measure.number)
    )


def awaited(
    session: Session, officer: Officer, under_way: Sequence[Measure], now: datetime
) -> list[Awaited]:
    """What others have to do, or the calendar, before the measures of this authority go on."""
    found: dict[tuple[int, By, str], Awaited] = {}
    for measure in under_way:
        if holds.stops(session, measure.id) is not None:
            continue
        today, over = _today(session, measure, now), bounds.done_of(session, measure)
        for step in stages.steps_from(Instrument(measure.instrument), Stage(measure.stage)):
            if step.act in SELDOM | CHOICES or _is_mine(session, officer, measure, step):
                continue
            due = session.get(DeadlineKept, (measure.id, step.due)) if step.due else None
            overdue = due is not None and due.at <= now
            # What the calendar has done, or saw no reason to do, is awaited by nobody; what it
            # should have done and could not is an alarm.
            if step.by is By.CALENDAR and (due is None or overdue):
                continue
            if step.due in over:
                continue
            one = Awaited(measure, step.by, step.act, due, _days(due, today), overdue)
            found.setdefault((measure.number, step.by, step.due or step.act), one)
        for owed in preparing.owed(session, measure, now):
            if owed.authority is officer.authority:
                continue
            by, due = By(owed.authority.value), _kept(session, measure, owed.due)
            overdue = due is not None and due.at <= now
            work = Awaited(measure, by, owed.work, due, _days(due, today), overdue, owed.since)
            found.setdefault((measure.number, by, owed.due or owed.work), work)
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        found.values(), key=lambda one: (one.due.at if one.due else far, one.measure.number)
    )


def reminders(found: Sequence[Task]) -> list[Task]:
    """Which of an officer's tasks are to be reminded of today."""
    return [task for task in found if task.to_remind]


def _is_mine(session: Session, officer: Officer, measure: Measure, step: Step) -> bool:
    """Whether the officer's authority takes the step, deciding or from another's paper."""
    authority = step.by.authority
    return authority is not None and (
        acting.records_from(session, measure, officer, authority) is not None
    )


def _today(session: Session, measure: Measure, now: datetime) -> date:
    return rules.local_day(now, rules.zone_of(session, measure))


def _days(due: DeadlineKept | None, today: date) -> int | None:
    """Until the last day: what is over at 24:00 can still be done all of that day."""
    return None if due is None else (due.latest - today).days


@dataclass(frozen=True, slots=True)
class _Thing:
    thing: Act | Work
    role: Role
    due: DeadlineKept | None
    transcribed: bool = False
    since: datetime | None = None
    left: int | None = None


def _things(
    session: Session, officer: Officer, measure: Measure, now: datetime
) -> Iterator[_Thing]:
    over = _taken_here(acting.history(session, measure.id))
    for step in duties.possible(session, measure, officer):
        if step.act in SELDOM or step.act in over:
            continue
        if step.certified and not preparing.countable(session, measure):
            continue
        due = _kept(session, measure, step.due or DUE_OTHERWISE.get(step.act))
        transcribed = step.by.authority is not officer.authority
        thing, role = (Work.CERTIFY, Role.CERTIFIER) if step.certified else (step.act, Role.CLERK)
        yield _Thing(thing, role, due, transcribed)
    if not concerns(measure, officer):
        return
    for owed in preparing.owed(session, measure, now):
        if owed.authority is officer.authority and owed.role in officer.roles:
            due = _kept(session, measure, owed.due)
            yield _Thing(owed.work, owed.role, due, since=owed.since, left=owed.left)


def _taken_here(steps: Sequence[StepTaken]) -> frozenset[Act]:
    """What was done since the measure came to its stage, or a day was set anew.

    It may be done once more, as where electors are stated again, and waits for nobody.
    """
    taken: set[Act] = set()
    for step in steps:
        taken.add(Act(step.act))
        if step.source != step.target or step.act == Act.RESET_DAY:
            taken.clear()
    return frozenset(taken)


def _kept(session: Session, measure: Measure, name: str | None) -> DeadlineKept | None:
    return session.get(DeadlineKept, (measure.id, name)) if name else None
