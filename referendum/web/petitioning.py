"""What representatives do with their measure: apply, hand in, withdraw, print sheets."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Signer
from referendum.kernel.errors import DomainError
from referendum.lifecycle import duties, performing
from referendum.lifecycle.acting import NOTHING, Particulars
from referendum.lifecycle.drafting import missing
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure
from referendum.web import handing
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.sent import Sent, text
from referendum.web.workspace import own
from signatures import handing_in, petitions
from signatures.errors import ChannelNotAllowed, PetitionNotFound
from signatures.handing_in import Sheet
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
    """Ask once before the signatures are handed in, with the list of what is on paper."""
    return _ask(request, number, resident, Act.FILE)


@router.post("/file")
def file(request: Request, number: Number, resident: Signer, form: Sent) -> Response:
    """Hand the signatures in; what is wrong with the list of sheets is said beside it."""
    try:
        given = Particulars(sheets=handing.listed(form))
        _perform(request, number, resident, Act.FILE, given)
    except DomainError as refused:
        if refused.field != handing.FIELD:
            raise
        return _ask(request, number, resident, Act.FILE, refused, text(form, handing.FIELD))
    return go(request, f"/workspace/{number}/sheets", flash="workspace.flash.file")


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


def _ask(
    request: Request,
    number: int,
    resident: Signer,
    act: Act,
    refused: DomainError | None = None,
    typed: str = "",
) -> Response:
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        steps = duties.possible(uow.session, measure, resident)
        lacks = missing(measure) if act is Act.APPLY else []
        keyed = _keyed(uow.session, measure) if act is Act.FILE else []
    return page(
        request,
        "workspace/confirm.html",
        status=problem_of(refused).status.value if refused else 200,
        errors=handing.beside(request, refused),
        typed=typed,
        keyed=keyed,
        measure=measure,
        act=act.value,
        possible=act in {step.act for step in steps},
        missing=lacks,
    )


def _keyed(session: Session, measure: Measure) -> list[Sheet]:
    """The sheets that officers keyed in already: they are handed in with the rest."""
    petition = petitions.of_measure(session, measure.id)
    return [] if petition is None else handing_in.keyed(session, petition.id)


def _perform(
    request: Request, number: int, resident: Signer, act: Act, given: Particulars = NOTHING
) -> Response:
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        abandoned = act is Act.WITHDRAW and measure.stage == Stage.DRAFT
        complete = act is not Act.APPLY or not missing(measure)
        if complete:
            performing.perform(uow, services.means, measure.id, act, resident, given)
    if not complete:
        return _ask(request, number, resident, act)
    if abandoned:
        return go(request, "/workspace", flash="workspace.flash.abandon")
    return go(request, f"/workspace/{number}", flash=f"workspace.flash.{act.value}")
