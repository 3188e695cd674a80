"""What takes two officers: proposed by one, confirmed or declined by another."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from referendum.api.access import ACTING, NAMING, measure_here, paper_given
from referendum.api.acts import OF_ACTS, ActIn
from referendum.api.callers import House
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import Asked, Moment, PaperIn, Paragraph, Told, ToldOf
from referendum.doors.sessions import Staff
from referendum.kernel import log, proposals
from referendum.kernel.people import FreshCodeNeeded, Officer, RoleMissing
from referendum.kernel.proposals import Proposal
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import confirmable, confirming, entrusting, errors, proposing, seconding
from referendum.lifecycle.certifying import CERTIFY
from referendum.lifecycle.confirmable import Elsewhere, Sort

of_measure = APIRouter(prefix="/measures/{measure_id}", tags=["proposals"], route_class=Route)
router = APIRouter(prefix="/proposals", tags=["proposals"], route_class=Route)

SETTLING: Final = (
    proposals.ProposalNotFound,
    proposals.ProposalSettled,
    proposals.OwnProposal,
    RoleMissing,
    errors.NotYourAct,
    errors.OwnFigures,
)


class ChangeOut(Told):
    what: str
    before: str | None
    after: str | None


class ProposalOut(Told):
    """What waits for a second officer, with all that it would change.

    `version` names all of it: it is given back by whoever confirms.
    """

    id: UUID
    kind: str
    measure: UUID | None
    subject: UUID | None
    """What it is about: a measure, a designation."""
    authority: str
    what: dict[str, Any]
    reason: str | None
    changes: list[ChangeOut]
    version: str
    proposed_by: UUID
    proposer_authority: str
    proposed_at: Moment
    lapses_at: Moment | None
    state: str
    settled_by: UUID | None
    settled_at: Moment | None
    settled_reason: str | None

    @classmethod
    def of(cls, uow: UnitOfWork, row: Proposal) -> ProposalOut:
        return cls(
            id=row.id,
            kind=row.kind,
            measure=None if seconding.is_of_place(row.kind) else row.subject_id,
            subject=row.subject_id,
            authority=row.authority,
            what=row.what,
            reason=row.reason,
            changes=[ChangeOut(**change) for change in row.changes],
            version=row.version,
            proposed_by=row.proposed_by,
            proposer_authority=row.proposer_authority,
            proposed_at=row.proposed_at,
            lapses_at=row.lapses_at,
            state=proposals.standing(row, uow.now()).value,
            settled_by=row.settled_by,
            settled_at=row.settled_at,
            settled_reason=row.settled_reason,
        )


class ElsewhereOut(ToldOf[Elsewhere]):
    """What waits for a second officer and is no proposal: it is confirmed where it stands."""

    sort: Sort
    id: UUID
    """An import's (`/registers/imports/{id}`), or an account's."""
    at: Moment
    ends: Moment | None
    may: bool
    """Whether the caller could be the second one."""
    mine: bool


class ProposalsOut(Told):
    proposals: list[ProposalOut]
    elsewhere: list[ElsewhereOut]


class VersionIn(Asked):
    version: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ReasonIn(Asked):
    reason: Paragraph


class PaperedIn(ReasonIn):
    document: PaperIn


@act(of_measure, "/proposals", *ACTING, *OF_ACTS, proposals.ProposedAlready)
def propose_act(
    uow: UnitOfWork, measure_id: UUID, given: ActIn, house: House, by: Staff
) -> ProposalOut:
    """Propose an act to a second officer. It is refused with all that the act is refused with."""
    measure_here(uow, measure_id, by)
    put = proposing.propose(uow, house.means, measure_id, given.act, by, given.particulars)
    return ProposalOut.of(uow, put)


@act(
    of_measure,
    "/holds/{hold_id}/lifting",
    errors.MeasureNotFound,
    errors.NotHeld,
    errors.NotYourAct,
    errors.ParticularMissing,
    errors.DocumentAhead,
    *NAMING,
    proposals.ProposedAlready,
    RoleMissing,
)
def propose_lifting(
    uow: UnitOfWork, measure_id: UUID, hold_id: UUID, given: PaperedIn, house: House, by: Staff
) -> ProposalOut:
    """Propose to lift a halt on a paper; confirmed, the measure stands where it stood."""
    measure_here(uow, measure_id, by)
    document = paper_given(given.document)
    return ProposalOut.of(
        uow,
        proposing.propose_lifting(
            uow, house.means, measure_id, hold_id, document=document, reason=given.reason, by=by
        ),
    )


@router.get("")
def list_proposals(house: House, by: Staff) -> ProposalsOut:
    """What waits in the caller's own office, what lapses first before the rest.

    Files of the register and accounts that wait for a second officer stand beside it.
    """
    with house.begin() as uow:
        rows = confirming.waiting(uow.session, by, uow.now())
        others = confirmable.elsewhere(uow.session, by)
        return ProposalsOut(
            proposals=[ProposalOut.of(uow, row) for row in rows],
            elsewhere=[ElsewhereOut.of(one) for one in others],
        )


@router.get("/{proposal_id}", responses=possible(proposals.ProposalNotFound))
def read_proposal(proposal_id: UUID, house: House, by: Staff) -> ProposalOut:
    """One proposal of the caller's own office, waiting or settled."""
    with house.begin() as uow:
        return ProposalOut.of(uow, _own(uow, proposal_id, by))


@act(
    router,
    "/{proposal_id}/confirmation",
    *ACTING,
    *OF_ACTS,
    *SETTLING,
    errors.NotHeld,
    errors.ExaminationOpen,
    errors.CountIncomplete,
    errors.TotalNotPublished,
    errors.RuleRefused,
    proposals.ChangesOtherwise,
    entrusting.ActAlwaysForTwo,
    entrusting.OfficersAlready,
    FreshCodeNeeded,
)
def confirm_proposal(
    uow: UnitOfWork, proposal_id: UUID, given: VersionIn, house: House, by: Staff
) -> ProposalOut:
    """Confirm what another officer proposed: it is done with this answer."""
    row = _own(uow, proposal_id, by)
    if row.kind.startswith(CERTIFY):
        log.catch_up(house.begin, house.log_key)
    done = confirming.confirm(uow, house.means, proposal_id, version=given.version, by=by)
    return ProposalOut.of(uow, done)


@act(router, "/{proposal_id}/refusal", *SETTLING, proposals.ReasonMissing)
def decline_proposal(uow: UnitOfWork, proposal_id: UUID, given: ReasonIn, by: Staff) -> ProposalOut:
    """Send back what another officer proposed: nothing is done."""
    _own(uow, proposal_id, by)
    return ProposalOut.of(uow, confirming.decline(uow, proposal_id, reason=given.reason, by=by))


@act(router, "/{proposal_id}/withdrawal", *SETTLING)
def withdraw_proposal(uow: UnitOfWork, proposal_id: UUID, by: Staff) -> ProposalOut:
    """Take back what oneself proposed."""
    _own(uow, proposal_id, by)
    return ProposalOut.of(uow, confirming.withdraw(uow, proposal_id, by=by))


def _own(uow: UnitOfWork, proposal_id: UUID, by: Officer) -> Proposal:
    """Of the caller's own office: what another office thinks of doing is its own affair."""
    return confirming.of_office(uow.session, proposal_id, by)
