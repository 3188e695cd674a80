"""Taking a step: the only way in which a measure's stage changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from referendum.kernel.addresses import Addresses
from referendum.kernel.log import LogKey
from referendum.kernel.people import Actor, Authority, Calendar, Officer, Resident, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import holds, stages
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.errors import (
    DocumentAhead,
    DocumentNeeded,
    MeasureNotFound,
    NotRepresentative,
    NotYourAct,
)
from referendum.lifecycle.stages import Act, By, Stage, Step
from referendum.lifecycle.tables import CalendarRefusal, Measure, Representative, StepTaken
from referendum.roll import places
from referendum.roll.tables import Jurisdiction
from signatures import petitions
from thresholds.vocabulary import Instrument

SILENT: Final = frozenset({Act.FREEZE_ROLL, Act.STATE_ELECTORS})
"""Steps that representatives need not be told of."""


@dataclass(frozen=True, slots=True)
class Means:
    """What acts need besides their transaction."""

    vault: Vault
    log_key: LogKey
    addresses: Addresses
    demo: bool = False
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of the deciding authority, by number and date."""

    number: str
    day: date


@dataclass(frozen=True, slots=True)
class Particulars:
    """What an act is given with."""

    document: Document | None = None
    reason: str | None = None
    day: date | None = None
    """A day that the act sets: of the vote, of an extension."""
    electors: Mapping[UUID, int] = field(default_factory=dict)
    """Published electors by district."""
    source: str | None = None
    """Where published figures come from."""
    excluded: str | None = None
    """The one excluded subject on which a refusal relies, by its key in the rulebook."""


NOTHING: Final = Particulars()


def lock(session: Session, measure_id: UUID) -> Measure:
    """The measure, held for this transaction.

    Locks are taken in one order: the measure, then its petition, then its poll and boxes; one
    measure at a time. Who signs takes the petition alone, shared, and no measure.
    """
    measure = session.get(Measure, measure_id, with_for_update=True, populate_existing=True)
    if measure is None:
        raise MeasureNotFound(measure=str(measure_id))
    return measure


def take(
    uow: UnitOfWork,
    measure: Measure,
    act: Act,
    by: Actor,
    given: Particulars = NOTHING,
    *,
    at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
) -> StepTaken:
    """Take one step of a locked measure, or refuse and say why."""
    step = stages.find(Instrument(measure.instrument), Stage(measure.stage), act)
    holds.insist_on_none(uow.session, measure.id, under_hold=step.under_hold)
    recorded_from = insist_on_right(uow.session, measure, step, by, given)
    insist_on_document(step, given)
    insist_not_ahead(uow, measure.jurisdiction_id, given.document)
    effective = at or uow.now()
    authority = step.by.authority
    document = given.document
    entry = uow.record(
        "measure.step_taken",
        by=by,
        measure=measure.id,
        at=effective,
        facts={
            "act": act.value,
            "source": step.source.value,
            "target": step.target.value,
            "authority": authority.value if authority else None,
            "recorded_from": recorded_from,
            "document": document.number if document else None,
            **(facts or {}),
        },
    )
    taken = StepTaken(
        measure_id=measure.id,
        sequence=_next_sequence(uow.session, measure.id),
        act=act.value,
        source=step.source.value,
        target=step.target.value,
        at=effective,
        by=by.mark,
        authority=authority.value if authority else None,
        recorded_from=recorded_from,
        document_number=document.number if document else None,
        document_date=document.day if document else None,
        reason=given.reason,
        facts=dict(facts or {}),
        entry_id=entry,
    )
    uow.session.add(taken)
    measure.stage = step.target.value
    uow.session.flush()
    uow.session.execute(delete(CalendarRefusal).where(CalendarRefusal.measure_id == measure.id))
    if step.source is Stage.COLLECTING:
        _stop_collecting(uow, measure, effective)
    happened = deadlines.events_by(Instrument(measure.instrument), act)
    deadlines.refresh(uow.session, measure, new=happened)
    if act not in SILENT:
        uow.later("notices.tell_step", measure_id=str(measure.id), sequence=str(taken.sequence))
    return taken


