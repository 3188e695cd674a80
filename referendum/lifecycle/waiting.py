"""What waits for an officer: the steps that can be taken, and the work that comes before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballots import canvassing
from referendum.kernel.people import Officer, Role
from referendum.lifecycle import duties, locating, polling, stages
from referendum.lifecycle.stages import LIVES, Act, Stage
from referendum.lifecycle.tables import DeadlineKept, Measure
from signatures import petitions, tallying
from thresholds.vocabulary import Instrument

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
EXAMINED_AT: Final = (Stage.EXAMINING, Stage.INSPECTING, Stage.OBJECTING)


class Work(StrEnum):
    """What is no act by itself: a verdict chooses the certified one, figures come before it."""

    CERTIFY = "certify"
    EXAMINE = "examine"
    RETURNS = "returns"


@dataclass(frozen=True, slots=True)
class Task:
    """What one measure waits for, by one deadline."""

    measure: Measure
    due: DeadlineKept | None
    overdue: bool
    things: tuple[Act | Work, ...] = ()


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
    grouped: dict[tuple[int, str], Task] = {}
    for measure in under_way:
        for thing, due in _things(session, officer, measure):
            key = (measure.number, due.name if due else "")
            overdue = due is not None and due.at <= now
            task = grouped.setdefault(key, Task(measure, due, overdue=overdue))
            if thing not in task.things:
                grouped[key] = replace(task, things=(*task.things, thing))
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        grouped.values(), key=lambda task: (task.due.at if task.due else far, task.measure.number)
    )


def _things(
    session: Session, officer: Officer, measure: Measure
) -> Iterator[tuple[Act | Work, DeadlineKept | None]]:
    for step in duties.possible(session, measure, officer):
        if step.act in SELDOM or (step.certified and not _countable(session, measure)):
            continue
        due = session.get(DeadlineKept, (measure.id, step.due)) if step.due else None
        yield Work.CERTIFY if step.certified else step.act, due
    if concerns(measure, officer):
        yield from ((work, None) for work in _before(session, officer, measure))


def _before(session: Session, officer: Officer, measure: Measure) -> Iterator[Work]:
    """What is no step of the measure and yet must be done before its next one."""
    stage = Stage(measure.stage)
    mine = duties.deciding(measure) is officer.authority and Role.EXAMINER in officer.roles
    if mine and stage in EXAMINED_AT:
        petition = petitions.of_measure(session, measure.id)
        if petition is not None and tallying.unsettled(session, petition.id):
            yield Work.EXAMINE
    counting = stage is Stage.COUNTING and Role.CANVASSER in officer.roles
    if counting and not _countable(session, measure):
        yield Work.RETURNS


def _countable(session: Session, measure: Measure) -> bool:
    """Returns come first; a reviewed petition has all its numbers."""
    if Stage(measure.stage) is not Stage.COUNTING:
        return True
    poll = polling.current_poll(session, measure)
    return poll is not None and canvassing.canvass(session, poll.id).complete
