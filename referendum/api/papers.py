"""Papers: entered once and named by their id; their files, and the copies that are public."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from referendum.api.access import NAMING, measure_seen
from referendum.api.callers import House, Someone
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, Once, RepeatKey, act, once_of
from referendum.api.shapes import Asked, Day, OneOf, Paragraph, Text, Told
from referendum.doors.scans import scan_answer
from referendum.doors.sessions import Staff, Visitor
from referendum.doors.sharing import shared
from referendum.doors.uploads import SealedSpool
from referendum.kernel.people import FreshCodeNeeded, Role, RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import papering, serving
from referendum.lifecycle.acting import Document
from referendum.lifecycle.errors import DocumentAhead, MeasureNotFound, ParticularMissing
from referendum.papers import errors, filing, naming
from referendum.papers.filing import Scan
from referendum.papers.naming import Issuer
from referendum.papers.recognising import Kind
from referendum.papers.tables import Paper
from referendum.roll import places

router = APIRouter(prefix="/papers", tags=["papers"], route_class=Route)
of_measure = APIRouter(prefix="/measures/{measure_id}", tags=["papers"], route_class=Route)

LISTED: Final = 100
FILE: Final = (
    errors.PaperNotFound,
    errors.PaperFileUnknown,
    errors.PaperFileBroken,
    errors.PaperFileTooLarge,
    errors.PaperFiledBefore,
    RoleMissing,
)
BINARY: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
SCAN: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A PDF or a scanned image, whole; what it is, is seen by its content.",
        "content": {kind.media_type: BINARY for kind in Kind},
    }
}
"""What a route says of its body that takes a file."""
GIVEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {kind.media_type: BINARY for kind in Kind}}
}


class NewPaperIn(Asked):
    """A paper to be entered, before or after anything rests on it."""

    issuer: OneOf[Issuer]
    number: Annotated[Text, Field(min_length=1, max_length=naming.LONGEST)]
    day: Day


class WhyIn(Asked):
    reason: Paragraph


class PaperOut(Told):
    """A paper. `sha256` of its own file; `copy_sha256` of the copy that everybody may read.

    `doubled`: its number was borne by another paper too when papers were first gathered.
    """

    id: UUID
    issuer: str
    number: str
    day: date
    kind: str | None
    size: int | None
    sha256: str | None
    copy_sha256: str | None
    doubled: bool


class PublicPaperOut(Told):
    """A paper as everybody sees it. `copied`: there is a copy to be read at `/papers/{id}/copy`."""

    id: UUID
    issuer: str
    number: str
    day: date
    sha256: str | None
    copied: bool


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that a request brought: under a throwaway key on disk, and its digest."""

    file: SealedSpool
    sha256: str


async def arrives(request: Request, by: Staff) -> Any:
    """Takes a file in while it comes, for officers alone; it is gone with the request."""
    by.insist(Role.CLERK)
    spool, digest = SealedSpool(max_size=0), hashlib.sha256()
    try:
        async for chunk in request.stream():
            digest.update(chunk)
            await run_in_threadpool(spool.write, chunk)
        yield Arrived(spool, digest.hexdigest())
    finally:
        spool.close()


Arriving = Annotated[Arrived, Depends(arrives)]


def once_with_scan(
    request: Request, caller: Visitor, arrived: Arriving, idempotency_key: RepeatKey = None
) -> Once:
    """As `repeating.once`; the file has been read by the time that it is asked."""
    return once_of(request, caller, idempotency_key, body_sha256=arrived.sha256)


OnceWithScan = Annotated[Once, Depends(once_with_scan)]


@of_measure.get("/papers", responses=possible(MeasureNotFound))
@shared(declared=True)
def list_papers_of_a_measure(measure_id: UUID, house: House, by: Someone) -> list[PublicPaperOut]:
    """What a measure's steps and halts rest on, by the day of the papers."""
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        rows = uow.session.execute(papering.shown(measure.id))
        return [PublicPaperOut(**row._asdict()) for row in rows]


@router.get("", responses=possible(RoleMissing))
def list_papers(
    house: House,
    by: Staff,
    number: Annotated[str, Query(max_length=naming.LONGEST)] = "",
) -> list[PaperOut]:
    """The papers of the officer's place, the latest 100; `number`: with this in their number."""
    by.insist(Role.CLERK)
    with house.look() as uow:
        found = naming.latest(uow.session, by.jurisdiction, like=number, limit=LISTED)
        return _told(uow, *found)


@act(router, "", DocumentAhead, ParticularMissing, *NAMING, RoleMissing)
def enter_paper(uow: UnitOfWork, given: NewPaperIn, by: Staff) -> PaperOut:
    """Enter a paper. The same once more changes nothing; another day is refused."""
    document = Document(given.number, given.day)
    return _told(uow, serving.enter(uow, issuer=given.issuer, document=document, by=by))[0]


