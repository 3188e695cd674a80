"""Who may act on a measure, with what: asked of every act before any number is looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.identity import staff
from referendum.kernel.addresses import Addresses
from referendum.kernel.errors import DomainError
from referendum.kernel.log import LogKey
from referendum.kernel.people import (
    Actor,
    Authority,
    Calendar,
    FreshCodeNeeded,
    Officer,
    Resident,
    Role,
)
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import stages
from referendum.lifecycle.errors import (
    DocumentAhead,
    DocumentNeeded,
    MeasureNotFound,
    NotRepresentative,
    NotYourAct,
)
from referendum.lifecycle.stages import Act, By, Step
from referendum.lifecycle.tables import Measure, Representative, StepTaken
from referendum.papers.naming import Document as Document  # noqa: PLC0414  # a word of acts too
from referendum.papers.naming import Issuer
from referendum.roll import places
from referendum.roll.tables import Jurisdiction
from signatures.handing_in import Sheet
from thresholds.vocabulary import Instrument


@dataclass(frozen=True, slots=True)
class Means:
    """What acts need besides their transaction."""

    vault: Vault
    log_key: LogKey
    addresses: Addresses
    demo: bool = False
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """Who signed for an office's holder by delegation within the office (전결), and as what."""

    name: str
    office: str


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
    sheets: tuple[Sheet, ...] = ()
    """What is handed in on paper, beside what was keyed in before."""
    excluded: str | None = None
    """The one excluded subject on which a refusal relies, by its key in the rulebook."""
    deputy: Deputy | None = None
    """Who signed by delegation, where the office's holder did not sign."""
    issuer: Issuer | None = None
    """Whose paper it is, where a step may rest on one of several bodies'."""


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


def share(session: Session, measure_id: UUID) -> Measure:
    """The measure, shared and kept as it stands: acts and halts wait, others who key do not."""
    measure = session.get(
        Measure, measure_id, with_for_update={"read": True}, populate_existing=True
    )
    if measure is None:
        raise MeasureNotFound(measure=str(measure_id))
    return measure


@dataclass(frozen=True, slots=True)
class Right:
    """Whether somebody may take a step at all, and what is asked of them when they do.

    A fresh code and a paper are not part of the answer: a button is shown without them.
    """

    refusal: DomainError | None = None
    """Why they may not."""
    code: bool = False
    """Whether a code must have been given again just before."""
    recorded_from: bool = False
    """Whether they only transcribe what the deciding authority's paper says."""


def right(session: Session, measure: Measure, step: Step, by: Actor) -> Right:
    """Who may take a step: the calendar, a representative, an officer of the right authority."""
    match by:
        case Calendar() if step.by is By.CALENDAR:
            return Right()
        case Resident() if step.by is By.INITIATOR:
            mine = represents(session, measure.id, by.person)
            return Right(None if mine else NotRepresentative(measure=str(measure.id)))
        case Officer() if step.by.authority and by.jurisdiction == measure.jurisdiction_id:
            role = Role.CERTIFIER if step.certified else Role.CLERK
            if role not in by.roles:
                return Right(by.lacking(role))
            recorded = records_from(session, measure, by, step.by.authority)
            if recorded is not None:
                return Right(code=step.certified, recorded_from=recorded)
    return Right(NotYourAct(act=step.act.value, by=step.by.value))


def insist_on_right(found: Right, step: Step, by: Actor, given: Particulars) -> None:
    """Refuse whoever has no such right, or comes without the code or the paper that it asks for."""
    if found.refusal is not None:
        raise found.refusal
    if found.code and isinstance(by, Officer) and not by.fresh:
        raise FreshCodeNeeded
    if found.recorded_from and given.document is None:
        raise DocumentNeeded(act=step.act.value, authority=step.by.value)


def records_from(
    session: Session, measure: Measure, by: Officer, deciding: Authority
) -> bool | None:
    """Whether this officer only records what another authority decided; None: neither may they.

    An authority decides for itself. Where it does not work here and nobody of it has an account,
    those who operate the service transcribe from its paper.
    """
    return records_for(session, measure.jurisdiction_id, by, deciding)


def records_for(session: Session, place: UUID, by: Officer, deciding: Authority) -> bool | None:
    """The same of what is no measure's: whether they record it for another office, or may not."""
    if by.authority is deciding:
        return False
    operators = session.get_one(Jurisdiction, place).operated_by
    transcribes = by.authority in operators and deciding not in operators
    if not transcribes or staff.works_here(session, place, deciding):
        return None
    return True


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
    own = deciding or {step.by.authority for step in life if step.by.authority}
    if by.jurisdiction != measure.jurisdiction_id or all(
        records_from(session, measure, by, authority) is None for authority in own
    ):
        raise NotYourAct(act=act, by=by.authority.value)


def insist_on_document(step: Step, given: Particulars) -> None:
    """Refuse a step that stands on a paper where the paper or the reason is not named.

    What an office's holder signs is a paper whether it gives a reason or not.
    """
    facts = {"act": step.act.value, "authority": step.by.value}
    if given.document is None and (step.document or step.signed):
        raise DocumentNeeded(**facts)
    if step.document and not (given.reason or "").strip():
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
    if not represents(session, measure_id, person):
        raise NotRepresentative(measure=str(measure_id))


def represents(session: Session, measure_id: UUID, person: UUID) -> bool:
    """Whether somebody is one of the measure's representatives now."""
    here = select(Representative.id).where(
        Representative.measure_id == measure_id,
        Representative.person_id == person,
        Representative.left_at.is_(None),
    )
    return session.scalar(here) is not None


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
