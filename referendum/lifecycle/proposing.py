"""What an officer proposes about a measure, for a second one to look at.

Whatever is proposed is tried first, and undone: what the act would be refused for is refused at
once, and what it would change is known, shown to both officers, and must be the same when it is
done (`confirming`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.people import Authority, Officer
from referendum.kernel.proposals import Proposal, Put
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, foureyes, performing, proposable, undoing
from referendum.lifecycle.acting import NOTHING, Document, Means, Particulars
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.certifying import WOULD_BE
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.proposable import (
    ACT,
    ADDING,
    ANSWER,
    LEAVING,
    LIFTING,
    OVERRIDING,
    RESTORING,
    UNVOIDING,
    VOIDING,
    Thing,
)
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Measure, StepTaken
from signatures import petitions


def take(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    act: Act,
    by: Officer,
    given: Particulars = NOTHING,
) -> StepTaken | Proposal:
    """Take an act where one officer may, or propose it where it takes two."""
    measure = acting.lock(uow.session, measure_id)
    if takes_two(uow.session, measure, act, by):
        return propose(uow, means, measure_id, act, by, given)
    return performing.perform(uow, means, measure_id, act, by, given)


def takes_two(session: Session, measure: Measure, act: Act, by: Officer) -> bool:
    """Whether this act, from where the measure stands, waits for a second officer."""
    step = proposable.step_of(measure, act)
    recorded = acting.right(session, measure, step, by).recorded_from
    return foureyes.needs_two(session, measure.jurisdiction_id, step, recorded_from=recorded)


def propose(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    act: Act,
    by: Officer,
    given: Particulars = NOTHING,
) -> Proposal:
    """Propose an act. Refused with all that the act itself is refused with."""
    measure = acting.lock(uow.session, measure_id)
    step = proposable.step_of(measure, act)
    if step.by.authority is None:
        raise NotYourAct(act=act.value, by=step.by.value)
    thing = Thing(
        f"{ACT}{act.value}", measure, proposable.act_written(uow, measure, step, given, by)
    )
    return put(uow, means, thing, by, step.by.authority, given.reason)


def propose_answer(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    *,
    decision: Decision,
    reply: Reply,
    by: Officer,
) -> Proposal:
    """Propose the mayor's answer, with its text as it would be published."""
    measure = acting.lock(uow.session, measure_id)
    what = proposable.answer_written(uow, measure, decision, reply, by)
    thing = Thing(f"{ANSWER}{measure_id}", measure, what)
    return put(uow, means, thing, by, Authority.MAYOR)


def propose_addition(
    uow: UnitOfWork, means: Means, measure_id: UUID, *, reply: Reply, by: Officer
) -> Proposal:
    """Propose to add to the mayor's answer, with the text as it would be published."""
    measure = acting.lock(uow.session, measure_id)
    what = proposable.addition_written(uow, measure, reply, by)
    thing = Thing(f"{ADDING}{measure_id}", measure, what)
    return put(uow, means, thing, by, Authority.MAYOR)


def propose_lifting(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    hold_id: UUID,
    *,
    document: Document,
    reason: str,
    by: Officer,
) -> Proposal:
    """Propose to lift a halt. Refused with all that lifting it is refused with."""
    measure = acting.lock(uow.session, measure_id)
    what = proposable.lifting_written(uow, measure, hold_id, document, reason, by)
    thing = Thing(f"{LIFTING}{hold_id}", measure, what)
    return put(uow, means, thing, by, by.authority, reason)


def propose_leaving(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    representative_id: UUID,
    *,
    document: Document,
    reason: str,
    by: Officer,
) -> Proposal:
    """Propose to record that somebody who died, or cannot be reached, represents no longer."""
    measure = acting.lock(uow.session, measure_id)
    what = proposable.leaving_written(uow, measure, representative_id, document, reason, by)
    thing = Thing(f"{LEAVING}{representative_id}", measure, what)
    return put(uow, means, thing, by, by.authority, reason)


def propose_override(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    name: str,
    *,
    day: date,
    document: Document,
    reason: str,
    by: Officer,
) -> Proposal:
    """Propose to move a deadline, with all that moves with it."""
    measure = acting.lock(uow.session, measure_id)
    what = proposable.override_written(uow, measure, name, day, document, reason, by)
    thing = Thing(f"{OVERRIDING}{name}", measure, what)
    return put(uow, means, thing, by, by.authority, reason)


def propose_restoring(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    name: str,
    *,
    document: Document,
    reason: str,
    by: Officer,
) -> Proposal:
    """Propose to take an override back: the computed day stands again."""
    measure = acting.lock(uow.session, measure_id)
    what = proposable.restoring_written(uow, measure, name, document, reason, by)
    thing = Thing(f"{RESTORING}{name}", measure, what)
    return put(uow, means, thing, by, by.authority, reason)


def propose_voiding(
    uow: UnitOfWork, means: Means, petition_id: UUID, *, note: str, by: Officer
) -> Proposal:
    """Propose to void every line that names nobody, with one written reason."""
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    measure = acting.lock(uow.session, petition.measure_id)
    what = proposable.voiding_written(uow.session, means.vault, petition, note)
    thing = Thing(f"{VOIDING}{petition_id}", measure, what)
    return put(uow, means, thing, by, by.authority)


def propose_unvoiding(
    uow: UnitOfWork, means: Means, voiding_id: UUID, *, note: str, by: Officer
) -> Proposal:
    """Propose to take back, as a whole, what was voided together."""
    voiding = undoing.get(uow.session, voiding_id)
    petitions.get_at_desk(uow.session, voiding.petition_id, by)
    measure = acting.lock(uow.session, voiding.measure_id)
    what = proposable.unvoiding_written(uow.session, means.vault, voiding, note)
    thing = Thing(f"{UNVOIDING}{voiding_id}", measure, what)
    return put(uow, means, thing, by, by.authority)


def put(
    uow: UnitOfWork,
    means: Means,
    thing: Thing,
    by: Officer,
    authority: Authority,
    reason: str | None = None,
) -> Proposal:
    """Propose a thing, once it was tried as if somebody had confirmed it."""
    trial = replace(by, seconded_by=WOULD_BE)
    given = Put(
        kind=thing.kind,
        place=thing.measure.jurisdiction_id,
        authority=authority,
        subject=thing.measure.id,
        what=thing.what,
        changes=proposable.changes(uow, means, thing, trial),
        reason=reason,
    )
    return proposals.put(uow, given, by=by)
