"""The mayor's reasoned decision not to call a vote on a project, and the draft of one."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import drafting, papering
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory.considered import Considered, State
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.errors import DocumentNeeded, ParticularMissing
from referendum.lifecycle.tables import Measure
from referendum.papers.naming import Issuer
from referendum.projects.errors import NotCalledBefore
from referendum.projects.keeping import here, hold_projects, insist_on_office
from referendum.projects.tables import NotCalled
from thresholds.vocabulary import Instrument

LONGEST: Final = {"reason": 4_000, "document_number": 100}


class ProjectNotPromised(DomainError):
    """No promise in force covers it, so there is no vote that could be called or not."""

    code: ClassVar[str] = "project-not-promised"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ProjectVoteCalled(DomainError):
    """The vote on it has been called."""

    code: ClassVar[str] = "project-vote-called"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


def decide_not_to_call(
    uow: UnitOfWork, project_id: UUID, *, reason: str, document: Document, by: Officer
) -> NotCalled:
    """Decide it once under the promise in force; public with its reasons, and on the record.

    A vote may still be called afterwards: that needs nothing but the call.
    """
    considered = _considered(uow, project_id, by)
    flag = considered.flag
    if flag is None or flag.promise.number is None:
        raise ProjectNotPromised(project=considered.project.code)
    if considered.state is State.CALLED:
        raise ProjectVoteCalled(project=considered.project.code)
    if considered.decision is not None:
        raise NotCalledBefore(promise=flag.promise.number)
    _insist_on_words(reason, document)
    named = papering.name(uow, by.jurisdiction, Issuer.MAYOR, document, by=by)
    call_by = considered.call_by.day if considered.call_by else None
    entry = uow.record(
        "vote.not_called",
        by=by,
        facts={
            "project": str(project_id),
            "delegation": str(flag.promise.id),
            "document": named.paper.number,
            **named.facts,
            "call_by": call_by.isoformat() if call_by else None,
        },
    )
    made = NotCalled(
        project_id=project_id,
        delegation_id=flag.promise.id,
        delegation_number=flag.promise.number,
        reason=reason.strip(),
        paper_id=named.paper.id,
        document_number=named.paper.number,
        document_day=named.paper.day,
        total=considered.project.total,
        decided_on=Board.of(uow.session, by.jurisdiction).today,
        call_by=call_by,
        by=by.mark,
        entry_id=entry,
    )
    uow.session.add(made)
    uow.session.flush()
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


def _insist_on_words(reason: str, document: Document) -> None:
    if not document.number.strip():
        raise DocumentNeeded(act="not_call", authority="mayor")
    for name, said in (("reason", reason), ("document_number", document.number)):
        if not said.strip() or len(said) > LONGEST[name]:
            raise ParticularMissing(field=name)
