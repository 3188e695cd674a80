"""What representatives do with their measure: apply, hand in, withdraw, print sheets."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Signer
from referendum.lifecycle import duties, performing
from referendum.lifecycle.drafting import missing
from referendum.lifecycle.stages import Act, Stage
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.workspace import own
from signatures import petitions
from signatures.errors import ChannelNotAllowed, PetitionNotFound
from signatures.lines import Origin

router = APIRouter(prefix="/workspace/{number}")

ROWS: Final = 15
"""Lines of a printed sheet: as many as one page holds."""


@router.get("/apply")
def ask_apply(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once before the text is frozen."""
    return _ask(request, number, resident, Act.APPLY)


@router.post("/apply")
def apply(request: Request, number: Number, resident: Signer) -> Response:
    """Ask the authority for the representatives' certificate."""
    return _perform(request, number, resident, Act.APPLY)


@router.get("/file")
def ask_file(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once before the signatures are handed in."""
    return _ask(request, number, resident, Act.FILE)


@router.post("/file")
def file(request: Request, number: Number, resident: Signer) -> Response:
    """Hand the signatures in."""
    return _perform(request, number, resident, Act.FILE)


@router.get("/withdraw")
def ask_withdraw(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once before the measure ends."""
    return _ask(request, number, resident, Act.WITHDRAW)


@router.post("/withdraw")
def withdraw(request: Request, number: Number, resident: Signer) -> Response:
    """End the measure before it is handed in."""
    return _perform(request, number, resident, Act.WITHDRAW)


@router.get("/sheet")
def sheet(request: Request, number: Number, resident: Signer) -> Response:
    """A page to print for collecting on paper; only once the certificate was issued."""
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        petition = petitions.of_measure(uow.session, measure.id)
        if petition is None:
            raise PetitionNotFound(measure=number)
        if Origin.PAPER.value not in petition.channels:
            raise ChannelNotAllowed(channel=Origin.PAPER.value)
    return page(
        request,
        "workspace/sheet.html",
        measure=measure,
        petition=petition,
        lines=range(1, ROWS + 1),
    )


def _ask(request: Request, number: int, resident: Signer, act: Act) -> Response:
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        steps = duties.possible(uow.session, measure, resident)
        lacks = missing(measure) if act is Act.APPLY else []
    return page(
        request,
        "workspace/confirm.html",
        measure=measure,
        act=act.value,
        possible=act in {step.act for step in steps},
        missing=lacks,
    )


def _perform(request: Request, number: int, resident: Signer, act: Act) -> Response:
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        abandoned = act is Act.WITHDRAW and measure.stage == Stage.DRAFT
        complete = act is not Act.APPLY or not missing(measure)
        if complete:
            performing.perform(uow, services.means, measure.id, act, resident)
    if not complete:
        return _ask(request, number, resident, act)
    if abandoned:
        return go(request, "/workspace", flash="workspace.flash.abandon")
    return go(request, f"/workspace/{number}", flash=f"workspace.flash.{act.value}")
