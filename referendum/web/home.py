"""The first page: what this is, what is under way, and the way to one's own standing."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import listing
from referendum.web import presenting
from referendum.web.pages import page

router = APIRouter()

UNDER_WAY: Final = 12
ENDED: Final = 6
"""How many a first page can hold; the list has them all."""


@router.get("/")
@shared()
def home(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """Measures under way as cards, those that ended below."""
    services = services_of(request)
    with services.look() as uow:
        front = listing.front(
            uow.session, services.settings.jurisdiction, under_way=UNDER_WAY, ended=ENDED
        )
    # One that waits for an answer stands above: once on a page is enough.
    above = {one.measure.id for one in front.unanswered}
    under_way = [one for one in front.under_way if one.measure.id not in above]
    return page(
        request,
        "home.html",
        place=front.place,
        unanswered=front.unanswered,
        under_way=presenting.cards(under_way),
        ended=presenting.cards(front.ended),
    )