@router.get("/{paper_id}", responses=possible(RoleMissing, errors.PaperNotFound))
def show_paper(paper_id: UUID, house: House, by: Staff) -> PaperOut:
    """One paper of the officer's place."""
    by.insist(Role.CLERK)
    with house.look() as uow:
        return _told(uow, naming.get(uow.session, by.jurisdiction, paper_id))[0]


@router.post(
    "/{paper_id}/file",
    status_code=201,
    response_model=PaperOut,
    responses=possible(*FILE),
    openapi_extra=SCAN,
)
def add_file(
    paper_id: UUID, arrived: Arriving, house: House, by: Staff, once: OnceWithScan
) -> Response:
    """Bring the file of a paper. It is brought once, and sealed."""

    def bring(uow: UnitOfWork) -> Done:
        serving.add_file(uow, paper_id, scan=_scan(arrived, house), by=by)
        return Done(_told(uow, naming.get(uow.session, by.jurisdiction, paper_id))[0])

    return once(bring)


@router.post(
    "/{paper_id}/copy",
    status_code=201,
    response_model=PaperOut,
    responses=possible(
        *FILE,
        errors.PaperFileNotFound,
        errors.PaperCopyIsOriginal,
        errors.PaperNotYours,
        FreshCodeNeeded,
    ),
    openapi_extra=SCAN,
)
def publish_copy(
    paper_id: UUID, arrived: Arriving, house: House, by: Staff, once: OnceWithScan
) -> Response:
    """Let everybody read a copy in which all that is nobody's business is blacked out."""

    def publish(uow: UnitOfWork) -> Done:
        serving.publish_copy(uow, paper_id, scan=_scan(arrived, house), by=by)
        return Done(_told(uow, naming.get(uow.session, by.jurisdiction, paper_id))[0])

    return once(publish)


@act(
    router,
    "/{paper_id}/copy/removal",
    errors.PaperNotFound,
    errors.PaperFileNotFound,
    errors.PaperNotYours,
    ParticularMissing,
    RoleMissing,
)
def withdraw_copy(
    uow: UnitOfWork, paper_id: UUID, given: WhyIn, house: House, by: Staff
) -> PaperOut:
    """Take a copy back: its key is destroyed, and nobody can open it any more."""
    serving.withdraw_copy(uow, house.vault, paper_id, reason=given.reason, by=by)
    return _told(uow, naming.get(uow.session, by.jurisdiction, paper_id))[0]


@router.post(
    "/{paper_id}/reading",
    response_class=Response,
    responses={
        **possible(
            errors.PaperNotFound,
            errors.PaperFileNotFound,
            errors.PaperNotYours,
            ParticularMissing,
            RoleMissing,
        ),
        **GIVEN,
    },
)
def read_file(paper_id: UUID, given: WhyIn, house: House, by: Staff) -> Response:
    """The file itself, for officers of the office that issued it or brought it.

    Who read it, when and why goes into the record.
    """
    with house.begin() as uow:
        opened = serving.read(uow, house.begin, house.vault, paper_id, reason=given.reason, by=by)
    return scan_answer(opened, name=f"paper-{paper_id}")


@router.get(
    "/{paper_id}/copy",
    response_class=Response,
    responses={**possible(errors.PaperNotFound, errors.PaperFileNotFound), **GIVEN},
)
def copy_of(
    paper_id: UUID,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> Response:
    """The copy that everybody may read."""
    with house.look() as uow:
        place = places.jurisdiction(uow.session, house.settings.jurisdiction)
        paper = naming.get(uow.session, place.id, paper_id)
        copy = filing.copy_of(uow.session, paper.id)
        opened = filing.opened(uow.session, house.begin, house.vault, copy)
    return scan_answer(opened, name=f"paper-{paper_id}-copy")


def _scan(arrived: Arrived, house: House) -> Scan:
    return Scan(arrived.file, house.vault, house.settings.paper_limit)  # type: ignore[arg-type]  # all that is asked of it


def _told(uow: UnitOfWork, *papers: Paper) -> list[PaperOut]:
    ids = [one.id for one in papers]
    owns, copies = filing.owns_of(uow.session, ids), filing.copies_of(uow.session, ids)
    return [
        PaperOut(
            id=one.id,
            issuer=one.issuer,
            number=one.number,
            day=one.day,
            kind=owns[one.id].kind if one.id in owns else None,
            size=owns[one.id].size if one.id in owns else None,
            sha256=owns[one.id].sha256 if one.id in owns else None,
            copy_sha256=copies[one.id].sha256 if one.id in copies else None,
            doubled=one.doubled,
        )
        for one in papers
    ]
