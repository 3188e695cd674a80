"""The city's projects: what the mayor's promise covers, until when, and what became of each."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query

from referendum.api.access import NAMING, deputy_of, paper_of
from referendum.api.callers import House
from referendum.api.paging import Asks
from referendum.api.proposals import ProposalOut
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import (
    Asked,
    DeputyIn,
    From,
    Label,
    Moment,
    Page,
    PaperIn,
    Paragraph,
    Told,
    ToldOf,
)
from referendum.api.signed_acts import SignedActOut
from referendum.doors.sessions import Staff, Visitor
from referendum.doors.sharing import shared
from referendum.kernel.people import FreshCodeNeeded, RoleMissing
from referendum.kernel.proposals import ProposedAlready
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import errors, seconding
from referendum.lifecycle.advisory import narrowing
from referendum.lifecycle.advisory.calling_in_time import CallBy
from referendum.lifecycle.advisory.considered import Considered, Flag, State
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.advisory.declining import ProjectNotPromised, ProjectVoteCalled
from referendum.lifecycle.advisory.narrowing import Narrowing
from referendum.lifecycle.office.approving import Approval
from referendum.projects import keeping
from referendum.projects.errors import NotCalledBefore, ProjectNotFound, ProjectsOfTheMayor
from referendum.projects.lines import ProjectStage
from referendum.projects.tables import NotCalled, ProjectChange
from referendum.roll import places
from referendum.roll.errors import JurisdictionNotFound
from thresholds.terms import ProjectKind

router = APIRouter(prefix="/projects", tags=["projects"], route_class=Route)

PLACE: Final = r"^[a-z0-9-]{2,60}$"


class FlagOut(Told):
    """Why a promise covers it: `total` reaches `least` for its kind, or it has no budget."""

    promise: UUID
    promise_number: int
    least: int | None

    @classmethod
    def of(cls, flag: Flag) -> FlagOut:
        number = flag.promise.number
        assert number is not None
        return cls(promise=flag.promise.id, promise_number=number, least=flag.least)


class SumOut(Told):
    """How a day was worked out, in both languages, with its article."""

    ko: str
    en: str
    article: str


class CallByOut(Told):
    """The last day on which a call leads to an answer before the decision, and the days between.

    The result's day is assumed: the day after the vote.
    """

    day: date
    vote: date
    result: date
    answer: date
    decision: date
    vote_sum: SumOut
    answer_sum: SumOut | None

    @classmethod
    def of(cls, found: CallBy) -> CallByOut:
        answer = None
        if found.answer_sum is not None and found.answer_article is not None:
            answer = SumOut(**found.answer_sum, article=found.answer_article)
        return cls(
            day=found.day,
            vote=found.vote,
            result=found.result,
            answer=found.answer,
            decision=found.decision,
            vote_sum=SumOut(**found.vote_sum, article=found.vote_article),
            answer_sum=answer,
        )


class NotCalledOut(ToldOf[NotCalled]):
    """A reasoned decision not to call a vote, under one promise."""

    promise: Annotated[UUID, From("delegation_id")]
    promise_number: Annotated[int, From("delegation_number")]
    reason: str
    document: Annotated[str, From("document_number")]
    document_day: date
    decided_on: date
    call_by: date | None
    total: int | None
    entry: Annotated[UUID, From("entry_id")]


class NotCallingIn(Asked):
    """Reasons that become public, the mayor's paper, and who signed it by delegation, if so."""

    reason: Paragraph
    document: PaperIn
    deputy: DeputyIn | None = None


class ProjectOut(Told):
    """A project; amounts are whole won, null in both for a matter without a budget.

    `districts` null: the whole place. `signed`: how the decisions not to call were signed, by
    their entries; older ones do not say. `binding` is always false: what is asked is advice.
    """

    id: UUID
    number: int
    code: str
    name: Label
    kind: str
    department: str
    total: int | None
    yearly: int | None
    stage: str
    districts: list[UUID] | None
    decision_on: date | None
    summary: str
    listed: bool
    state: str
    flag: FlagOut | None
    call_by: CallByOut | None
    decision: NotCalledOut | None
    earlier_decisions: list[NotCalledOut]
    signed: list[SignedActOut]
    measures: list[UUID]
    binding: bool

    @classmethod
    def of(cls, one: Considered) -> ProjectOut:
        return cls(**_told(one))


