"""The register: what a file would change, importing it, its versions; and "may I?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from referendum.api import arriving
from referendum.api.access import measure_here
from referendum.api.arriving import CSV
from referendum.api.callers import House
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, Once, Repeatable, RepeatKey, once_of
from referendum.api.shapes import LARGEST, Day, Moment, Page, Told, ToldOf
from referendum.doors.sessions import Signer, Staff, Visitor
from referendum.kernel.people import FreshCodeNeeded, Role, RoleMissing
from referendum.kernel.spreadsheet import Refused
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import petitioning, rules
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.enrolment.errors import VotersEnrol
from referendum.lifecycle.errors import MeasureNotFound, RuleRefused
from referendum.lifecycle.tables import Measure
from referendum.roll import eligibility, importing, intakes, receiving
from referendum.roll import errors as refusals
from referendum.roll.eligibility import Answer
from referendum.roll.freezing import Purpose
from referendum.roll.intake_tables import RegisterIntake
from referendum.roll.intakes import ImportReport, Stage
from referendum.roll.tables import RegisterVersion, Roll
from thresholds.electorate import AgeDate, Electorate
from thresholds.vocabulary import DeadlineName, Instrument, Office

router = APIRouter(prefix="/register", tags=["register"], route_class=Route)
own_router = APIRouter(prefix="/eligibility", tags=["register"], route_class=Route)

FILE = (
    refusals.RegisterEmpty,
    refusals.RegisterEncodingUnknown,
    refusals.RegisterNotCsv,
    refusals.RegisterColumnsWrong,
    refusals.RegisterMostlyBroken,
    refusals.RegisterOlder,
    refusals.RegisterFromTheFuture,
    RoleMissing,
)


TAKEN = (
    refusals.RegisterMovedOn,
    refusals.RegisterShrinks,
    refusals.RegisterBusy,
    refusals.IntakeNotRead,
)
Version = Annotated[
    int | None, Query(ge=1, le=LARGEST, description="The version of the preview that was read.")
]


class FaultOut(ToldOf[Refused]):
    """The place of one fault: never what stands there."""

    line: int
    column: str | None
    reason: str


class ImportReportOut(ToldOf[ImportReport]):
    """What an import does, or did. The counts are of people."""

    version: int
    as_of: date
    added: int
    changed: int
    ended: int
    unchanged: int
    spared: int
    refused_lines: int
    noted_lines: int
    refused: list[FaultOut]
    """The first of them."""
    noted: list[FaultOut]
    sha256: str
    encoding: str
    intake: UUID | None
    """What to confirm, instead of sending the file again; it waits for a day."""


class IntakeOut(Told):
    """A file on its way. `done` of `whole`: bytes while it is read, lines while it goes in."""

    id: UUID
    stage: intakes.Stage
    as_of: date
    version: int
    done: int
    whole: int
    refusal: str | None
    report: ImportReportOut | None

    @classmethod
    def of(cls, session: Session, row: RegisterIntake) -> IntakeOut:
        far = intakes.progress(row)
        read = far.stage in (Stage.WAITING, Stage.PUBLISHING, Stage.DONE)
        return cls(
            id=row.id,
            stage=far.stage,
            as_of=row.as_of,
            version=row.version,
            done=far.done,
            whole=far.whole,
            refusal=far.refusal,
            report=ImportReportOut.of(intakes.report(session, row)) if read else None,
        )


class VersionOut(ToldOf[RegisterVersion]):
    number: int
    as_of: date
    imported_at: Moment
    file_sha256: str
    added: int
    changed: int
    ended: int
    refused: int
    unchanged: int


class EligibilityOut(Told):
    """What the one who asks is told of their own standing, and of nobody else's."""

    purpose: str
    eligible: bool
    reason: str | None
    decided_on: date
    residence_from: date | None
    residence_to: date | None
    district: UUID | None
    of_age_on: date | None
    register_as_of: date
    citation: str

    @classmethod
    def of(cls, purpose: Purpose, answer: Answer, electorate: Electorate) -> EligibilityOut:
        return cls(
            purpose=purpose.value,
            eligible=answer.eligible,
            reason=answer.reason.value if answer.reason else None,
            decided_on=answer.decided_on,
            residence_from=answer.residence_from,
            residence_to=answer.residence_to,
            district=answer.district_id,
            of_age_on=answer.of_age_on,
            register_as_of=answer.register_as_of,
            citation=electorate.citation,
        )


