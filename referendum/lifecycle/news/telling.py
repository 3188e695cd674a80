"""What of a measure's life is news, and what is none: nothing that asks anybody to sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.lifecycle import stages
from referendum.lifecycle.advisory.answer_tables import FollowUp
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import DeadlineMoved, Measure, Shift, StepTaken
from thresholds.vocabulary import DeadlineName, Instrument


class Kind(StrEnum):
    """What happened, as it is told."""

    OPENED = "opened"
    EXTENDED = "extended"
    CLOSED = "closed"
    EXAMINED = "examined"
    CALLED = "called"
    RESULT = "result"
    CORRECTED = "corrected"
    ANNULLED = "annulled"
    ANSWER = "answer"
    FOLLOW_UP = "follow_up"
    ENDED = "ended"


BY_ACT: Final[Mapping[Act, Kind]] = {
    Act.ADMIT: Kind.OPENED,
    Act.CLOSE_COLLECTION: Kind.CLOSED,
    Act.FIND_SUFFICIENT: Kind.EXAMINED,
    Act.CALL: Kind.CALLED,
    Act.RESET_DAY: Kind.CALLED,
    Act.CALL_REVOTE: Kind.CALLED,
    Act.DECLARE: Kind.RESULT,
    Act.CORRECT_RESULT: Kind.CORRECTED,
    Act.ANNUL_RESULT: Kind.ANNULLED,
    Act.ANSWER: Kind.ANSWER,
}
"""The acts that are news by themselves. Any other one is, where a measure ends with it."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened, with the mark by which it is told once."""

    measure: UUID
    mark: str
    kind: Kind
    at: datetime
    final: bool = False


def of_step(measure: Measure, step: StepTaken) -> News | None:
    """What a step tells; nothing of a recall that leads into its petition, or on within it."""
    instrument, act, target = Instrument(measure.instrument), Act(step.act), Stage(step.target)
    if target in stages.UNPUBLISHED or stages.is_quiet(instrument, target):
        return None
    final = target in stages.ENDINGS
    kind = BY_ACT.get(act, Kind.ENDED if final else None)
    if kind is None:
        return None
    return News(measure.id, f"step-{step.sequence}", kind, step.at, final)


def of_move(measure: Measure, moved: DeadlineMoved, at: datetime) -> News | None:
    """That there is more time to sign; that it is less is no favour to anybody, and not told."""
    later = moved.latest_after > moved.latest_before
    if moved.name != DeadlineName.COLLECTION_ENDS or not later or is_hushed(measure):
        return None
    return News(measure.id, f"shift-{moved.shift_id}", Kind.EXTENDED, at)


def of_follow_up(row: FollowUp) -> News:
    """That an office said something new of what followed an answer: once a day, however much."""
    mark = f"follow-up-{row.changed_at:%Y-%m-%d}"
    return News(row.measure_id, mark, Kind.FOLLOW_UP, row.changed_at)


def is_hushed(measure: Measure) -> bool:
    """Whether nobody follows it now, nothing of it is told and no feed has it."""
    stage = Stage(measure.stage)
    return stage in stages.UNPUBLISHED or stages.is_quiet(Instrument(measure.instrument), stage)


def history(session: Session, measures: Sequence[Measure]) -> list[News]:
    """All the news of these measures, the latest first; none of those that are hushed."""
    told = {one.id: one for one in measures if not is_hushed(one)}
    found: dict[tuple[UUID, str], News] = {}
    for one in sorted(_found(session, told), key=lambda one: (one.at, one.mark)):
        found.setdefault((one.measure, one.mark), one)
    return list(reversed(found.values()))


def _found(session: Session, told: Mapping[UUID, Measure]) -> Iterator[News]:
    steps = select(StepTaken).where(StepTaken.measure_id.in_(told))
    for step in session.scalars(steps):
        if (news := of_step(told[step.measure_id], step)) is not None:
            yield news
    moves = select(DeadlineMoved, Shift.at).join(Shift, Shift.id == DeadlineMoved.shift_id)
    for moved, at in session.execute(moves.where(DeadlineMoved.measure_id.in_(told))):
        if (news := of_move(told[moved.measure_id], moved, at)) is not None:
            yield news
    followed = select(FollowUp).where(FollowUp.measure_id.in_(told))
    yield from map(of_follow_up, session.scalars(followed))
