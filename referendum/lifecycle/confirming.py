"""What a second officer makes of what was proposed: confirms it, sends it back, or lets it lapse.

And what waits, for whom, and since when. How something is proposed stands in `proposing`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.proposals import ChangesOtherwise, Proposal, State
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, certifying, locating, proposable, seconding, stages, trying
from referendum.lifecycle.acting import Means
from referendum.lifecycle.certifying import CERTIFY, WOULD_BE, Signatory
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.holding import PLACED
from referendum.lifecycle.proposable import Thing
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import DeadlineKept, Hold, Measure
from thresholds.vocabulary import Instrument

NEAR: Final = timedelta(days=1)
"""So long before its day a proposal that waits is an alarm."""
TOLD_FOR: Final = timedelta(days=14)
"""So long its proposer is told on the desk that something was sent back, or lapsed."""
CAME_BACK: Final = frozenset({State.DECLINED, State.LAPSED, State.OVERTAKEN})


def confirm(
    uow: UnitOfWork, means: Means, proposal_id: UUID, *, version: str, by: Officer
) -> Proposal:
    """The second pair of eyes: what was proposed is done, in this transaction.

    `version` names what this officer was shown. Refused where it would change anything else by now
    than what its proposer was shown: then it is proposed again.
    """
    shown = proposals.get(uow.session, proposal_id, place=by.jurisdiction)
    if seconding.is_of_place(shown.kind):
        return seconding.confirm(uow, shown, version=version, by=by)
    measure, row = _held(uow, proposal_id, by)
    assert measure is not None, "it is about no place"
    proposals.insist_another(row, by)
    _insist(uow.session, measure, row, by)
    if row.version != version or row.changes != would_change(uow, means, measure, row):
        raise ChangesOtherwise(proposal=str(row.id))
    if row.kind.startswith(CERTIFY):
        signatory = Signatory.of(uow.session, by)
        certifying.certify(uow, means, measure.id, by=signatory)
        return row
    officer = proposals.confirm(uow, row, by=by, measure=measure.id)
    proposable.run(uow, means, _thing(measure, row), officer)
    return row


def decline(uow: UnitOfWork, proposal_id: UUID, *, reason: str, by: Officer) -> Proposal:
    """The second officer says no, and why. A halt that was placed stands until it is lifted."""
    measure, row = _held(uow, proposal_id, by)
    if measure is None:
        seconding.insist(uow.session, row, by)
    else:
        _insist(uow.session, measure, row, by)
    proposals.decline(uow, row, reason=reason, by=by)
    return row


def withdraw(uow: UnitOfWork, proposal_id: UUID, *, by: Officer) -> Proposal:
    """Whoever proposed takes it back; a halt that stands already is taken back by lifting it."""
    _, row = _held(uow, proposal_id, by)
    if row.kind.startswith(PLACED):
        raise proposals.OwnProposal
    proposals.withdraw(uow, row, by=by)
    return row


def would_change(
    uow: UnitOfWork, means: Means, measure: Measure | None, row: Proposal
) -> list[trying.Change]:
    """What it would change if it were confirmed now."""
    if measure is None:
        return seconding.would_change(uow, row)
    trial = proposals.proposer(row, seconded_by=WOULD_BE)
    return proposable.changes(uow, means, _thing(measure, row), trial)


def refusal(
    session: Session, measure: Measure | None, row: Proposal, by: Officer
) -> DomainError | None:
    """Why somebody could not be the second officer: another office, or no such role.

    Their code is asked for when they confirm.
    """
    if measure is None:
        return seconding.refusal(session, row, by)
    if by.authority.value != row.proposer_authority:
        return NotYourAct(act=row.kind, by=row.proposer_authority)
    return proposable.refusal(session, _thing(measure, row), by)


def of_office(session: Session, proposal_id: UUID, by: Officer) -> Proposal:
    """One of the own office's that the officer may read: waiting, or settled."""
    row = proposals.of_office(session, proposal_id, by)
    if not certifying.is_for(row, by):
        raise proposals.ProposalNotFound(proposal=str(proposal_id))
    return row


def waiting(session: Session, by: Officer, now: datetime) -> list[Proposal]:
    """All that waits in the own office and that the officer may read."""
    return [
        row
        for row in proposals.waiting(session, by.jurisdiction, now)
        if row.proposer_authority == by.authority.value and certifying.is_for(row, by)
    ]


