"""The register: what a file would change, importing it, and its versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field
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
from referendum.api.shapes import Asked, Day, Line, Moment, Page, Told, ToldOf
from referendum.doors.sessions import Staff, Visitor
from referendum.kernel.people import FreshCodeNeeded, Role, RoleMissing
from referendum.kernel.spreadsheet import Refused
from referendum.kernel.uow import UnitOfWork
from referendum.roll import errors as refusals
from referendum.roll import importing, intakes, receiving
from referendum.roll.effects import Effects, Moved
from referendum.roll.intake_tables import RegisterIntake
from referendum.roll.intakes import ImportReport, Mode, Stage
from referendum.roll.meanings import MOST, Meanings, Word
from referendum.roll.tables import RegisterVersion
from referendum.roll.weighing import Kind

router = APIRouter(prefix="/register", tags=["register"], route_class=Route)

FILE = (
    refusals.RegisterEmpty,
    refusals.RegisterEncodingUnknown,
    refusals.RegisterNotCsv,
    refusals.RegisterColumnsWrong,
    refusals.RegisterMostlyBroken,
    refusals.RegisterOlder,
    refusals.RegisterFromTheFuture,
    refusals.ModeNotGiven,
    RoleMissing,
)


TAKEN = (
    refusals.RegisterMovedOn,
    refusals.PreviewNotRead,
    refusals.LinesNameless,
    refusals.WordsUnexplained,
    refusals.SameRegistrar,
    refusals.RegisterBusy,
    refusals.IntakeNotRead,
)
Preview = Annotated[
    str | None, Query(max_length=64, description="The version of the preview that was read.")
]
FileMode = Annotated[
    Mode | None,
    Query(
        description="Whether the file is the whole register, so that who is not in it lives here no"
        " more, or tells of some people only. Needed once there is a register.",
    ),
]


class FaultOut(ToldOf[Refused]):
    """The place of one fault: never what stands there."""

    line: int
    column: str | None
    reason: str


SAID = (
    *("version", "as_of", "added", "changed", "ended", "unchanged", "nameless"),
    *("phones_replaced", "phones_first"),
    *("refused_lines", "noted_lines", "sha256", "encoding", "mode", "preview", "unexplained"),
    *("waits", "intake"),
)
"""What a report says as it stands in the answer."""


class MovedOut(ToldOf[Moved]):
    before: int
    after: int


class EffectsOut(Told):
    """Who lives here on the day of the file, without it and with it."""

    people: MovedOut
    districts: dict[str, MovedOut]
    nationalities: dict[str, MovedOut]
    ages: dict[str, MovedOut]
    """By the first age of each band."""
    entitled: dict[str, MovedOut]
    """Those who may sign and vote, by district."""
    standings: dict[str, MovedOut]
    """`entitled` to sign and vote by the law of initiatives, or why not."""
    changes: dict[str, int]

    @classmethod
    def of(cls, effects: Effects) -> EffectsOut:
        by = {
            kind: {what: MovedOut.of(one) for what, one in rows.items()}
            for kind, rows in effects.by.items()
        }
        return cls(
            people=MovedOut.of(effects.people),
            districts=by[Kind.DISTRICT],
            nationalities=by[Kind.NATIONALITY],
            ages=by[Kind.AGE],
            standings=by[Kind.STANDING],
            entitled=by[Kind.ENTITLED],
            changes={change.value: count for change, count in effects.changes.items()},
        )


class ImportReportOut(Told):
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
    nameless: int
    """Refused lines of which nobody knows whose they are."""
    refused_lines: int
    noted_lines: int
    refused: list[FaultOut]
    """The first of them."""
    noted: list[FaultOut]
    sha256: str
    encoding: str
    mode: Mode
    effects: EffectsOut | None
    preview: str | None
    """The version of this preview: whoever confirms gives it."""
    meanings: dict[str, dict[str, str]]
    """What an officer said that unknown words of the file mean."""
    unexplained: int
    """Words that would cost somebody a right, and that have to be explained first."""
    waits: bool
    """Whether a second registrar has to confirm it."""
    intake: UUID | None
    """What to confirm, instead of sending the file again; it waits for a day."""

    @classmethod
    def of(cls, report: ImportReport) -> ImportReportOut:
        made = {name: getattr(report, name) for name in SAID}
        return cls(
            **made,
            refused=[FaultOut.of(one) for one in report.refused],
            noted=[FaultOut.of(one) for one in report.noted],
            effects=EffectsOut.of(report.effects) if report.effects else None,
            meanings=report.meanings.told(),
        )


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
        read = far.stage in (Stage.WAITING, Stage.SECONDING, Stage.PUBLISHING, Stage.DONE)
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
    mode: str
    preview: str | None


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
        self, request: Request, as_of: Day, house: House, by: Staff, mode: FileMode = None
    ) -> tuple[UUID, str]:
        """The intake, and the SHA-256 of the file."""
        by.insist(Role.REGISTRAR, fresh=self.fresh)
        receiver = await run_in_threadpool(
            receiving.open_receiver,
            house.begin,
            house.vault,
            jurisdiction_id=by.jurisdiction,
            as_of=as_of,
            mode=mode,
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
    preview: Preview = None,
) -> Any:
    """Take a file whose preview was read as the next version of the register, all or nothing.

    Where it changes more than one registrar may, it waits for a second one (`waits`), who confirms
    the intake.
    """
    return _take_in(arrived[0], house, by, once, preview)


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
    intake_id: UUID, house: House, by: Staff, once: Repeatable, preview: Preview = None
) -> Any:
    """Take in a file that was reported on, as the first registrar or as the second."""
    return _take_in(intake_id, house, by, once, preview)


@router.delete(
    "/intakes/{intake_id}",
    status_code=204,
    responses=possible(RoleMissing, refusals.IntakeNotFound),
)
def remove_intake(intake_id: UUID, house: House, by: Staff) -> None:
    """Throw a file away; one that waits for a second registrar is declined, on record."""
    importing.decline(house.begin, house.vault, intake_id, by=by)


class WordOut(ToldOf[Word]):
    """A word that nobody knows. `costing`: lines whose person it would cost a right."""

    column: str
    word: str
    lines: int
    costing: int
    first: Sequence[int]


@router.get("/intakes/{intake_id}/words", responses=possible(RoleMissing, refusals.IntakeNotFound))
def list_words(intake_id: UUID, house: House, by: Staff) -> list[WordOut]:
    """The words of a file that are no nationality and no status of stay."""
    by.insist(Role.REGISTRAR)
    with house.begin() as uow:
        row = intakes.of_place(uow.session, by.jurisdiction, intake_id)
        return [WordOut.of(one) for one in intakes.words(uow.session, house.vault, row)]


class MeaningsIn(Asked):
    """By word: a country's code or a status of stay; empty where it means nothing."""

    nationality: dict[Line, Line] = Field(default_factory=dict, max_length=MOST)
    status: dict[Line, Line] = Field(default_factory=dict, max_length=MOST)


@router.put(
    "/intakes/{intake_id}/meanings",
    responses=possible(
        RoleMissing,
        refusals.IntakeNotFound,
        refusals.IntakeNotRead,
        refusals.MeaningUnknown,
        refusals.RegisterBusy,
    ),
)
def explain_words(intake_id: UUID, meant: MeaningsIn, house: House, by: Staff) -> ImportReportOut:
    """Say what words mean; the file is read again, and its preview is another one then."""
    meanings = Meanings(meant.nationality, meant.status)
    importing.explain(house.begin, intake_id, by=by, meanings=meanings)
    return ImportReportOut.of(importing.compare(house.begin, house.vault, intake_id))


def _take_in(intake_id: UUID, house: House, by: Staff, once: Once, preview: str | None) -> Any:
    """Not by `repeating.act`: the file is let go of only when the version is committed."""

    def take(uow: UnitOfWork) -> Done:
        report = importing.import_register(
            uow,
            house.begin,
            house.vault,
            intake_id,
            by=by,
            preview=preview,
            limits=house.register_limits,
        )
        return Done(ImportReportOut.of(report))

    answer = once(take)
    importing.settle(house.begin, house.vault, intake_id)
    return answer
