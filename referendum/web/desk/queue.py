"""What an authority has to do, by when, and how the service fares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballots import canvassing
from referendum.kernel.people import Officer, Role
from referendum.lifecycle import duties, polling, stages
from referendum.lifecycle.duties import Waiting
from referendum.lifecycle.stages import LIVES, Act, Stage
from referendum.lifecycle.tables import DeadlineKept, Measure
from referendum.web.desk.alarms import readings
from referendum.web.desk.form import Context, Desk, Page, every_officer
from referendum.web.desk.measure import is_private
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
"""What may be done but does not wait to be: it is on the measure's own page."""
EXAMINED_AT: Final = (Stage.EXAMINING, Stage.INSPECTING, Stage.OBJECTING)


@dataclass(frozen=True, slots=True)
class Link:
    """A thing to do: the catalogue key of its words, and where it is done."""

    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Task:
    """What one measure waits for, by one deadline."""

    measure: Measure
    links: tuple[Link, ...]
    due: DeadlineKept | None
    overdue: bool


def _queue(desk: Desk, _nothing: None) -> Context:
    """The queue: overdue first, then by deadline, then what has none."""
    session, now = desk.session, desk.uow.now()
    measures = under_authority(session, desk.officer)
    return {
        "trail": [],
        "tasks": tasks(session, desk.officer, now),
        "measures": measures,
        "ahead": {one.id: duties.now_due(session, one, now) for one in measures},
        "red": [one for one in readings(session, now) if one.red],
    }


def tasks(session: Session, officer: Officer, now: datetime) -> list[Task]:
    """What this officer can do now, by measure and deadline, each thing once."""
    grouped: dict[tuple[int, str], Task] = {}
    for measure, due, link in _things(session, officer):
        key = (measure.number, due.name if due else "")
        overdue = due is not None and due.at <= now
        task = grouped.setdefault(key, Task(measure, (), due, overdue=overdue))
        if link not in task.links:
            grouped[key] = replace(task, links=(*task.links, link))
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        grouped.values(),
        key=lambda task: (task.due.at if task.due else far, task.measure.number),
    )


def _things(
    session: Session, officer: Officer
) -> Iterator[tuple[Measure, DeadlineKept | None, Link]]:
    for one in duties.queue(session, officer):
        if one.step.act in SELDOM or is_private(session, one.measure):
            continue
        if not one.step.certified or _can_be_certified(session, one.measure):
            yield one.measure, one.due, _link(one)
    for measure in under_authority(session, officer):
        yield from ((measure, None, link) for link in _work(session, officer, measure))


def under_authority(session: Session, officer: Officer) -> list[Measure]:
    """The measures under way in whose life this authority has a step."""
    endings = [stage.value for stage in stages.ENDINGS]
    rows = session.scalars(
        select(Measure)
        .where(Measure.jurisdiction_id == officer.jurisdiction, Measure.stage.not_in(endings))
        .order_by(Measure.number.desc())
    ).all()
    return [
        measure
        for measure in rows
        if not is_private(session, measure)
        and any(
            step.by.authority is officer.authority for step in LIVES[Instrument(measure.instrument)]
        )
    ]


def _link(one: Waiting) -> Link:
    """A step as a thing to do: a verdict chooses between the certified ones."""
    base = f"/desk/measures/{one.measure.number}"
    if one.step.certified:
        return Link("desk.task.certify", f"{base}/certify")
    name = one.step.act.value
    return Link(f"measure.act.{name}", f"{base}/acts/{name}")


def _can_be_certified(session: Session, measure: Measure) -> bool:
    """Returns come first; a reviewed petition has all its numbers."""
    if Stage(measure.stage) is not Stage.COUNTING:
        return True
    poll = polling.current_poll(session, measure)
    return poll is not None and canvassing.canvass(session, poll.id).complete


def _work(session: Session, officer: Officer, measure: Measure) -> Iterator[Link]:
    """What is no step of the measure and yet must be done before its next one."""
    base, stage = f"/desk/measures/{measure.number}", Stage(measure.stage)
    mine = duties.deciding(measure) is officer.authority and Role.EXAMINER in officer.roles
    if mine and stage in EXAMINED_AT:
        petition = petitions.of_measure(session, measure.id)
        if petition is not None and tallying.unsettled(session, petition.id):
            yield Link("desk.task.examine", f"{base}/examination")
    counting = stage is Stage.COUNTING and Role.CANVASSER in officer.roles
    if counting and not _can_be_certified(session, measure):
        yield Link("desk.task.returns", f"{base}/polling")


QUEUE: Final = Page("/desk", "queue", "desk.name", every_officer, _queue)