def waiting_for(session: Session, by: Officer, now: datetime) -> int:
    """How many proposals of the own office somebody else made and wait."""
    return sum(1 for row in waiting(session, by, now) if row.proposed_by != by.id)


def of_officer(session: Session, by: Officer, now: datetime) -> list[Proposal]:
    """What this officer proposed, and waits for."""
    here = proposals.waiting(session, by.jurisdiction, now)
    return [row for row in here if row.proposed_by == by.id]


def about(session: Session, measure: Measure, by: Officer, now: datetime) -> list[Proposal]:
    """What waits about one measure in the office of whoever asks."""
    return [row for row in waiting(session, by, now) if row.subject_id == measure.id]


def came_to_nothing(session: Session, by: Officer, now: datetime) -> list[Proposal]:
    """What this officer proposed and was lately sent back, or waited too long: the latest first.

    Not what they took back themselves.
    """
    since = now - TOLD_FOR
    mine = select(Proposal).where(
        Proposal.jurisdiction_id == by.jurisdiction,
        Proposal.proposed_by == by.id,
        func.coalesce(Proposal.settled_at, Proposal.lapses_at) >= since,
    )
    found = session.scalars(mine.order_by(Proposal.proposed_at.desc(), Proposal.id))
    return [row for row in found if proposals.standing(row, now) in CAME_BACK]


def on_paper(session: Session, paper_id: UUID, by: Officer) -> list[Proposal]:
    """What the own office proposed on a paper and was not done, the latest first.

    It waits, or came to nothing; what was done stands with what rests on the paper.
    """
    named = select(Proposal).where(
        Proposal.jurisdiction_id == by.jurisdiction,
        Proposal.proposer_authority == by.authority.value,
        Proposal.state != State.CONFIRMED.value,
        Proposal.what["document"]["paper"].astext == str(paper_id),
    )
    found = session.scalars(named.order_by(Proposal.proposed_at.desc(), Proposal.id))
    return [row for row in found if certifying.is_for(row, by)]


def pressing(session: Session, place: UUID, now: datetime) -> list[Proposal]:
    """What should not wait any longer.

    Its legal day, or its own end, is near, or it is a halt that nobody has looked at for a day. A
    halt that somebody objected to is among them as long as it stands.
    """
    here = select(Proposal).where(
        Proposal.jurisdiction_id == place,
        Proposal.state.in_([State.WAITING.value, State.DECLINED.value]),
    )
    return [row for row in session.scalars(here) if _presses(session, row, now)]


def measure_of(session: Session, row: Proposal) -> Measure | None:
    """The measure that it is about; None where it is about none."""
    if seconding.is_of_place(row.kind):
        return None
    if row.subject_id is None:
        raise proposals.ProposalNotFound(proposal=str(row.id))
    return locating.get(session, row.subject_id)


def _held(uow: UnitOfWork, proposal_id: UUID, by: Officer) -> tuple[Measure | None, Proposal]:
    """What it is about and the proposal itself, locked in this order and still waiting."""
    shown = proposals.get(uow.session, proposal_id, place=by.jurisdiction)
    measure = measure_of(uow.session, shown)
    if measure is not None:
        measure = acting.lock(uow.session, measure.id)
    return measure, proposals.held(uow, proposal_id, by=by)


def _thing(measure: Measure, row: Proposal) -> Thing:
    return Thing(row.kind, measure, row.what)


def _insist(session: Session, measure: Measure | None, row: Proposal, by: Officer) -> None:
    found = refusal(session, measure, row, by)
    if found is not None:
        raise found


def _presses(session: Session, row: Proposal, now: datetime) -> bool:
    state = proposals.standing(row, now)
    if row.kind.startswith(PLACED):
        hold = session.get(Hold, UUID(row.what["hold"]))
        lies = hold is not None and hold.lifted_at is None
        return lies and (state is State.DECLINED or now - row.proposed_at >= NEAR)
    if state is not State.WAITING:
        return False
    ends = [row.lapses_at, *_legal_days(session, row)]
    return any(end is not None and end - now <= NEAR for end in ends)


def _legal_days(session: Session, row: Proposal) -> list[datetime]:
    """When what it is about is due."""
    measure, act = measure_of(session, row), proposable.act_of(row.kind)
    if measure is None:
        return []
    steps = stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
    certified = row.kind.startswith(CERTIFY)
    mine = (step for step in steps if step.act is act or (certified and step.certified))
    names = {step.due for step in mine if step.due}
    dues = [session.get(DeadlineKept, (measure.id, name)) for name in names]
    return [due.at for due in dues if due is not None]
