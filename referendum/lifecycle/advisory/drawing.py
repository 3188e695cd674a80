"""The order of an advisory vote's options: a lot from public randomness named beforehand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.kernel import draw
from referendum.kernel.draw import Drawn, Source
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.record import RecordEntry
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries, rules, stages
from referendum.lifecycle.advisory.answer_tables import DrawCommitted, DrawValue
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure, StepTaken
from thresholds.vocabulary import Instrument

OFFICERS: Final = 2
SETTLED: Final = frozenset({Stage.VOTING, Stage.COUNTING, Stage.DECLARED, Stage.ANSWERED})
"""From the opening of the polls on, the order can no longer change."""


class DrawCommittedBefore(DomainError):
    """What is named beforehand is named once: a second choice could be a wish."""

    code: ClassVar[str] = "draw-committed-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DrawNotCommitted(DomainError):
    code: ClassVar[str] = "draw-not-committed"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DrawNotHeld(DomainError):
    """The day on which the value becomes known has not come."""

    code: ClassVar[str] = "draw-not-held"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DrawSettled(DomainError):
    """Two officers have entered the same value, or the polls have opened without one."""

    code: ClassVar[str] = "draw-settled"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DrawDayNotAllowed(DomainError):
    """The value must be unknown today, and known before the polls open."""

    code: ClassVar[str] = "draw-day-not-allowed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "day"


class LotState(StrEnum):
    NOT_COMMITTED = "not_committed"
    COMMITTED = "committed"
    DRAWN = "drawn"
    FALLBACK = "fallback"
    """No value was entered in time: the record's own entry stands in for it."""


@dataclass(frozen=True, slots=True)
class Lot:
    """How the order of the options stands, with all that is needed to draw it again."""

    state: LotState
    committed: DrawCommitted | None
    values: tuple[DrawValue, ...]
    source: str | None
    value: str | None
    drawn: tuple[Drawn, ...]

    @property
    def disagree(self) -> bool:
        """Whether two officers have read different values."""
        latest = _latest(self.values).values()
        return len({one.value for one in latest}) > 1


def commit(
    uow: UnitOfWork, measure_id: UUID, *, kind: Source, name: str, number: str, day: date,
    by: Officer,
) -> DrawCommitted:  # fmt: skip
    """Name the future draw whose value decides, before it is known; it goes on record now."""
    measure = _called(uow, measure_id, by, act=Entry.COMMIT_DRAW)
    if uow.session.get(DrawCommitted, measure.id) is not None:
        raise DrawCommittedBefore
    _insist_on_day(uow, measure, day)
    source = draw.one_line(f"{kind.value} {draw.one_line(name)} {draw.one_line(number)}")
    entry = uow.record(
        "draw.committed",
        by=by,
        measure=measure.id,
        facts={"source": source, "day": day.isoformat(), "subject": str(measure.id)},
    )
    committed = DrawCommitted(
        measure_id=measure.id,
        kind=kind.value,
        source=source,
        day=day,
        committed_by=by.mark,
        committed_at=uow.now(),
        entry_id=entry,
    )
    uow.session.add(committed)
    uow.session.flush()
    return committed


def enter_value(
    uow: UnitOfWork, measure_id: UUID, *, value: str, published_in: str, by: Officer
) -> Lot:
    """Enter what was published. When a second officer enters the same, the order is drawn."""
    measure = _called(uow, measure_id, by, act=Entry.ENTER_DRAW)
    committed = uow.session.get(DrawCommitted, measure.id)
    if committed is None:
        raise DrawNotCommitted
    if rules.today(uow, measure) < committed.day:
        raise DrawNotHeld(day=committed.day.isoformat())
    if lot(uow.session, measure).state is not LotState.COMMITTED:
        raise DrawSettled
    read = draw.published(Source(committed.kind), value)
    sequence = _next_sequence(uow.session, measure.id)
    entry = uow.record(
        "draw.value_entered",
        by=by,
        measure=measure.id,
        facts={"sequence": sequence, "value": read},
    )
    row = DrawValue(
        measure_id=measure.id,
        sequence=sequence,
        value=read,
        published_in=draw.one_line(published_in),
        entered_by=by.mark,
        entered_at=uow.now(),
        entry_id=entry,
    )
    uow.session.add(row)
    uow.session.flush()
    found = lot(uow.session, measure)
    if found.state is LotState.DRAWN:
        order = [item.key for item in found.drawn]
        facts = {"value": read, "order": order}
        uow.record("draw.held", by=by, measure=measure.id, facts=facts)
    return found


