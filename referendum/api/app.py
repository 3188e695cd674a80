"""The JSON interface as an application: its routers, its doors and its OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from referendum.api import (
    absences,
    acts,
    answers,
    certificates,
    certifying,
    challenges,
    delegations,
    designations,
    enrolments,
    entitlements,
    entrusting,
    halting,
    handing,
    lines,
    measures,
    offices,
    papers,
    petitions,
    places,
    polls,
    problems,
    projects,
    proposals,
    records,
    registers,
    returns,
    rules,
    scopes,
    sessions,
    sheets,
    simulations,
    stations,
    totals,
)
from referendum.api.refusing import SCHEMA, answer, read_as_promised
from referendum.bootstrap import Services
from referendum.doors import csrf, frame, texts
from referendum.doors.limits import Buckets
from referendum.doors.tables import Table

VERSION: Final = "1"
ROUTERS: Final[tuple[APIRouter, ...]] = (
    # What a whole city asks for at once is found first.
    challenges.first,
    sessions.first,
    petitions.first,
    challenges.router,
    sessions.router,
    petitions.router,
    places.router,
    totals.router,
    simulations.router,
    rules.router,
    problems.router,
    absences.router,
    registers.router,
    entitlements.router,
    delegations.router,
    designations.router,
    offices.router,
    projects.router,
    papers.router,
    papers.of_measure,
    measures.router,
    acts.router,
    scopes.router,
    answers.router,
    certifying.router,
    halting.router,
    proposals.of_measure,
    proposals.router,
    entrusting.router,
    enrolments.router,
    certificates.of_measure,
    certificates.router,
    petitions.own_router,
    handing.router,
    sheets.router,
    lines.router,
    polls.router,
    stations.router,
    returns.router,
    records.router,
)
TABLE: Final = Table.of(
    ROUTERS,
    Depends(texts.checked),
    Depends(csrf.checked_with_session),
    Depends(read_as_promised),
)


def create_api(services: Services, *, buckets: Buckets | None = None) -> FastAPI:
    """The interface as an application, to be mounted at /api/v1."""
    app = FastAPI(
        title="Referendum",
        version=VERSION,
        description="A city's direct democracy. Conventions: docs/openapi.md.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=TABLE.checks,
        routes=list(TABLE.gathered),
    )
    frame.install(app, services, answer=answer, buckets=buckets, routes=TABLE.routes)
    described = app.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = SCHEMA
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to add to it
    return app


def routes() -> list[APIRoute]:
    """Every route, for the tests that walk them all."""
    return list(TABLE.routes)
