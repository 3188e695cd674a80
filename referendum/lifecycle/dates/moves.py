"""What moved: every deadline before and after, with why. Kept, and shown before it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError, Fact, Refusal
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.acting import Document
from referendum.lifecycle.tables import DeadlineKept, DeadlineMoved, Measure, Shift
from thresholds.windows import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One deadline that moved, or would: its last day before and after, and the new day's sum."""

    measure: UUID
    number: int
    name: str
    before: date
    after: date
    districts_before: Mapping[str, str]
    """By the id of a district with another last day: that day."""
    districts_after: Mapping[str, str]
    sum_ko: str
    sum_en: str

    @property
    def latest_before(self) -> date:
        return latest(self.before, self.districts_before)

    @property
    def latest_after(self) -> date:
        return latest(self.after, self.districts_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What moved them: the act by its name in the record, and what people are told of it."""

    act: str
    about: UUID
    reason: str
    title_ko: str | None = None
    title_en: str | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One deadline's move with what moved it, as pages tell of it."""

    shift: Shift
    moved: DeadlineMoved
    measure: Measure


class MovesUnseen(DomainError):
    """It moves deadlines, and whoever asks for it has not seen which. Facts: `seen`, `moved`.

    Whoever has looked sends `seen` with it: as long as it still moves the same, it is done.
    """

    code: ClassVar[str] = "moves-unseen"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT

    def __init__(self, moved: Sequence[Moved]) -> None:
        told: Fact = facts(moved)
        super().__init__(seen=digest(moved), moved=told)
        self.moved = moved


def insist_seen(moved: Sequence[Moved], seen: str | None) -> None:
    """Refuse what moves other deadlines than were shown; None: nobody was to be shown any."""
    if seen is not None and moved and digest(moved) != seen:
        raise MovesUnseen(moved)


def latest(day: date, districts: Mapping[str, str]) -> date:
    """The last day anywhere."""
    return max([day, *map(date.fromisoformat, districts.values())])


def between(measure: Measure, kept: DeadlineKept, found: Deadline) -> Moved | None:
    """One deadline as kept beside what it becomes; None where its days stay."""
    before = {district: str(own["day"]) for district, own in kept.districts.items()}
    after = {district: day.isoformat() for district, day in found.districts.items()}
    if (kept.day, before) == (found.date, after):
        return None
    return Moved(
        measure=measure.id,
        number=measure.number,
        name=found.name.value,
        before=kept.day,
        after=found.date,
        districts_before=before,
        districts_after=after,
        sum_ko=found.sum["ko"],
        sum_en=found.sum["en"],
    )


def facts(moved: Iterable[Moved]) -> list[dict[str, str | int | None]]:
    """What the record keeps of them, within the entry of what moved them."""
    return [
        {
            "measure": one.number,
            "deadline": one.name,
            "from": one.latest_before.isoformat(),
            "to": one.latest_after.isoformat(),
        }
        for one in moved
    ]


def digest(moved: Sequence[Moved]) -> str:
    """Of what an officer was shown: it is done as long as it still moves the same."""
    told = sorted(
        [
            *(one.number, one.name, one.before.isoformat(), one.after.isoformat()),
            *(sorted(one.districts_before.items()), sorted(one.districts_after.items())),
        ]
        for one in moved
    )
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def keep(
    uow: UnitOfWork, jurisdiction_id: UUID, cause: Cause, moved: Sequence[Moved], *, entry: UUID
) -> None:
    """Write down what a cause moved, and ask that those concerned are told. Nothing for nothing."""
    if not moved:
        return
    shift = Shift(
        id=uuid4(),
        jurisdiction_id=jurisdiction_id,
        cause=cause.act,
        about=cause.about,
        title_ko=cause.title_ko,
        title_en=cause.title_en,
        reason=cause.reason.strip(),
        document_number=cause.document.number.strip() if cause.document else None,
        document_date=cause.document.day if cause.document else None,
        at=uow.now(),
        entry_id=entry,
    )
    uow.session.add(shift)
    uow.session.flush()
    uow.session.add_all(
        DeadlineMoved(
            measure_id=one.measure,
            shift_id=shift.id,
            name=one.name,
            before=one.before,
            after=one.after,
            districts_before=dict(one.districts_before),
            districts_after=dict(one.districts_after),
            sum_ko=one.sum_ko,
            sum_en=one.sum_en,
        )
        for one in moved
    )
    uow.later("notices.tell_moved", shift_id=str(shift.id))


ALL: Final = (
    select(Shift, DeadlineMoved, Measure)
    .join(DeadlineMoved, DeadlineMoved.shift_id == Shift.id)
    .join(Measure, Measure.id == DeadlineMoved.measure_id)
    .order_by(Shift.at.desc(), Measure.number, DeadlineMoved.before, DeadlineMoved.name)
)


def of_causes(session: Session, jurisdiction_id: UUID, causes: Iterable[str]) -> list[Told]:
    """What such acts have moved in a place, the latest first."""
    here = Shift.jurisdiction_id == jurisdiction_id, Shift.cause.in_(list(causes))
    return [Told(*row) for row in session.execute(ALL.where(*here))]


def of_measure(session: Session, measure_id: UUID) -> list[Told]:
    """What has moved of one measure, the latest first."""
    rows = session.execute(ALL.where(DeadlineMoved.measure_id == measure_id))
    return [Told(*row) for row in rows]


def since(session: Session, jurisdiction_id: UUID, moment: datetime) -> list[Told]:
    """What has moved in a place since a moment, the latest first."""
    here = Shift.jurisdiction_id == jurisdiction_id, Shift.at >= moment
    return [Told(*row) for row in session.execute(ALL.where(*here))]


def of_shift(session: Session, shift_id: UUID) -> list[Told]:
    """What one shift has moved."""
    return [Told(*row) for row in session.execute(ALL.where(Shift.id == shift_id))]
