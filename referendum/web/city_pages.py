"""What the city says of its own service, as everybody reads it: now, and as it said before."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle.office import city_pages, contacts
from referendum.lifecycle.office.city_pages import Leaf
from referendum.roll import places
from referendum.web.pages import page

router = APIRouter(prefix="/help")

LARGEST: Final = 2**31 - 1


@router.get("/{leaf}")
@shared()
def show(request: Request, leaf: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What it says now, and the days of what it said before."""
    return _shown(request, leaf)


@router.get("/{leaf}/versions/{version}")
@shared()
def show_version(
    request: Request,
    leaf: str,
    version: Annotated[int, Path(ge=1, le=LARGEST)],
    caller: Visitor,  # noqa: ARG001  # the door
) -> Response:
    """What it said once, with the days on which it did."""
    return _shown(request, leaf, version)


def _shown(request: Request, leaf: str, version: int | None = None) -> Response:
    if leaf not in set(Leaf):
        raise PageNotFound
    about, services = Leaf(leaf), services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        versions = city_pages.versions(uow.session, place.id, about)
        # Who finds no answer in a text, or no text, is told where people are.
        told = about is Leaf.CONTACT or not versions
        desks = contacts.listed(uow.session, place.id) if told else {}
    shown = [one for one in versions if version in (None, one.version)]
    if version is not None and not shown:
        raise PageNotFound
    said = next(iter(shown), None)
    return page(
        request,
        "help/city-page.html",
        leaf=about,
        place=place,
        said=said,
        asked=version is not None,
        until=next(
            (one.published_at for one in versions if said and one.version == said.version + 1), None
        ),
        versions=versions,
        desks=desks,
    )
