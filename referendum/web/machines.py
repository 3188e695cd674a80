"""What machines ask for before anything else: what to leave alone, what there is, and the mark."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import locating
from referendum.roll import places
from referendum.web.assets import built

router = APIRouter()

OWN: Final = (
    "/desk",
    "/workspace",
    "/my-signatures",
    "/sign-in",
    "/session",
    "/former-number",
    "/follow",
    "/search",
    "/offline",
    "/measures/*/sign",
    "/measures/*/enrol",
)
"""Where people do something, or look for something: nothing to find for a search engine."""
STANDING: Final = ("/", "/measures", "/results", "/projects", "/promises", "/rules", "/record")
MOST: Final = 50_000 - len(STANDING)
"""A sitemap holds no more (sitemaps.org, protocol 0.9); the newest are in it."""
SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


@router.get("/robots.txt")
@shared()
def robots(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """A demo's invented measures are for nobody's index."""
    services = services_of(request)
    closed = ["/"] if services.is_demo else OWN
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    told = [*lines, "", f"Sitemap: {services.addresses.sitemap}", ""]
    return PlainTextResponse("\n".join(told))


@router.get("/sitemap.xml")
@shared()
def sitemap(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The public pages, and of the measures the newest."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        numbers = locating.public_numbers(uow.session, place.id, limit=MOST)
    book = services.addresses
    found = [book.page(path) for path in STANDING] + [book.measure(one) for one in numbers]
    entries = "\n".join(f"<url><loc>{escape(one)}</loc></url>" for one in found)
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAP}">\n{entries}\n'
    return Response(f"{document}</urlset>\n", media_type="application/xml")


@router.get("/favicon.ico")
@shared()
def favicon(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The mark, for what asks for it without having read a page."""
    return Response(built().shelf["icons/favicon.ico"].content, media_type="image/x-icon")
