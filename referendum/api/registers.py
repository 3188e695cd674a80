"""The register: what a file would change, importing it, its versions; and "may I?"."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.api.access import measure_here
from referendum.api.callers import House
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, Repeatable
from referendum.api.shapes import LARGEST, Moment, Page, Told
from referendum.doors.sessions import Signer, Staff
from referendum.kernel.people import FreshCodeNeeded, Role, RoleMissing
from referendum.kernel.spreadsheet import Refused
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import petitioning, rules
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.enrolment.errors import VotersEnrol
from referendum.lifecycle.errors import MeasureNotFound, RuleRefused
from referendum.lifecycle.tables import Measure
from referendum.roll import comparing, eligibility, importing
from referendum.roll import errors as refusals
from referendum.roll.comparing import ImportReport
from referendum.roll.eligibility import Answer
from referendum.roll.freezing import Purpose
from referendum.roll.tables import RegisterVersion, Roll
from thresholds.electorate import AgeDate, Electorate
from thresholds.vocabulary import DeadlineName, Instrument, Office

router = APIRouter(prefix="/register", tags=["register"], route_class=Route)
own_router = APIRouter(prefix="/eligibility", tags=["register"], route_class=Route)

Csv = Annotated[bytes, Body(media_type="text/csv", description="UTF-8 or CP949.")]
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


class FaultOut(Told):
    """The place of one fault: never what stands there."""

    line: int
    column: str | None
    reason: str

    @classmethod
    def of(cls, one: Refused) -> FaultOut:
        return cls(line=one.line, column=one.column, reason=one.reason.value)


class ImportReportOut(Told):
    """What an import does, or did. The counts are of people."""

    version: int
    as_of: date
    added: int
    changed: int
    ended: int
    unchanged: int
    spared: int
    refused: list[FaultOut]
    noted: list[FaultOut]
    sha256: str
    encoding: str

    @classmethod
    def of(cls, report: ImportReport) -> ImportReportOut:
        told = {name: getattr(report, name) for name in cls.model_fields}
        told["refused"] = [FaultOut.of(one) for one in report.refused]
        told["noted"] = [FaultOut.of(one) for one in report.noted]
        return cls(**told)


class VersionOut(Told):
    number: int
    as_of: date
    imported_at: Moment
    file_sha256: str
    added: int
    changed: int
    ended: int
    refused: int
    unchanged: int

    @classmethod
    def of(cls, one: RegisterVersion) -> VersionOut:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


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


@router.post("/preview/import", responses=possible(*FILE))
def preview(file: Csv, as_of: date, house: House, by: Staff) -> ImportReportOut:
    """What the file would change. Nothing is written."""
    by.insist(Role.REGISTRAR)
    with house.begin() as uow:
        report = comparing.compare(
            uow.session,
            house.vault,
            jurisdiction_id=by.jurisdiction,
            data=file,
            as_of=as_of,
            invented=house.invents_people,
        )
        return ImportReportOut.of(report)


@router.post(
    "/import",
    status_code=201,
    response_model=ImportReportOut,
    responses=possible(*FILE, refusals.RegisterMovedOn, FreshCodeNeeded),
)
def import_file(
    file: Csv,
    as_of: date,
    house: House,
    by: Staff,
    once: Repeatable,
    version: Annotated[
        int | None,
        Query(ge=1, le=LARGEST, description="The version of the preview that was read."),
    ] = None,
) -> Any:
    """Take a full file as the next version of the register, all of it or nothing."""

    def take(uow: UnitOfWork) -> Done:
        report = importing.import_register(
            uow,
            jurisdiction_id=by.jurisdiction,
            data=file,
            as_of=as_of,
            by=by,
            vault=house.vault,
            as_version=version,
            invented=house.invents_people,
        )
        return Done(ImportReportOut.of(report))

    return once(take)


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
