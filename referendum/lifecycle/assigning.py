"""Who of an office sees to a task: taken on, handed to a colleague, given back.

It is a note among colleagues and no power: whoever may do a thing may do it, whoever has it, and
nobody is handed what they could not do. The next stage of a measure has other tasks, so what was
taken on before it is nobody's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.identity import absences, staff
from referendum.identity.tables import Staff
from referendum.kernel import assignments
from referendum.kernel.assignments import Assignment, Thing
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import locating, waiting
from referendum.lifecycle.tables import StepTaken
from referendum.lifecycle.waiting import Task

HANDS_OUT = frozenset({Role.CLERK, Role.ADMINISTRATOR})
"""Who hands a colleague what is not their own."""


class TaskNotFound(DomainError):
    """Nothing of that name waits in this office: it was done, or the measure went on."""

    code: ClassVar[str] = "task-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class TaskIsAnothers(DomainError):
    """Only whoever has a task gives it away, or a clerk or administrator of the office."""

    code: ClassVar[str] = "task-is-anothers"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class ColleagueCannot(DomainError):
    """The colleague lacks what the task takes, or has no account in use."""

    code: ClassVar[str] = "colleague-cannot"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "colleague"


class Whose(StrEnum):
    MINE = "mine"
    NOBODYS = "nobodys"
    COLLEAGUES = "colleagues"


@dataclass(frozen=True, slots=True)
class Held:
    """A task, and who has it."""

    task: Task
    whose: Whose
    holder: UUID | None = None
    turn: int = 0
    """The last turn, by which whoever acts says what they saw."""

    @property
    def mark(self) -> str:
        return f"officer:{self.holder}"


def held(session: Session, officer: Officer, found: Sequence[Task]) -> list[Held]:
    """Tasks of this officer's office, each with who has it now; nobody while they are away."""
    measures = {one.measure.id for one in found}
    last = assignments.latest(session, measures, officer.authority)
    since = _stages_since(session, measures)
    away = absences.away(session, [row.holder for row in last.values() if row.holder])
    told = []
    for task in found:
        row = last.get((task.measure.id, task.name))
        holder = row.holder if row is not None else None
        if row is None or row.after_step < since.get(task.measure.id, 0) or holder in away:
            holder = None
        told.append(Held(task, _whose(holder, officer), holder, row.turn if row else 0))
    return told


def of_office(session: Session, by: Officer, now: datetime) -> list[Held]:
    """All that waits in an office, whoever of it could do it."""
    anybody = replace(by, roles=frozenset(Role))
    under_way = waiting.measures(session, by)
    return held(session, by, waiting.tasks(session, anybody, under_way, now))


def find(session: Session, by: Officer, number: int, name: str, now: datetime) -> Held:
    """One task of the office; refused where none of that name waits."""
    measure = locating.numbered(session, by.jurisdiction, number)
    anybody = replace(by, roles=frozenset(Role))
    if locating.is_private(session, measure):
        raise TaskNotFound(number=number)
    for task in waiting.tasks(session, anybody, [measure], now):
        if task.name == name:
            return held(session, by, [task])[0]
    raise TaskNotFound(number=number)


def history(session: Session, by: Officer, one: Held) -> Sequence[Assignment]:
    """Everybody who had it, the first one first."""
    return assignments.turns(session, _thing(by, one))


def able(session: Session, by: Officer, one: Held, now: datetime) -> list[Staff]:
    """The colleagues who could do it: an account in use, and the roles."""
    rows = select(Staff).where(
        Staff.jurisdiction_id == by.jurisdiction,
        Staff.authority == by.authority.value,
        Staff.disabled_at.is_(None),
        Staff.password_hash.is_not(None),
    )
    accounts = session.scalars(rows.order_by(Staff.display_name, Staff.username))
    return [each for each in accounts if _can(session, each.id, one.task, now)]


def take(uow: UnitOfWork, number: int, name: str, *, seen: int, by: Officer) -> None:
    """I see to it: what is nobody's, or mine already. Refused to whoever could not do it."""
    one = find(uow.session, by, number, name, uow.now())
    own = waiting.tasks(uow.session, by, [one.task.measure], uow.now())
    if name not in {task.name for task in own}:
        raise ColleagueCannot(colleague=str(by.id))
    if one.whose is Whose.COLLEAGUES and not by.roles & HANDS_OUT:
        raise TaskIsAnothers
    _turn(uow, one, by.id, seen=seen, by=by)


def hand_on(uow: UnitOfWork, number: int, name: str, to: UUID, *, seen: int, by: Officer) -> None:
    """A colleague sees to it: by whoever has it, or by those who hand out."""
    one = find(uow.session, by, number, name, uow.now())
    _insist_may_give(one, by)
    if to not in {each.id for each in able(uow.session, by, one, uow.now())}:
        raise ColleagueCannot(colleague=str(to))
    _turn(uow, one, to, seen=seen, by=by)


def give_back(uow: UnitOfWork, number: int, name: str, *, seen: int, by: Officer) -> None:
    """Nobody sees to it any more."""
    one = find(uow.session, by, number, name, uow.now())
    if one.holder is None:
        raise TaskIsAnothers
    _insist_may_give(one, by)
    _turn(uow, one, None, seen=seen, by=by)


def _insist_may_give(one: Held, by: Officer) -> None:
    if one.whose is not Whose.MINE and not by.roles & HANDS_OUT:
        raise TaskIsAnothers


def _turn(uow: UnitOfWork, one: Held, holder: UUID | None, *, seen: int, by: Officer) -> None:
    last = select(func.max(StepTaken.sequence)).where(StepTaken.measure_id == one.task.measure.id)
    assignments.turn(
        uow,
        _thing(by, one),
        place=by.jurisdiction,
        holder=holder,
        seen=seen,
        after_step=uow.session.scalar(last) or 0,
        by=by.id,
    )


def _thing(by: Officer, one: Held) -> Thing:
    return Thing(one.task.measure.id, by.authority, one.task.name)


def _whose(holder: UUID | None, officer: Officer) -> Whose:
    if holder is None:
        return Whose.NOBODYS
    return Whose.MINE if holder == officer.id else Whose.COLLEAGUES


def _stages_since(session: Session, measures: Collection[UUID]) -> dict[UUID, int]:
    """Of each the step with which it came to where it stands."""
    came = (
        select(StepTaken.measure_id, func.max(StepTaken.sequence))
        .where(StepTaken.measure_id.in_(measures), StepTaken.source != StepTaken.target)
        .group_by(StepTaken.measure_id)
    )
    return {row[0]: row[1] for row in session.execute(came)}


def _can(session: Session, staff_id: UUID, task: Task, now: datetime) -> bool:
    officer = staff.officer_now(session, staff_id)
    own = waiting.tasks(session, officer, [task.measure], now)
    return task.name in {one.name for one in own}