class ChangeOut(ToldOf[ProjectChange]):
    """One change: by field what it was and what it became. `reason` where it was made by hand."""

    at: Moment
    act: str
    fields: dict[str, list[Any]]
    reason: str | None


class WholeProjectOut(ProjectOut):
    """With all that was ever changed, newest first."""

    changes: list[ChangeOut]


@router.get("", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def list_projects(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
    place: Annotated[str | None, Query(pattern=PLACE)] = None,
    state: State | None = None,
    kind: ProjectKind | None = None,
    stage: ProjectStage | None = None,
    promised: Annotated[bool | None, Query(description="Whether a promise covers it.")] = None,
) -> Page[ProjectOut]:
    """Every project of a place, by number; what the promise covers is flagged."""
    after = asks.after(int, first=0)
    with house.look() as uow:
        here = places.jurisdiction(uow.session, place or house.settings.jurisdiction)
        wanted = Narrowing(state=state, kind=kind, stage=stage, promised=promised)
        found = narrowing.listed(Board.of(uow.session, here.id), wanted)
        rows = sorted(
            (one for one in found if one.project.number > after),
            key=lambda one: one.project.number,
        )
        return asks.page(rows, ProjectOut.of, key=lambda one: one.project.number)


@router.get("/{project_id}", responses=possible(ProjectNotFound))
@shared(declared=True)
def show_project(
    project_id: UUID,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> WholeProjectOut:
    """One project with the sum of its last day, decisions, votes and changes."""
    with house.look() as uow:
        project = keeping.get(uow.session, project_id)
        one = Board.of(uow.session, project.jurisdiction_id).one(project)
        changes = [ChangeOut.of(kept) for kept in keeping.history(uow.session, project.id)]
        return WholeProjectOut(**_told(one), changes=changes)


@act(
    router,
    "/{project_id}/not-calling",
    *NAMING,
    ProjectNotFound,
    ProjectsOfTheMayor,
    ProjectNotPromised,
    ProjectVoteCalled,
    NotCalledBefore,
    errors.ParticularMissing,
    errors.DocumentAhead,
    errors.HolderNotRecorded,
    ProposedAlready,
    RoleMissing,
    FreshCodeNeeded,
)
def propose_not_calling(
    uow: UnitOfWork, project_id: UUID, given: NotCallingIn, by: Staff
) -> ProposalOut:
    """Propose not to call a vote that the promise covers, to a second officer of the office."""
    approval = Approval(paper_of(given.document), deputy_of(given.deputy))
    put = seconding.propose_not_calling(
        uow, project_id, approval=approval, reason=given.reason, by=by
    )
    return ProposalOut.of(uow, put)


def _told(one: Considered) -> dict[str, Any]:
    project = one.project
    plain = ("id", "number", "code", "kind", "department", "total", "yearly", "stage")
    return {
        **{name: getattr(project, name) for name in plain},
        "name": Label(ko=project.name_ko, en=project.name_en),
        "districts": [UUID(id_) for id_ in project.districts] if project.districts else None,
        "decision_on": project.decision_on,
        "summary": project.summary,
        "listed": project.listed,
        "state": one.state.value,
        "flag": FlagOut.of(one.flag) if one.flag else None,
        "call_by": CallByOut.of(one.call_by) if one.call_by else None,
        "decision": NotCalledOut.of(one.decision) if one.decision else None,
        "earlier_decisions": [NotCalledOut.of(made) for made in one.earlier],
        "signed": [
            SignedActOut.of(one.signed[made.entry_id])
            for made in (*([one.decision] if one.decision else ()), *one.earlier)
            if made.entry_id in one.signed
        ],
        "measures": [measure.id for measure in one.measures],
        "binding": False,
    }