@router.get("/versions", responses=possible(RoleMissing))
def list_versions(house: House, by: Staff, asks: Asks) -> Page[VersionOut]:
    """All imports of the officer's place, newest first."""
    by.insist(Role.REGISTRAR)
    before = asks.before()
    imports = select(RegisterVersion).where(RegisterVersion.jurisdiction_id == by.jurisdiction)
    if before is not None:
        imports = imports.where(RegisterVersion.number < before)
    with house.begin() as uow:
        newest_first = imports.order_by(RegisterVersion.number.desc()).limit(asks.wanted)
        rows = uow.session.scalars(newest_first).all()
        return asks.page(rows, VersionOut.of, key=lambda one: one.number)


@dataclass(frozen=True, slots=True)
class Arrives:
    """A dependency: takes in the file of a request while it comes, never whole in memory."""

    fresh: bool

    async def __call__(
        self, request: Request, as_of: Day, house: House, by: Staff
    ) -> tuple[UUID, str]:
        """The intake, and the SHA-256 of the file."""
        by.insist(Role.REGISTRAR, fresh=self.fresh)
        receiver = await run_in_threadpool(
            receiving.open_receiver,
            house.begin,
            house.vault,
            jurisdiction_id=by.jurisdiction,
            as_of=as_of,
            by=by.mark,
            invented=house.invents_people,
        )
        await arriving.arrived(request, receiver)
        intake = await run_in_threadpool(
            importing.begun_before, house.begin, house.vault, receiver.intake_id
        )
        return intake, receiver.sha256


ToLookAt = Annotated[tuple[UUID, str], Depends(Arrives(fresh=False))]
ToTakeIn = Annotated[tuple[UUID, str], Depends(Arrives(fresh=True))]


def once_with_file(
    request: Request,
    caller: Visitor,
    arrived: ToTakeIn,
    idempotency_key: RepeatKey = None,
) -> Once:
    """As `repeating.once`; the file has been read by the time that it is asked."""
    return once_of(request, caller, idempotency_key, body_sha256=arrived[1])


@router.post("/preview/import", responses=possible(*FILE), openapi_extra=CSV)
def preview(arrived: ToLookAt, house: House, by: Staff) -> ImportReportOut:  # noqa: ARG001  # the door
    """What the file would change. Nothing changes; the file waits for a day to be confirmed."""
    return ImportReportOut.of(importing.compare(house.begin, house.vault, arrived[0]))


@router.post(
    "/import",
    status_code=201,
    response_model=ImportReportOut,
    responses=possible(*FILE, *TAKEN, FreshCodeNeeded),
    openapi_extra=CSV,
)
def import_file(
    arrived: ToTakeIn,
    house: House,
    by: Staff,
    once: Annotated[Once, Depends(once_with_file)],
    version: Version = None,
) -> Any:
    """Take a full file as the next version of the register, all of it or nothing.

    Without the version of a preview that was read, a file with which too many people would end is
    refused.
    """
    return _take_in(arrived[0], house, by, once, version)


@router.get("/intakes", responses=possible(RoleMissing))
def list_intakes(house: House, by: Staff) -> list[IntakeOut]:
    """Files that are on their way into the register, or wait to be confirmed."""
    by.insist(Role.REGISTRAR)
    with house.begin() as uow:
        found = intakes.open_ones(uow.session, by.jurisdiction)
        return [IntakeOut.of(uow.session, row) for row in found]


@router.get("/intakes/{intake_id}", responses=possible(RoleMissing, refusals.IntakeNotFound))
def show_intake(intake_id: UUID, house: House, by: Staff) -> IntakeOut:
    """How far a file is, and its report once it is read."""
    by.insist(Role.REGISTRAR)
    with house.begin() as uow:
        row = intakes.of_place(uow.session, by.jurisdiction, intake_id)
        return IntakeOut.of(uow.session, row)


@router.post(
    "/intakes/{intake_id}/confirmation",
    status_code=201,
    response_model=ImportReportOut,
    responses=possible(*FILE, *TAKEN, refusals.IntakeNotFound, FreshCodeNeeded),
)
def confirm_intake(
    intake_id: UUID, house: House, by: Staff, once: Repeatable, version: Version = None
) -> Any:
    """Take in a file that was reported on, without sending it again."""
    return _take_in(intake_id, house, by, once, version)