def insist_on_right(
    session: Session, measure: Measure, step: Step, by: Actor, given: Particulars
) -> bool:
    """Refuse an actor who may not take this step; True where it is recorded from a document."""
    match by:
        case Calendar() if step.by is By.CALENDAR:
            return False
        case Resident() if step.by is By.INITIATOR:
            insist_on_representative(session, measure.id, by.person)
            return False
        case Officer() if step.by.authority and by.jurisdiction == measure.jurisdiction_id:
            by.insist(Role.CERTIFIER if step.certified else Role.CLERK, fresh=step.certified)
            if by.authority is step.by.authority:
                return False
            operators = session.get_one(Jurisdiction, measure.jurisdiction_id).operated_by
            recording = by.authority in operators and step.by.authority not in operators
            if recording:
                if given.document is None:
                    raise DocumentNeeded(act=step.act.value, authority=step.by.value)
                return True
    raise NotYourAct(act=step.act.value, by=step.by.value)


def insist_on_authority(
    session: Session,
    measure: Measure,
    by: Officer,
    *,
    act: str,
    deciding: Collection[Authority] | None = None,
) -> None:
    """Refuse an officer of another authority in what is no step: halts, overrides, returns.

    It is for the `deciding` authorities (without them, all that have a step in this life); where
    one of them does not work here itself, those who operate the service transcribe for it.
    """
    life = stages.LIVES[Instrument(measure.instrument)]
    own = set(deciding or (step.by.authority for step in life if step.by.authority))
    operators = set(session.get_one(Jurisdiction, measure.jurisdiction_id).operated_by)
    allowed = own if own <= operators else own | operators
    if by.jurisdiction != measure.jurisdiction_id or by.authority not in allowed:
        raise NotYourAct(act=act, by=by.authority.value)


def insist_on_document(step: Step, given: Particulars) -> None:
    """Refuse a step that stands on a paper where the paper or the reason is not named."""
    if not step.document:
        return
    facts = {"act": step.act.value, "authority": step.by.value}
    if given.document is None:
        raise DocumentNeeded(**facts)
    if not (given.reason or "").strip():
        raise DocumentNeeded(**facts, field="reason")


def insist_not_ahead(
    uow: UnitOfWork,
    jurisdiction_id: UUID,
    *papers: Document | None,
    field: str = "document_day",
) -> None:
    """Refuse a paper, at its field, that nobody can have in hand yet."""
    today = places.today(uow, jurisdiction_id)
    for paper in papers:
        if paper is not None and paper.day > today:
            raise DocumentAhead(field=field, day=paper.day.isoformat())


def insist_on_representative(session: Session, measure_id: UUID, person: UUID) -> None:
    """Refuse anyone who does not represent this measure now."""
    here = select(Representative.id).where(
        Representative.measure_id == measure_id,
        Representative.person_id == person,
        Representative.left_at.is_(None),
    )
    if session.scalar(here) is None:
        raise NotRepresentative(measure=str(measure_id))


def history(session: Session, measure_id: UUID) -> Sequence[StepTaken]:
    """Every step taken, in order."""
    taken = select(StepTaken).where(StepTaken.measure_id == measure_id)
    return session.scalars(taken.order_by(StepTaken.sequence)).all()


def times_taken(session: Session, measure_id: UUID, act: Act) -> int:
    """How often an act was taken: some may be taken once only."""
    taken = select(func.count()).where(
        StepTaken.measure_id == measure_id, StepTaken.act == act.value
    )
    return session.scalar(taken) or 0


def _stop_collecting(uow: UnitOfWork, measure: Measure, at: datetime) -> None:
    """Whatever ends the collection closes the petition: the deadline, a withdrawal, a court."""
    petition = petitions.of_measure(uow.session, measure.id)
    if petition is not None:
        petitions.close(uow, petition.id, at=at)


def _next_sequence(session: Session, measure_id: UUID) -> int:
    last = select(func.max(StepTaken.sequence)).where(StepTaken.measure_id == measure_id)
    return (session.scalar(last) or 0) + 1
