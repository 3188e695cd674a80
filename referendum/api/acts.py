"""What moves a measure: acts, certification, holds, and deadlines moved with a reason."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from referendum.api.access import measure_here, measure_seen
from referendum.api.callers import House, Member, Someone
from referendum.api.measures import DeadlineOut, HoldOut, StepOut
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, Repeatable
from referendum.api.shapes import (
    Asked,
    Count,
    Day,
    DocumentIn,
    Id,
    Line,
    OneOf,
    Paragraph,
    Told,
)
from referendum.doors.sessions import Staff
from referendum.identity.tables import Staff as Account
from referendum.kernel.people import FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    certifying,
    deadlines,
    errors,
    holding,
    performing,
    qualifying,
    reading,
    stages,
)
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.certifying import Certified, Signatory
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage, Step
from referendum.lifecycle.tables import Measure
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/measures/{measure_id}", tags=["acts"], route_class=Route)

REFUSALS = (
    errors.MeasureNotFound,
    errors.NotYourAct,
    errors.NotRepresentative,
    errors.OnHold,
    errors.DocumentNeeded,
    ActNotAllowed,
    RoleMissing,
    FreshCodeNeeded,
)
OF_ACTS = (
    errors.ParticularMissing,
    errors.DraftIncomplete,
    errors.RuleRefused,
    errors.TotalNotPublished,
    errors.DayNotAllowed,
    errors.ExaminationOpen,
    errors.CuredBefore,
    errors.ExtendedBefore,
    errors.VerdictOtherwise,
    errors.NeedsCertifying,
    errors.BarApplies,
)


class PossibleActOut(Told):
    """A step that the caller may take now, and what it has to be given with."""

    act: str
    target: str
    by: str
    due: str | None
    due_day: date | None
    document: bool
    certified: bool


class PossibleActsOut(Told):
    acts: list[PossibleActOut]


class ActIn(Asked):
    """An act with its particulars; which of them it needs, the act itself says."""

    act: OneOf[Act]
    document: DocumentIn | None = None
    reason: Paragraph | None = None
    day: Day | None = None
    electors: Annotated[dict[Id, Count], Field(default_factory=dict)]
    source: Line | None = None

    @property
    def particulars(self) -> Particulars:
        return Particulars(
            document=_document(self.document),
            reason=self.reason,
            day=self.day,
            electors=self.electors,
            source=self.source,
        )


class CertificationIn(Asked):
    document: DocumentIn | None = None


class CertificationOut(Told):
    """How far it has come: the second officer's certification brings the certificate."""

    verdict_sha256: str
    outcome: str
    attested: int
    needed: int
    certificate: UUID | None

    @classmethod
    def of(cls, found: Certified) -> CertificationOut:
        return cls(
            verdict_sha256=found.verdict_sha256,
            outcome=found.outcome,
            attested=found.attested,
            needed=certifying.OFFICERS,
            certificate=found.certificate_id,
        )


class AttestationOut(Told):
    name: str
    role: str
    authority: str
    certified_at: datetime


class PendingVerdictOut(Told):
    """The verdict that waits to be certified, with every number in it."""

    act: str
    subject: str
    outcome: str
    numbers: dict[str, Any]
    attestations: list[AttestationOut]


class HoldIn(Asked):
    kind: OneOf[HoldKind]
    document: DocumentIn
    reason: Paragraph
    stops_clock: bool


class ReasonIn(Asked):
    reason: Paragraph


class DeadlineIn(Asked):
    day: Day
    reason: Paragraph


@router.get("/acts", responses=possible(errors.MeasureNotFound))
def list_possible_acts(measure_id: UUID, house: House, by: Someone) -> PossibleActsOut:
    """What the caller may do with this measure now; a visitor nothing."""
    with house.begin() as uow:
        measure = measure_seen(uow, measure_id, by)
        steps = reading.possible(uow.session, measure, by)
        return PossibleActsOut(acts=[_possible(uow, measure, step) for step in steps])


@router.post(
    "/acts", status_code=201, response_model=StepOut, responses=possible(*REFUSALS, *OF_ACTS)
)
def perform_act(measure_id: UUID, given: ActIn, house: House, by: Member, once: Repeatable) -> Any:
    """Take an act with all that belongs to it."""

    def perform(uow: UnitOfWork) -> Done:
        measure_here(uow, measure_id, by)
        taken = performing.perform(uow, house.means, measure_id, given.act, by, given.particulars)
        return Done(StepOut.of(taken))

    return once(perform)


