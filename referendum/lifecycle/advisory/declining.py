"""The mayor's reasoned decision not to call a vote on a project, and the draft of one.

Not to call is an act of the mayor's office like a call: on its paper, signed by whoever holds the
office or by delegation, and by two officers (`not_calling`).
"""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Authority, Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import drafting
from referendum.lifecycle.advisory.considered import Considered, State
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.office import approving
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.tables import Measure
from referendum.projects.errors import NotCalledBefore
from referendum.projects.keeping import here, hold_projects, insist_on_office
from referendum.projects.tables import NotCalled
from thresholds.vocabulary import Instrument

LONGEST: Final = 4_000
NOT_CALLED: Final = "project.not_call"
"""The kind of the proposal, and of the signed act."""


class ProjectNotPromised(DomainError):
    """No promise in force covers it, so there is no vote that could be called or not."""

    code: ClassVar[str] = "project-not-promised"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ProjectVoteCalled(DomainError):
    """The vote on it has been called."""

    code: ClassVar[str] = "project-vote-called"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


def decide_not_to_call(
    uow: UnitOfWork, project_id: UUID, *, approval: Approval, reason: str, by: Officer
) -> NotCalled:
    """Decide it once under the promise in force; public with its reasons, and on the record.

    A vote may still be called afterwards: that needs nothing but the call.
    """
    insist_on_office(by, fresh=True)
    considered = _considered(uow, project_id, by)
    flag = considered.flag
    if flag is None or flag.promise.number is None:
        raise ProjectNotPromised(project=considered.project.code)
    if considered.state is State.CALLED:
        raise ProjectVoteCalled(project=considered.project.code)
    if considered.decision is not None:
        raise NotCalledBefore(promise=flag.promise.number)
    insist_on_words(reason)
    approved = approving.approve(
        uow, by.jurisdiction, Authority.MAYOR, approval, act=NOT_CALLED, by=by
    )
    proposals.insist_seconded(by, act=NOT_CALLED)
    paper = approved.named.paper
    call_by = considered.call_by.day if considered.call_by else None
    entry = uow.record(
        "vote.not_called",
        by=by,
        facts={
            "project": str(project_id),
            "delegation": str(flag.promise.id),
            **approved.facts,
            "call_by": call_by.isoformat() if call_by else None,
        },
    )
    made = NotCalled(
        project_id=project_id,
        delegation_id=flag.promise.id,
        delegation_number=flag.promise.number,
        reason=reason.strip(),
        paper_id=paper.id,
        document_number=paper.number,
        document_day=paper.day,
        total=considered.project.total,
        decided_on=Board.of(uow.session, by.jurisdiction).today,
        call_by=call_by,
        by=by.mark,
        entry_id=entry,
    )
    uow.session.add(made)
    approving.keep(uow, approved, what=NOT_CALLED, about=project_id, entry=entry)
    return made


def draft_vote(uow: UnitOfWork, project_id: UUID, *, by: Officer, demo: bool = False) -> Measure:
    """Begin an advisory vote on a project, with its name and area; the office writes the rest."""
    considered = _considered(uow, project_id, by)
    project = considered.project
    if considered.state is State.CALLED:
        raise ProjectVoteCalled(project=project.code)
    if considered.flag is None:
        raise ProjectNotPromised(project=project.code)
    measure = drafting.draft(
        uow,
        instrument=Instrument.ADVISORY,
        words=DraftText(
            title_ko=project.name_ko,
            title_en=project.name_en or "",
            reason=project.summary,
            districts=tuple(UUID(one) for one in project.districts or ()),
        ),
        by=by,
        demo=demo,
    )
    measure.project_id = project.id
    uow.session.flush()
    return measure


def _considered(uow: UnitOfWork, project_id: UUID, by: Officer) -> Considered:
    """The project under the lock of its place, as it stands today."""
    insist_on_office(by)
    hold_projects(uow.session, by.jurisdiction)
    return Board.of(uow.session, by.jurisdiction).one(here(uow.session, project_id, by))


def insist_on_words(reason: str) -> None:
    """Refuse what residents could not be told: no reasons, or more than a page holds."""
    if not reason.strip() or len(reason) > LONGEST:
        raise ParticularMissing(field="reason")