def lot(session: Session, measure: Measure) -> Lot:
    """How the order stands now. It is read, never kept: everyone computes it anew."""
    committed = session.get(DrawCommitted, measure.id)
    values = _values(session, measure.id)
    agreed = _agreed(values)
    if committed is not None and agreed is not None:
        return _lot(LotState.DRAWN, measure, committed, values, committed.source, agreed)
    if Stage(measure.stage) in SETTLED:
        entry = _standing_in(session, measure, committed)
        source, value = f"record {entry.id}", hashlib.sha256(entry.leaf).hexdigest()
        return _lot(LotState.FALLBACK, measure, committed, values, source, value)
    state = LotState.NOT_COMMITTED if committed is None else LotState.COMMITTED
    return Lot(state, committed, values, None, None, ())


def options(session: Session, measure: Measure) -> list[Any]:
    """The measure's options in the order of the lot; of other instruments as they are written."""
    if measure.instrument != Instrument.ADVISORY:
        return list(measure.options)
    return in_order(lot(session, measure), measure)


def in_order(found: Lot, measure: Measure) -> list[Any]:
    """The options as this lot has put them; as they are written while nothing is drawn."""
    places = {item.key: place for place, item in enumerate(found.drawn)}
    return sorted(measure.options, key=lambda option: places.get(option["key"], 0))


def insist_on_office(session: Session, measure: Measure, by: Officer, *, act: str) -> None:
    """Refuse all but clerks of the mayor's office in what belongs to an advisory vote alone."""
    if measure.instrument != Instrument.ADVISORY:
        raise stages.ActNotAllowed(stage=measure.stage, act=act, possible=[])
    acting.insist_on_authority(session, measure, by, act=act, deciding=[Authority.MAYOR])
    by.insist(Role.CLERK)


def _called(uow: UnitOfWork, measure_id: UUID, by: Officer, *, act: Entry) -> Measure:
    """The measure, locked, between its call and the opening of the polls."""
    measure = acting.lock(uow.session, measure_id)
    insist_on_office(uow.session, measure, by, act=act.value)
    entries.insist(measure, act)
    opens = deadlines.kept(uow.session, measure.id, "polls_open")
    if opens is not None and opens.at <= uow.now():
        raise DrawSettled
    return measure


def days_allowed(uow: UnitOfWork, measure: Measure) -> tuple[date, date]:
    """From tomorrow, so that nobody can know the value, to the eve of the vote."""
    first = rules.today(uow, measure) + deadlines.ONE_DAY
    opens = deadlines.kept(uow.session, measure.id, "polls_open")
    return first, first if opens is None else opens.day - deadlines.ONE_DAY


def _insist_on_day(uow: UnitOfWork, measure: Measure, day: date) -> None:
    first, last = days_allowed(uow, measure)
    if not first <= day <= last:
        raise DrawDayNotAllowed(first=first.isoformat(), last=last.isoformat())


def _lot(
    state: LotState,
    measure: Measure,
    committed: DrawCommitted | None,
    values: tuple[DrawValue, ...],
    source: str,
    value: str,
) -> Lot:
    keys = [option["key"] for option in measure.options]
    found = draw.drawn(keys, source=source, value=value, subject=str(measure.id))
    return Lot(state, committed, values, source, value, found)


def _values(session: Session, measure_id: UUID) -> tuple[DrawValue, ...]:
    rows = select(DrawValue).where(DrawValue.measure_id == measure_id)
    return tuple(session.scalars(rows.order_by(DrawValue.sequence)))


def _latest(values: tuple[DrawValue, ...]) -> dict[str, DrawValue]:
    """What each officer entered last: a slip of the hand is corrected by entering again."""
    return {one.entered_by: one for one in values}


def _agreed(values: tuple[DrawValue, ...]) -> str | None:
    latest = [one.value for one in _latest(values).values()]
    return next((value for value in latest if latest.count(value) >= OFFICERS), None)


def _next_sequence(session: Session, measure_id: UUID) -> int:
    last = select(func.max(DrawValue.sequence)).where(DrawValue.measure_id == measure_id)
    return (session.scalar(last) or 0) + 1


def _standing_in(
    session: Session, measure: Measure, committed: DrawCommitted | None
) -> RecordEntry:
    """The entry of the commitment; where there was none, that of the call."""
    called = (
        select(StepTaken.entry_id)
        .where(StepTaken.measure_id == measure.id, StepTaken.act == Act.CALL.value)
        .order_by(StepTaken.sequence)
    )
    entry = session.scalars(called).first() if committed is None else committed.entry_id
    return session.get_one(RecordEntry, entry)
