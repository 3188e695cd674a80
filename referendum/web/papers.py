"""The copy of a paper that an office lets everybody read: saved, never shown within a page."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.scans import scan_answer
from referendum.doors.sessions import Visitor
from referendum.papers import filing, naming
from referendum.roll import places

router = APIRouter(prefix="/papers")


@router.get("/{paper_id}/copy")
def copy_of(request: Request, paper_id: UUID, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What was blacked out in it is in no file that this gives."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        paper = naming.get(uow.session, place.id, paper_id)
        copy = filing.copy_of(uow.session, paper.id)
        opened = filing.opened(uow.session, services.begin, services.vault, copy)
    return scan_answer(opened, name=f"paper-{paper.day:%Y%m%d}-copy")
