"""What the paper says that voters will get: a sample to read beforehand, never one to vote with."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import acting, polling
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.stages import Act
from referendum.roll import places
from referendum.web.measures import Number, public
from referendum.web.pages import page
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/measures")


@router.get("/{number}/ballot")
@shared()
def show(
    request: Request,
    number: Number,
    caller: Visitor,  # noqa: ARG001  # the door
) -> Response:
    """From the call on; an advisory vote's options stand as the lot has put them."""
    services = services_of(request)
    with services.look() as uow:
        session = uow.session
        place = places.jurisdiction(session, services.settings.jurisdiction)
        measure = public(session, number, services.settings.jurisdiction)
        if not acting.times_taken(session, measure.id, Act.CALL):
            raise PageNotFound
        advisory = measure.instrument == Instrument.ADVISORY
        return page(
            request,
            "measures/ballot.html",
            measure=measure,
            place=place,
            polling_day=polling.polling_day_of(session, measure),
            options=drawing.options(session, measure),
            undrawn=advisory and not drawing.lot(session, measure).drawn,
        )