def _take_in(intake_id: UUID, house: House, by: Staff, once: Once, version: int | None) -> Any:
    """Not by `repeating.act`: the file is let go of only when the version is committed."""

    def take(uow: UnitOfWork) -> Done:
        report = importing.import_register(
            uow,
            house.begin,
            house.vault,
            intake_id,
            by=by,
            as_version=version,
            ending_percent=house.settings.register_ending_percent,
        )
        return Done(ImportReportOut.of(report))

    answer = once(take)
    importing.settle(house.begin, house.vault, intake_id)
    return answer


@own_router.get("", responses=possible(RuleRefused, refusals.RegisterMissing))
def may_i(
    house: House,
    resident: Signer,
    instrument: Instrument,
    purpose: Purpose = Purpose.SIGNING,
    office: Office | None = None,
) -> EligibilityOut:
    """May I sign, or vote, were it today? By the law in force and the latest register."""
    with house.begin() as uow:
        trial = Measure(
            jurisdiction_id=resident.jurisdiction,
            instrument=instrument.value,
            office=office.value if office else None,
        )
        today = rules.today(uow, trial)
        rulebook = rules.in_force(uow.session, trial, today)
        part = petitioning.signing_of(rulebook) if purpose is Purpose.SIGNING else rulebook.voting
        if part is None:
            raise RuleRefused(rule="no-poll", rulebook=rulebook.id)
        base = date(today.year - 1, 12, 31) if purpose is Purpose.SIGNING else today
        electorate = part.electorate
        age_on = base if electorate.age_on is AgeDate.BASE_DATE else today
        return _answer(uow.session, resident.person, purpose, electorate, base=base, age_on=age_on)


@own_router.get(
    "/{measure_id}",
    responses=possible(MeasureNotFound, RuleRefused, VotersEnrol, refusals.RegisterMissing),
)
def may_i_here(
    measure_id: UUID, house: House, resident: Signer, purpose: Purpose = Purpose.SIGNING
) -> EligibilityOut:
    """May I sign, or vote, on this measure? By its own rulebook and its own days."""
    with house.begin() as uow:
        measure = measure_here(uow, measure_id, resident)
        if purpose is Purpose.VOTING and enrolled.enrols(uow.session, measure):
            raise VotersEnrol(measure=str(measure.id))
        roll = _roll(uow.session, measure, purpose)
        rulebook = (
            rules.pinned(measure)
            if purpose is Purpose.SIGNING
            else rules.for_poll(measure, deadlines.events_of(uow.session, measure))
        )
        part = petitioning.signing_of(rulebook) if purpose is Purpose.SIGNING else rulebook.voting
        if part is None:
            raise RuleRefused(rule="no-poll", rulebook=rulebook.id)
        if roll is not None:
            base, age_on = roll.base_date, roll.age_date
        else:
            base, age_on = _days_ahead(uow, measure, part.electorate)
        return _answer(
            uow.session, resident.person, purpose, part.electorate, base=base, age_on=age_on
        )


def _roll(session: Session, measure: Measure, purpose: Purpose) -> Roll | None:
    """The list that decides, where it is frozen already."""
    frozen = select(Roll).where(Roll.measure_id == measure.id, Roll.purpose == purpose.value)
    return session.scalars(frozen.order_by(Roll.frozen_at.desc()).limit(1)).first()


def _days_ahead(uow: UnitOfWork, measure: Measure, electorate: Electorate) -> tuple[date, date]:
    """The days that will decide, as far as they are known; today, where they are not."""
    today = rules.today(uow, measure)
    base = deadlines.kept(uow.session, measure.id, DeadlineName.ROLL_BASE)
    vote = deadlines.kept(uow.session, measure.id, DeadlineName.VOTE_DAY)
    base_day = base.day if base else today
    if electorate.age_on is AgeDate.VOTE_DAY:
        return base_day, vote.day if vote else today
    return base_day, base_day


def _answer(
    session: Session,
    person: UUID,
    purpose: Purpose,
    electorate: Electorate,
    *,
    base: date,
    age_on: date,
) -> EligibilityOut:
    answer = eligibility.may_i(
        session, person_id=person, electorate=electorate, base_date=base, age_date=age_on
    )
    return EligibilityOut.of(purpose, answer, electorate)
