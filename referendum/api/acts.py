"""What moves a measure: acts, certification, holds, and deadlines moved with a reason."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from referendum.api.access import ACTING, deputy_of, measure_here, measure_seen, paper_of
from referendum.api.callers import House, Member, Someone
from referendum.api.handing import LISTED, SheetIn, sheets_of
from referendum.api.labelling import Labelled, binding_of
from referendum.api.measure_shapes import StepOut
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import (
    Asked,
    Count,
    Day,
    DeputyIn,
    Id,
    Line,
    OneOf,
    PaperIn,
    Paragraph,
    Told,
)
from referendum.doors.sharing import shared
from referendum.kernel.people import Officer, Resident
from referendum.kernel.proposals import SecondOfficerNeeded
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import duties, errors, papering, performing, proposing
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.office import approving
from referendum.lifecycle.stages import Act, Step
from referendum.lifecycle.tables import Measure
from referendum.papers.naming import Issuer
from signatures.handing_in import MOST_SHEETS

router = APIRouter(prefix="/measures/{measure_id}", tags=["acts"], route_class=Route)

OF_ACTS = (
    errors.IssuerNotPossible,
    errors.ParticularMissing,
    errors.HolderNotRecorded,
    errors.DraftIncomplete,
    errors.RuleRefused,
    errors.TotalNotPublished,
    errors.DayNotAllowed,
    errors.ExaminationOpen,
    errors.CuredBefore,
    errors.ExtendedBefore,
    errors.VerdictOtherwise,
    errors.NeedsCertifying,
    errors.NeedsAnswer,
    errors.BarApplies,
    *LISTED,
)


class PossibleActOut(Told):
    """A step that the caller may take now, and what it has to be given with."""

    act: str
    target: str
    by: str
    due: str | None
    due_day: date | None
    document: bool
    issuers: list[str]
    """Whose document it may be, the usual one first."""
    certified: bool
    two_officers: bool
    """Whether it is proposed to a second officer."""


class PossibleActsOut(Labelled):
    acts: list[PossibleActOut]


class ActIn(Asked):
    """An act with its particulars; which of them it needs, the act itself says."""

    act: OneOf[Act]
    document: PaperIn | None = None
    reason: Paragraph | None = None
    day: Day | None = None
    electors: Annotated[dict[Id, Count], Field(default_factory=dict)]
    source: Line | None = None
    sheets: Annotated[list[SheetIn], Field(default_factory=list, max_length=MOST_SHEETS)]
    """What is handed in on paper, beside what was keyed in before."""
    excluded: Line | None = None
    """The one excluded subject that a refusal relies on."""
    deputy: DeputyIn | None = None
    """Who signed a call, or a decision in its place, by delegation."""
    issuer: OneOf[Issuer] | None = None
    """Whose document it is, where the act may rest on one of several bodies'."""

    @property
    def particulars(self) -> Particulars:
        return Particulars(
            document=paper_of(self.document),
            reason=self.reason,
            day=self.day,
            electors=self.electors,
            source=self.source,
            sheets=sheets_of(self.sheets),
            excluded=self.excluded,
            deputy=deputy_of(self.deputy),
            issuer=self.issuer,
        )


@router.get("/acts", responses=possible(errors.MeasureNotFound))
@shared(declared=True)
def list_possible_acts(measure_id: UUID, house: House, by: Someone) -> PossibleActsOut:
    """What the caller may do with this measure now; a visitor nothing."""
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        steps = duties.possible(uow.session, measure, by)
        return PossibleActsOut(
            acts=[_possible(uow, measure, step, by) for step in steps], **binding_of(measure)
        )


@act(router, "/acts", *ACTING, *OF_ACTS, errors.AllMustAgree, SecondOfficerNeeded)
def perform_act(
    uow: UnitOfWork, measure_id: UUID, given: ActIn, house: House, by: Member
) -> StepOut:
    """Take an act with all that belongs to it. What takes two officers is proposed instead.

    What takes all representatives is agreed on by them on the pages, each with a code.
    """
    measure = measure_here(uow, measure_id, by)
    taken = performing.perform(uow, house.means, measure_id, given.act, by, given.particulars)
    papers = papering.shown_by_id(uow.session, [taken.paper_id] if taken.paper_id else [])
    signed = approving.by_entry(uow.session, [taken.entry_id])
    return StepOut.of(taken, measure, papers, signed.get(taken.entry_id))


def _possible(
    uow: UnitOfWork, measure: Measure, step: Step, by: Resident | Officer | None
) -> PossibleActOut:
    kept = deadlines.kept(uow.session, measure.id, step.due) if step.due else None
    return PossibleActOut(
        act=step.act.value,
        target=step.target.value,
        by=step.by.value,
        due=step.due,
        due_day=kept.day if kept else None,
        document=step.document,
        issuers=[one.value for one in papering.issuers_of(step)],
        certified=step.certified,
        two_officers=isinstance(by, Officer)
        and proposing.takes_two(uow.session, measure, step.act, by),
    )
