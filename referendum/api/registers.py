"""The register: what a file would change, importing it, and its versions."""

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
from referendum.api.arriving import CSV
from referendum.api.callers import House
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, Once, Repeatable, RepeatKey, once_of
from referendum.api.shapes import LARGEST, Day, Moment, Page, Told, ToldOf
from referendum.doors.sessions import Staff, Visitor
from referendum.kernel.people import FreshCodeNeeded, Role, RoleMissing
from referendum.kernel.spreadsheet import Refused
from referendum.kernel.uow import UnitOfWork
from referendum.roll import errors as refusals
from referendum.roll import importing, intakes, receiving
from referendum.roll.intake_tables import RegisterIntake
from referendum.roll.intakes import ImportReport, Stage
from referendum.roll.tables import RegisterVersion

router = APIRouter(prefix="/register", tags=["register"], route_class=Route)

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
    phones_replaced: int
    """People whose phone changes: it rests for some days, and the former number is told."""
    phones_first: int
    """People who had no phone in the version before: theirs rests as well."""
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
    """The code of the problem for which nothing of it was taken."""
    facts: dict[str, Any]
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
            facts=dict(far.facts),
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
    phones_replaced: int
    phones_first: int


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
