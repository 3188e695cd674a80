"""The pages: one application, its routers, its templates and its static files."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from jinja2 import BaseLoader

from referendum.bootstrap import Services
from referendum.doors import csrf, frame, texts, uploads
from referendum.doors.limits import Buckets
from referendum.doors.tables import Table
from referendum.web import (
    agreeing,
    amending,
    asking,
    attaching,
    attachments,
    attending,
    certificates,
    city_pages,
    comparing,
    demo,
    designations,
    enrolling,
    explaining,
    feeds,
    following,
    following_links,
    guides,
    handing,
    home,
    machines,
    measures,
    mine,
    news_feeds,
    objecting,
    offline,
    ordinances,
    pages,
    papers,
    petitioning,
    pictures,
    press_figures,
    projects,
    promises,
    receipts,
    recognising,
    record,
    representing,
    restoring,
    rulebooks,
    sample_ballots,
    search,
    signing,
    simulator,
    spreading,
    staying,
    totals,
    whatif,
    workspace,
)
from referendum.web.assets import MOUNT, built
from referendum.web.desk.routes import DESK

ROUTERS: Final[tuple[APIRouter, ...]] = (
    # What a whole city asks for at once is found first.
    recognising.router,
    signing.router,
    receipts.router,
    staying.router,
    explaining.router,
    home.router,
    feeds.router,
    news_feeds.router,
    pictures.router,
    measures.router,
    press_figures.router,
    sample_ballots.router,
    attending.router,
    whatif.router,
    enrolling.router,
    mine.router,
    objecting.router,
    following.router,
    following_links.router,
    asking.router,
    workspace.router,
    handing.router,
    petitioning.router,
    papers.router,
    projects.router,
    representing.router,
    agreeing.router,
    restoring.router,
    amending.router,
    attaching.router,
    attachments.router,
    spreading.router,
    *DESK,
    record.router,
    simulator.router,
    comparing.router,
    ordinances.router,
    totals.router,
    rulebooks.router,
    guides.router,
    city_pages.router,
    designations.router,
    promises.router,
    certificates.router,
    search.router,
    demo.router,
    machines.router,
    offline.router,
)
CHECKS: Final = (Depends(texts.checked), Depends(csrf.checked))
TABLE: Final = Table.of(ROUTERS, *CHECKS)


def create_web(
    services: Services,
    *,
    table: Table = TABLE,
    templates: BaseLoader | None = None,
    buckets: Buckets | None = None,
) -> FastAPI:
    """The pages as an application. `templates` are looked up before our own."""
    uploads.seal_uploads()
    app = FastAPI(
        openapi_url=None,
        redirect_slashes=False,
        dependencies=table.checks,
        routes=list(table.gathered),
    )
    assets = built()
    known = frozenset(route.path for route in table.routes)
    app.state.pages = pages.Pages.of(services, assets, known=known, more=templates)
    frame.install(app, services, answer=pages.answer, buckets=buckets, routes=table.routes)
    app.mount(MOUNT, assets)
    return app


def routes() -> list[APIRoute]:
    """Every route of the pages, for the tests that walk them all."""
    return list(TABLE.routes)
