"""Papers as acts rest on them: whose a paper is for which act, found or entered with the act."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Date, Select, Uuid, and_, cast, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from referendum.kernel.people import Actor, Authority
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, corrections
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.errors import IssuerNotPossible, ParticularMissing
from referendum.lifecycle.promise.tables import ScopeStated
from referendum.lifecycle.stages import Act, Step
from referendum.lifecycle.tables import (
    DeadlineMoved,
    Designation,
    Hold,
    Measure,
    Shift,
    StepTaken,
)
from referendum.papers import filing, naming
from referendum.papers.errors import PaperFileNeeded
from referendum.papers.naming import Issuer, Named
from referendum.papers.tables import CopyWithdrawn, Paper, PaperFile
from signatures.tables import Petition


def issuers_of(step: Step) -> tuple[Issuer, ...]:
    """Whose papers a step may rest on, the usual one first.

    A procedure, a result and a term of office are also ended from outside: by a court, by the
    State. Every other step rests on the paper of whoever decides it.
    """
    deciding = Issuer(step.by.authority.value) if step.by.authority else Issuer.OTHER
    match step.act:
        case Act.ANNUL_RESULT:
            return (Issuer.COURT, deciding)
        case Act.ANNUL:
            return (deciding, Issuer.COURT, Issuer.STATE)
        case Act.END_BY_VACANCY:
            return (deciding, Issuer.COURT, Issuer.STATE, Issuer.OTHER)
        case _:
            return (deciding,)


def issuer_of(step: Step) -> Issuer:
    """Whose paper a step usually rests on."""
    return issuers_of(step)[0]


def issuer_for(session: Session, jurisdiction_id: UUID, step: Step, given: Particulars) -> Issuer:
    """Whose paper a step rests on: as was said, as the chosen paper says, or as usual.

    Refused where the step cannot rest on a paper of that body.
    """
    possible = issuers_of(step)
    if given.issuer is not None:
        if given.issuer not in possible:
            allowed = [one.value for one in possible]
            raise IssuerNotPossible(issuer=given.issuer.value, needed=allowed)
        return given.issuer
    if given.document is not None and given.document.paper is not None:
        own = naming.get(session, jurisdiction_id, given.document.paper).issuer
        return next((one for one in possible if one == own), possible[0])
    return possible[0]


def name(
    uow: UnitOfWork, jurisdiction_id: UUID, issuer: Issuer, document: Document, *, by: Actor
) -> Named:
    """The paper that an act rests on: found by its number, or entered with the act."""
    if document.paper is None and not document.number.strip():
        raise ParticularMissing(field=f"{document.called}_number")
    acting.insist_not_ahead(uow, jurisdiction_id, document, field=f"{document.called}_day")
    return naming.name(uow, jurisdiction_id, issuer, document, by=by)


def insist_on_file(named: Named) -> None:
    """Refuse to transcribe from a paper of which nobody has brought the file."""
    if named.sha256 is None:
        raise PaperFileNeeded(paper=named.paper.number)


def written(
    uow: UnitOfWork, jurisdiction_id: UUID, issuer: Issuer, document: Document | None, *, by: Actor
) -> dict[str, str] | None:
    """The paper that is meant, entered with its file when it is proposed: both officers see it."""
    if document is None:
        return None
    paper = name(uow, jurisdiction_id, issuer, document, by=by).paper
    return {
        "number": paper.number,
        "day": paper.day.isoformat(),
        "paper": str(paper.id),
        "issuer": paper.issuer,
    }


def read(told: Mapping[str, str] | None) -> Document | None:
    """The same again, by its id."""
    if told is None:
        return None
    return Document(told["number"], date.fromisoformat(told["day"]), UUID(told["paper"]))


def rested(measure: UUID | BindParameter[UUID]) -> Select[Any]:
    """The ids of the papers that a measure's steps, halts, moved days, needs and scope rest on.

    What moved days names its paper by number and day. A designation is one where the petition was
    signed on the designated system. Not those of arguments: before the last day for them nobody is
    told that there are any.
    """
    every = (
        select(paper).where(whose == measure, paper.is_not(None))
        for paper, whose in (
            (StepTaken.paper_id, StepTaken.measure_id),
            (Hold.paper_id, Hold.measure_id),
            (Hold.lifting_paper_id, Hold.measure_id),
            (ScopeStated.asked_paper_id, ScopeStated.measure_id),
            (ScopeStated.opinion_paper_id, ScopeStated.measure_id),
        )
    )
    moved, needed = _of_moves(measure), _of_corrections(measure)
    all_of = (*every, moved, needed, _of_designations(measure))
    return select(union(*all_of).subquery().c[0])


def _of_corrections(measure: UUID | BindParameter[UUID]) -> Select[Any]:
    """The papers of corrected totals that changed what a measure needs."""
    made = corrections.of_measure(measure).order_by(None).subquery()
    return select(cast(made.c.what["document"]["paper"].astext, Uuid))


def _of_moves(measure: UUID | BindParameter[UUID]) -> Select[Any]:
    named = and_(
        Paper.jurisdiction_id == Shift.jurisdiction_id,
        Paper.number == Shift.document_number,
        Paper.day == Shift.document_date,
        # A deadline is moved on the own paper of the office that moves it, never on another's.
        or_(
            Shift.cause.not_like("deadline.%"),
            *(Paper.issuer == authority.value for authority in Authority),
        ),
    )
    moved = select(DeadlineMoved.shift_id).where(DeadlineMoved.measure_id == measure)
    return select(Paper.id).join(Shift, named).where(Shift.id.in_(moved))


def _of_designations(measure: UUID | BindParameter[UUID]) -> Select[Any]:
    here = and_(
        Measure.jurisdiction_id == Designation.jurisdiction_id,
        Measure.instrument == Designation.instrument,
    )
    meanwhile = (
        func.jsonb_exists(Petition.channels, Designation.channel),
        Designation.from_day <= cast(Petition.closes_at, Date),
        or_(
            Designation.until_day.is_(None),
            Designation.until_day >= cast(Petition.opens_at, Date),
        ),
    )
    return (
        select(Designation.paper_id)
        .join(Measure, here)
        .join(Petition, Petition.measure_id == Measure.id)
        .where(Measure.id == measure, Designation.paper_id.is_not(None), *meanwhile)
    )


def shown(measure: UUID | BindParameter[UUID]) -> Select[*tuple[Any, ...]]:
    """The same papers as everybody sees them: their files' digests, and whether there is a copy."""
    return _shown().where(Paper.id.in_(rested(measure)))


def shown_by_id(session: Session, papers: Collection[UUID]) -> dict[UUID, Any]:
    """These papers as everybody sees them, by their ids."""
    found = session.execute(_shown().where(Paper.id.in_(papers)))
    return {one.id: one for one in found}


def _shown() -> Select[*tuple[Any, ...]]:
    own, copy = aliased(PaperFile), aliased(PaperFile)
    standing = (copy.copy > filing.OWN, copy.id.not_in(select(CopyWithdrawn.file_id)))
    return (
        select(
            Paper.id,
            Paper.number,
            Paper.day,
            Paper.issuer,
            own.sha256,
            copy.id.is_not(None).label("copied"),
        )
        .outerjoin(own, and_(own.paper_id == Paper.id, own.copy == filing.OWN))
        .outerjoin(copy, and_(copy.paper_id == Paper.id, *standing))
        .order_by(Paper.day, Paper.number, Paper.id)
    )
