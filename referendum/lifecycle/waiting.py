"""What waits for an officer: the steps that can be taken, and the work that comes before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballots import canvassing, stations
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import acting, duties, holds, locating, polling, rules, stages
from referendum.lifecycle.advisory import arguing, drawing
from referendum.lifecycle.dates import bounds, deadlines
from referendum.lifecycle.stages import LIVES, Act, By, Stage, Step
from referendum.lifecycle.tables import DeadlineKept, Measure
from signatures import petitions, tallying
from thresholds.vocabulary import DeadlineName, Instrument

SELDOM: Final = frozenset(
    {
        Act.ANNUL,
        Act.ANNUL_RESULT,
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
REMINDED: Final = frozenset({7, 3, 1, 0})
"""So many days before its last day a task is reminded of; every day once it is over."""
EXAMINED_AT: Final = (Stage.EXAMINING, Stage.INSPECTING, Stage.OBJECTING)


class Work(StrEnum):
    """What is no act by itself: a verdict chooses the certified one, figures come before it."""

    CERTIFY = "certify"
    EXAMINE = "examine"
    RETURNS = "returns"
    STATIONS = "stations"
    ARGUMENTS = "arguments"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Task:
    """What one measure waits for, by one deadline."""

    measure: Measure
    due: DeadlineKept | None
    overdue: bool
    days: int | None = None
    """Until its last day: 0 on the day itself, below when it is over. None without a deadline."""
    transcribed: bool = False
    """Whether another authority decides, and this one only records it from its paper."""
    things: tuple[Act | Work, ...] = ()

    @property
    def to_remind(self) -> bool:
        """Whether whoever has to do it is to be reminded today."""
        return self.overdue or self.days in REMINDED


@dataclass(frozen=True, slots=True)
class Awaited:
    """What somebody else has to do before a measure goes on."""

    measure: Measure
    who: By
    act: Act
    due: DeadlineKept | None
    days: int | None
    overdue: bool


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
    grouped: dict[tuple[int, str, bool], Task] = {}
    for measure in under_way:
        today = _today(session, measure, now)
        for thing, due, transcribed in _things(session, officer, measure, now):
            key = (measure.number, due.name if due else "", transcribed)
            days, overdue = _days(due, today), due is not None and due.at <= now
            fresh = Task(measure, due, overdue, days, transcribed)
            task = grouped.setdefault(key, fresh)
            if thing not in task.things:
                grouped[key] = replace(task, things=(*task.things, thing))
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


def _things(
    session: Session, officer: Officer, measure: Measure, now: datetime
) -> Iterator[tuple[Act | Work, DeadlineKept | None, bool]]:
    for step in duties.possible(session, measure, officer):
        if step.act in SELDOM or (step.certified and not _countable(session, measure)):
            continue
        due = session.get(DeadlineKept, (measure.id, step.due)) if step.due else None
        transcribed = step.by.authority is not officer.authority
        yield Work.CERTIFY if step.certified else step.act, due, transcribed
    if concerns(measure, officer):
        for work, name in _before(session, officer, measure, now):
            due = session.get(DeadlineKept, (measure.id, name)) if name else None
            yield work, due, False


def _before(
    session: Session, officer: Officer, measure: Measure, now: datetime
) -> Iterator[tuple[Work, str | None]]:
    """What is no step of the measure and yet must be done before its next one, and by when."""
    stage = Stage(measure.stage)
    mine = duties.deciding(measure) is officer.authority and Role.EXAMINER in officer.roles
    if mine and stage in EXAMINED_AT:
        petition = petitions.of_measure(session, measure.id)
        if petition is not None and tallying.unsettled(session, petition.id):
            yield Work.EXAMINE, DeadlineName.LIST_PUBLICATION_DUE.value
    counting = stage is Stage.COUNTING and Role.CANVASSER in officer.roles
    if counting and not _countable(session, measure):
        yield Work.RETURNS, None
    if stage is Stage.CALLED and holds.stops(session, measure.id) is None:
        yield from _before_the_polls(session, officer, measure, now)


def _before_the_polls(
    session: Session, officer: Officer, measure: Measure, now: datetime
) -> Iterator[tuple[Work, str | None]]:
    """Stations without which nobody can vote, the sides' texts, and the lot of their order."""
    counting = stages.counting_authority(Instrument(measure.instrument)) is officer.authority
    poll = polling.current_poll(session, measure)
    furnishes = counting and Role.CANVASSER in officer.roles
    if furnishes and poll is not None and not stations.boxes_of(session, poll.id):
        yield Work.STATIONS, deadlines.POLLS_OPEN
    writes = officer.authority is Authority.MAYOR and Role.CLERK in officer.roles
    if not writes or Instrument(measure.instrument) is not Instrument.ADVISORY:
        return
    due = deadlines.kept(session, measure.id, DeadlineName.ARGUMENTS_END)
    spaces = arguing.spaces(session, measure)
    if due is not None and due.at > now and any(one.argument is None for one in spaces):
        yield Work.ARGUMENTS, DeadlineName.ARGUMENTS_END.value
    if drawing.lot(session, measure).state is not drawing.LotState.DRAWN:
        yield Work.DRAW, deadlines.POLLS_OPEN


def _countable(session: Session, measure: Measure) -> bool:
    """Returns come first; a reviewed petition has all its numbers."""
    if Stage(measure.stage) is not Stage.COUNTING:
        return True
    poll = polling.current_poll(session, measure)
    return poll is not None and canvassing.canvass(session, poll.id).complete
