"""Halting a measure for a court or a postponement, and lifting the halt."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select

from referendum.kernel import proposals
from referendum.kernel.people import Officer, Role
from referendum.kernel.proposals import Put
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries, holds, papering, unfiled
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import following
from referendum.lifecycle.dates.moves import Cause
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import NotHeld, ParticularMissing
from referendum.lifecycle.tables import Hold, Measure
from referendum.papers.errors import PaperFileNeeded
from referendum.papers.naming import Issuer
from signatures import petitions

PLACED: Final = unfiled.PLACED
LIFTED: Final = "hold.lifted"


class HoldKind(StrEnum):
    COURT = "court"
    POSTPONEMENT = "postponement"


def place(
    uow: UnitOfWork,
    measure_id: UUID,
    *,
    kind: HoldKind,
    document: Document,
    reason: str,
    stops_clock: bool,
    by: Officer,
    from_at: datetime | None = None,
) -> Hold:
    """Lay a halt over the stage: acts are refused under it until it is lifted.

    One officer does it at once, as a court wants it; a second one is asked to look at it then.
    """
    measure = acting.lock(uow.session, measure_id)
    acting.insist_on_authority(uow.session, measure, by, act="hold")
    by.insist(Role.CLERK)
    entries.insist(measure, Entry.HOLD)
    if not reason.strip():
        raise ParticularMissing(field="reason")
    issuer = issuer_of(kind, by)
    named = papering.name(uow, measure.jurisdiction_id, issuer, document, by=by)
    petition = petitions.of_measure(uow.session, measure.id)
    if petition is not None:
        # The moment of the halt comes after every signature, and enrolment, that was under way.
        petitions.get_to_close(uow.session, petition.id)
    enrolled.let_nobody_write(uow.session, measure.id)
    hold = Hold(
        measure_id=measure.id,
        kind=kind.value,
        from_at=from_at or uow.now(),
        reason=reason,
        **named.columns,
        stops_clock=stops_clock,
        placed_by=by.mark,
    )
    uow.session.add(hold)
    _tell_signers(uow, measure)
    uow.record(
        "hold.placed",
        by=by,
        measure=measure.id,
        facts={
            "hold": str(hold.id),
            "kind": kind.value,
            "document": named.paper.number,
            **named.facts,
        },
    )
    proposals.put(uow, _to_be_seen(measure, hold, by), by=by)
    uow.later("notices.tell_hold", hold_id=str(hold.id), lifted="")
    return hold


def _to_be_seen(measure: Measure, hold: Hold, by: Officer) -> Put:
    return Put(
        kind=f"{PLACED}{hold.id}",
        place=measure.jurisdiction_id,
        authority=by.authority,
        subject=measure.id,
        what={
            "hold": str(hold.id),
            "kind": hold.kind,
            "stops_clock": hold.stops_clock,
            "document": {
                "number": hold.document_number,
                "day": hold.document_date.isoformat(),
                "paper": str(hold.paper_id),
            },
        },
        changes=[],
        reason=hold.reason,
        lapses=False,
    )


def issuer_of(kind: HoldKind, by: Officer) -> Issuer:
    """Whose paper halts a measure, and whose lets it go on: the court's, or the own office's."""
    return Issuer.COURT if kind is HoldKind.COURT else Issuer(by.authority.value)


def liftable(uow: UnitOfWork, measure: Measure, hold_id: UUID, by: Officer) -> Hold:
    """A halt that lies over a locked measure, for an officer who may lift it; else refused."""
    acting.insist_on_authority(uow.session, measure, by, act="hold")
    by.insist(Role.CLERK)
    entries.insist(measure, Entry.LIFT_HOLD)
    hold = uow.session.scalar(
        select(Hold).where(
            Hold.id == hold_id, Hold.measure_id == measure.id, Hold.lifted_at.is_(None)
        )
    )
    if hold is None:
        raise NotHeld(measure=str(measure.id))
    return hold


def lift(
    uow: UnitOfWork,
    measure_id: UUID,
    hold_id: UUID,
    *,
    document: Document,
    reason: str,
    by: Officer,
) -> Hold:
    """Lift a halt on the paper that ends it; the measure stands where it stood.

    What a court orders is never delayed, and so one officer places a halt; lifting takes two, who
    are both shown what moves by it.
    """
    measure = acting.lock(uow.session, measure_id)
    hold = liftable(uow, measure, hold_id, by)
    if not reason.strip():
        raise ParticularMissing(field="reason")
    issuer = issuer_of(HoldKind(hold.kind), by)
    named = papering.name(uow, measure.jurisdiction_id, issuer, document, by=by)
    proposals.insist_seconded(by, act="lift_hold")
    hold.lifted_at, hold.lifted_by, hold.lifted_reason = uow.now(), by.mark, reason
    hold.lifting_confirmed_by = by.seconded_by
    paper = named.paper
    hold.lifting_paper_id, hold.lifting_number = paper.id, paper.number
    hold.lifting_date = paper.day
    _tell_signers(uow, measure)
    resting = Document(paper.number, paper.day)
    cause = Cause(act=LIFTED, about=hold.id, reason=reason, document=resting)
    facts = {"hold": str(hold.id), "document": paper.number, **named.facts}
    following.follow_measure(uow, measure, cause, by=by, facts=facts)
    uow.later("notices.tell_hold", hold_id=str(hold.id), lifted="yes")
    return hold


def confirm_placed(uow: UnitOfWork, measure_id: UUID, hold_id: UUID, *, by: Officer) -> Hold:
    """A second officer saw that a halt stands as the paper says; it stood before, too.

    Nobody can have compared it with a paper that is not on file.
    """
    proposals.insist_seconded(by, act="hold")
    hold = uow.session.get(Hold, hold_id)
    if hold is None or hold.measure_id != measure_id:
        raise NotHeld(measure=str(measure_id))
    if hold.id in unfiled.of_measure(uow.session, measure_id):
        raise PaperFileNeeded(paper=hold.document_number)
    hold.placing_confirmed_by = by.seconded_by
    uow.record("hold.confirmed", by=by, measure=measure_id, facts={"hold": str(hold.id)})
    return hold


def _tell_signers(uow: UnitOfWork, measure: Measure) -> None:
    """Write on the petition what halts it now, if anything."""
    uow.session.flush()
    petition = petitions.of_measure(uow.session, measure.id)
    if petition is None:
        return
    hold = holds.stops(uow.session, measure.id)
    halted = None if hold is None else {"kind": hold.kind, "document": hold.document_number}
    petitions.halt(uow, petition.id, by=halted)
