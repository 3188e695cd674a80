"""Which systems are designated for signing online, from when to when, and by which paper."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import designating, papering
from referendum.roll import places
from referendum.web.pages import page

router = APIRouter(prefix="/designations")


@router.get("")
@shared()
def show(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """All of this place, the latest first, with what is public of their papers."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        today = places.today(uow, place.id)
        found = designating.listed(uow.session, place.id)
        files = papering.shown_by_id(uow.session, designating.papers(found))
    held = {one.row.instrument for one in found if one.holds(today)}
    without = [one.value for one in designating.demanding() if one.value not in held]
    return page(
        request,
        "rulebooks/designations.html",
        designations=found,
        today=today,
        files=files,
        without=without,
    )