@router.get(
    "/verdict",
    responses=possible(
        errors.MeasureNotFound,
        errors.NotYourAct,
        errors.ExaminationOpen,
        errors.CountIncomplete,
        errors.RuleRefused,
        errors.TotalNotPublished,
        ActNotAllowed,
        RoleMissing,
    ),
)
def show_verdict(measure_id: UUID, house: House, by: Staff) -> PendingVerdictOut:
    """What the numbers say now: for those who may certify it, before anybody else."""
    with house.begin() as uow:
        measure = measure_here(uow, measure_id, by)
        _insist_on_certifier(uow, measure, by)
        act, statement = certifying.pending(uow.session, measure)
        attested = certifying.attestations(uow.session, measure.id, statement)
        return PendingVerdictOut(
            act=act.value,
            subject=statement.subject,
            outcome=statement.outcome,
            numbers=statement.numbers,
            attestations=[
                AttestationOut(
                    name=one.name,
                    role=one.role,
                    authority=one.authority,
                    certified_at=one.certified_at,
                )
                for one in attested
            ],
        )


@router.post(
    "/certifications",
    status_code=201,
    response_model=CertificationOut,
    responses=possible(
        *REFUSALS,
        errors.ExaminationOpen,
        errors.CountIncomplete,
        errors.AttestedBefore,
        errors.RuleRefused,
        errors.TotalNotPublished,
    ),
)
def certify(
    measure_id: UUID, given: CertificationIn, house: House, by: Staff, once: Repeatable
) -> Any:
    """Certify the verdict that the numbers give now. A code must have been given just before."""

    def attest(uow: UnitOfWork) -> Done:
        measure_here(uow, measure_id, by)
        found = certifying.certify(
            uow,
            house.means,
            measure_id,
            by=_signatory(uow, by),
            document=_document(given.document),
        )
        return Done(CertificationOut.of(found))

    return once(attest)


@router.post(
    "/holds",
    status_code=201,
    response_model=HoldOut,
    responses=possible(
        errors.MeasureNotFound, errors.ParticularMissing, ActNotAllowed, RoleMissing
    ),
)
def place_hold(measure_id: UUID, given: HoldIn, by: Staff, once: Repeatable) -> Any:
    """Halt a measure, for a court or a postponement."""

    def halt(uow: UnitOfWork) -> Done:
        measure_here(uow, measure_id, by)
        hold = holding.place(
            uow,
            measure_id,
            kind=given.kind,
            document=Document(given.document.number, given.document.day),
            reason=given.reason,
            stops_clock=given.stops_clock,
            by=by,
        )
        return Done(HoldOut.of(hold))

    return once(halt)


@router.post(
    "/holds/{hold_id}/lifting",
    status_code=201,
    response_model=HoldOut,
    responses=possible(
        errors.MeasureNotFound, errors.NotHeld, errors.ParticularMissing, RoleMissing
    ),
)
def lift_hold(measure_id: UUID, hold_id: UUID, given: ReasonIn, by: Staff, once: Repeatable) -> Any:
    """Lift a halt; the measure stands where it stood."""

    def lift(uow: UnitOfWork) -> Done:
        measure_here(uow, measure_id, by)
        return Done(HoldOut.of(holding.lift(uow, measure_id, hold_id, reason=given.reason, by=by)))

    return once(lift)


@router.put(
    "/deadlines/{name}",
    responses=possible(
        errors.MeasureNotFound,
        errors.DeadlineNotFound,
        errors.ParticularMissing,
        RoleMissing,
        FreshCodeNeeded,
    ),
)
def override_deadline(
    measure_id: UUID,
    name: Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")],
    given: DeadlineIn,
    house: House,
    by: Staff,
) -> DeadlineOut:
    """Move a deadline with a written reason, which goes into the record."""
    with house.begin() as uow:
        measure_here(uow, measure_id, by)
        measure = acting.lock(uow.session, measure_id)
        moved = deadlines.override(uow, measure, name, day=given.day, reason=given.reason, by=by)
        qualifying.follow_deadline(uow, measure)
        return DeadlineOut.of(moved)


def _insist_on_certifier(uow: UnitOfWork, measure: Measure, by: Officer) -> None:
    """Whoever may certify may read before; the code is asked for when they certify."""
    by.insist(Role.CERTIFIER)
    steps = stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
    step = next((step for step in steps if step.certified), None)
    if step is None:
        raise ActNotAllowed(stage=measure.stage, act="certify", possible=[])
    with suppress(errors.DocumentNeeded):
        acting.insist_on_right(uow.session, measure, step, replace(by, fresh=True), acting.NOTHING)


def _possible(uow: UnitOfWork, measure: Measure, step: Step) -> PossibleActOut:
    kept = deadlines.kept(uow.session, measure.id, step.due) if step.due else None
    return PossibleActOut(
        act=step.act.value,
        target=step.target.value,
        by=step.by.value,
        due=step.due,
        due_day=kept.day if kept else None,
        document=step.document,
        certified=step.certified,
    )


def _document(given: DocumentIn | None) -> Document | None:
    return Document(given.number, given.day) if given else None


def _signatory(uow: UnitOfWork, by: Officer) -> Signatory:
    """The officer as the account names them."""
    account = uow.session.get_one(Account, by.id)
    return Signatory(by, account.display_name, account.office_title)
