"""Which steps take two officers: the strict set, and what an authority leaves to one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.people import Actor, Authority, Officer
from referendum.kernel.proposals import SecondOfficerNeeded
from referendum.lifecycle.stages import ENDINGS, LIVES, Act, Step
from referendum.lifecycle.tables import LeftToOne

MOVES_DATES: Final = frozenset(
    {
        Act.CALL,
        Act.RESET_DAY,
        Act.CALL_REVOTE,
        Act.EXTEND,
        Act.ANNUL_RESULT,
        Act.CORRECT_RESULT,
    }
)
"""Acts that set a day, or undo what was announced for one."""


class Lock(StrEnum):
    """Why no authority may leave an act to one officer."""

    ENDS = "ends"
    MOVES_DATES = "moves_dates"


def lock_of(step: Step) -> Lock | None:
    """What keeps a step with two officers: it ends a measure, or moves a date."""
    if step.by.authority is None or step.certified:
        return None
    if step.target in ENDINGS:
        return Lock.ENDS
    return Lock.MOVES_DATES if step.act in MOVES_DATES else None


def is_locked(step: Step) -> bool:
    """Whether no authority may leave it to one officer."""
    return lock_of(step) is not None


def is_strict(step: Step) -> bool:
    """Whether it takes two officers unless its authority says otherwise: what rests on a paper."""
    if step.by.authority is None or step.certified:
        return False
    return is_locked(step) or step.document


def needs_two(session: Session, place: UUID, step: Step, *, recorded_from: bool) -> bool:
    """Whether a step waits for a second officer. What is transcribed always does.

    What two officers certify has its own two.
    """
    if step.by.authority is None or step.certified:
        return False
    if recorded_from or is_locked(step):
        return True
    return step.document and step.act not in left_to_one(session, place, step.by.authority)


def insist(session: Session, place: UUID, step: Step, by: Actor, *, recorded_from: bool) -> None:
    """Refuse an officer who comes alone to a step that takes two."""
    if not isinstance(by, Officer) or by.seconded_by is not None:
        return
    if needs_two(session, place, step, recorded_from=recorded_from):
        raise SecondOfficerNeeded(act=step.act.value)


def left_to_one(session: Session, place: UUID, authority: Authority) -> frozenset[Act]:
    """The acts that an authority leaves to one officer."""
    rows = select(LeftToOne.act).where(
        LeftToOne.jurisdiction_id == place, LeftToOne.authority == authority.value
    )
    return frozenset(Act(act) for act in session.scalars(rows))


def locks(authority: Authority) -> Iterator[tuple[Act, Lock | None]]:
    """Every act of an authority that takes two, and why it always does."""
    mine = [step for life in LIVES.values() for step in life if step.by.authority is authority]
    for act in Act:
        steps = [step for step in mine if step.act is act and is_strict(step)]
        if steps:
            found = (lock for step in steps if (lock := lock_of(step)) is not None)
            yield act, next(found, None)


def strict_acts(authority: Authority) -> Iterator[tuple[Act, bool]]:
    """The same, and only whether it always does."""
    return ((act, lock is not None) for act, lock in locks(authority))
