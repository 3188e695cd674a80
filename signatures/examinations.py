"""Automatic passes as they were asked for: who waits for one, how far it is, how it ended.

While it runs the pass itself writes how far it is (`examining`); how it ends (`finish`, `fail`) is
written with the end of the message that asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.errors import DomainError, Fact
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from signatures.errors import ExaminationBrokeOff, ExaminationNotFound, ExaminationUnderWay
from signatures.lines import Reason
from signatures.tables import Examination

STARTS: Final = 5
"""How often a pass is begun. What breaks off so often (memory, a defect) will break off again."""

QUIET: Final = timedelta(minutes=2)
"""Longer than anything between two signs of life, so that whoever waits may be told."""


@dataclass(frozen=True, slots=True)
class ExaminationReport:
    """What one automatic pass decided: `examined` is the sum of all the rest."""

    examined: int
    valid: int
    void: Mapping[Reason, int] = field(default_factory=lambda: MappingProxyType({}))
    open: Mapping[Reason, int] = field(default_factory=lambda: MappingProxyType({}))


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Course:
    """How a pass is going. `quiet`: no sign of life for longer than a running pass is silent."""

    id: UUID
    state: State
    asked_at: datetime
    ended_at: datetime | None
    done: int
    lines: int | None
    quiet: bool
    report: ExaminationReport | None
    refusal: str | None
    facts: Mapping[str, Fact]

    @property
    def under_way(self) -> bool:
        return self.ended_at is None


def ask(uow: UnitOfWork, petition_id: UUID, by: Officer) -> UUID:
    """Keep that a pass is wanted. One at a time, by a constraint and not by a check that races."""
    asked = Examination(id=uuid4(), petition_id=petition_id, asked_by=by.id, asked_at=uow.now())
    try:
        with uow.session.begin_nested():
            uow.session.add(asked)
    except IntegrityError as taken:
        if violates(taken, "uq_examination_under_way"):
            raise ExaminationUnderWay(petition=str(petition_id)) from taken
        raise
    return asked.id


def get(session: Session, examination_id: UUID) -> Examination:
    found = session.get(Examination, examination_id)
    if found is None:
        raise ExaminationNotFound(examination=str(examination_id))
    return found


def start(uow: UnitOfWork, examination_id: UUID) -> None:
    """A worker starts, for the first time or to go on. Refused where it broke off too often.

    What was published holds, and is entered however often that takes.
    """
    begun = _tell(uow, examination_id, starts=Examination.starts + 1)
    if begun.starts > STARTS and begun.published_at is None:
        raise ExaminationBrokeOff(times=STARTS)


def keep(uow: UnitOfWork, examination_id: UUID, **values: Any) -> None:
    """How far a pass is: with what it has done, in the same transaction."""
    _tell(uow, examination_id, **values)


def finish(uow: UnitOfWork, examination_id: UUID) -> ExaminationReport:
    """All that the pass decided is entered."""
    report = get(uow.session, examination_id).facts or {}
    ended = {"ended_at": uow.now(), "report": report, "facts": None}
    _tell(uow, examination_id, done=report["examined"], lines=report["examined"], **ended)
    return _report(report)


def fail(uow: UnitOfWork, examination_id: UUID, refused: DomainError) -> None:
    """The pass was refused, for this reason, and nothing of it holds."""
    why = {"refusal": refused.code, "facts": refused.facts}
    _tell(uow, examination_id, ended_at=uow.now(), done=0, **why)


def under_way(session: Session, petition_id: UUID) -> bool:
    """Whether a pass was asked for that has not ended."""
    going = exists().where(Examination.petition_id == petition_id, Examination.ended_at.is_(None))
    return bool(session.scalar(select(going)))


def latest(session: Session, petition_id: UUID) -> Course | None:
    """The pass that was asked for last."""
    newest = (
        select(Examination, _silence())
        .where(Examination.petition_id == petition_id)
        .order_by(Examination.asked_at.desc(), Examination.ended_at.desc().nulls_first())
        .limit(1)
    )
    row = session.execute(newest, execution_options={"populate_existing": True}).first()
    return _course(*row) if row is not None else None


def one(session: Session, petition_id: UUID, examination_id: UUID) -> Course:
    """A pass over this petition, of which the caller must have the right to know."""
    asked = select(Examination, _silence()).where(
        Examination.petition_id == petition_id, Examination.id == examination_id
    )
    row = session.execute(asked, execution_options={"populate_existing": True}).first()
    if row is None:
        raise ExaminationNotFound(examination=str(examination_id))
    return _course(*row)


def _silence() -> Any:
    return (func.clock_timestamp() - Examination.seen_at).label("silence")


def _tell(uow: UnitOfWork, examination_id: UUID, **values: Any) -> Examination:
    told = (
        update(Examination)
        .where(Examination.id == examination_id)
        .values(seen_at=func.clock_timestamp(), **values)
        .returning(Examination)
    )
    return uow.session.execute(told, execution_options={"populate_existing": True}).scalar_one()


def _course(kept: Examination, silence: timedelta) -> Course:
    return Course(
        id=kept.id,
        state=_state(kept),
        asked_at=kept.asked_at,
        ended_at=kept.ended_at,
        done=kept.done,
        lines=kept.lines,
        quiet=kept.ended_at is None and silence > QUIET,
        report=None if kept.report is None else _report(kept.report),
        refusal=kept.refusal,
        facts=kept.facts or {} if kept.refusal else {},
    )


def _state(kept: Examination) -> State:
    if kept.refusal is not None:
        return State.FAILED
    if kept.report is not None:
        return State.FINISHED
    return State.RUNNING if kept.starts else State.WAITING


def _report(told: Mapping[str, Any]) -> ExaminationReport:
    return ExaminationReport(
        examined=told["examined"],
        valid=told["valid"],
        void={Reason(why): count for why, count in told["void"].items()},
        open={Reason(why): count for why, count in told["open"].items()},
    )
