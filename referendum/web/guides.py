"""Help: what there is to read, and a guide to each instrument out of the rules in force today."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n import rule_names
from referendum.lifecycle import guiding
from referendum.lifecycle.office.city_pages import Leaf
from referendum.roll import places
from referendum.web.pages import page
from referendum.web.rulebooks import parts
from thresholds.vocabulary import Instrument, Office

router = APIRouter(prefix="/help")


@router.get("")
@shared()
def contents(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What help there is, by what one wants to do."""
    return page(request, "help/help.html", instruments=tuple(Instrument), leaves=tuple(Leaf))


@router.get("/guides/{instrument}")
@shared("office")
def show(
    request: Request,
    instrument: str,
    caller: Visitor,  # noqa: ARG001  # the door
    office: str = "",
) -> Response:
    """Step by step, with who does each, how long it may take and what residents can do."""
    if instrument not in set(Instrument):
        raise PageNotFound
    about, services = Instrument(instrument), services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        today = places.today(uow, place.id)
        offices = guiding.offices(uow.session, place, about, today)
        chosen = next((one for one in offices if one.value == office), _usual(offices))
        guide = guiding.guide(uow.session, place, about, chosen, today)
    return page(
        request,
        "help/guide.html",
        instrument=about,
        place=place,
        today=today,
        offices=offices,
        guide=guide,
        parts=parts,
        label=partial(rule_names.label, words_of(request)),
    )


def _usual(offices: list[Office]) -> Office | None:
    """The one that most people ask about: the city's own head."""
    return Office.MAYOR if Office.MAYOR in offices else next(iter(offices), None)
