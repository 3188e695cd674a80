"""What representatives see of the sheets they handed in, and what they add to cure a shortfall."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Signer
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError
from referendum.lifecycle import entries, handing_over, petitioning, stages
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import Jurisdiction
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.sent import Sent, text
from referendum.web.workspace import own
from signatures import handing_in
from signatures.handing_in import Sheet
from signatures.handing_tables import HandingIn
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/workspace/{number}")

FIELD = "sheets"


@router.get("/sheets")
def show(request: Request, number: Number, resident: Signer) -> Response:
    """The receipts, to be printed; and where a shortfall can be cured, the way to hand in more."""
    return _page(request, number, resident)


@router.post("/sheets")
def register(request: Request, number: Number, resident: Signer, form: Sent) -> Response:
    """Register further sheets; what cannot be read of the list is said beside it."""
    try:
        with services_of(request).begin() as uow:
            measure = own(uow.session, resident, number)
            handing_over.register(uow, measure.id, sheets=listed(form), by=resident)
    except DomainError as refused:
        if refused.field != FIELD:
            raise
        return _page(request, number, resident, refused, text(form, FIELD))
    return go(request, f"/workspace/{number}/sheets", flash="workspace.flash.sheets")


def listed(form: FormData) -> tuple[Sheet, ...]:
    """The list of sheets that was typed; none where nothing was."""
    return handing_in.read(text(form, FIELD))


def beside(request: Request, refused: DomainError | None) -> dict[str, str]:
    """What is wrong with the list, for the form that shows it again."""
    return {} if refused is None else {FIELD: problem_of(refused).title(words_of(request))}


def receipts_of(session: Session, petition_id: Any) -> list[tuple[HandingIn, list[Sheet]]]:
    """Every receipt with its sheets, the last first."""
    found = handing_in.receipts(session, petition_id)
    return [(one, handing_in.sheets_of(session, one.id)) for one in reversed(found)]


def issuer_of(session: Session, measure: Measure, words: Words) -> str:
    """The office that takes sheets in, as it stands over its receipts."""
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    office = stages.examining_authority(Instrument(measure.instrument))
    name = place.name_ko if words.language == "ko" else place.name_en
    return f"{name} {words(f'measure.authority.{office.value}')}"


def may_register(measure: Measure) -> bool:
    return entries.possible(measure, Entry.REGISTER_SHEETS)


def _page(
    request: Request,
    number: int,
    resident: Signer,
    refused: DomainError | None = None,
    typed: str = "",
) -> Response:
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        petition = petitioning.petition_of(uow.session, measure)
        receipts = receipts_of(uow.session, petition.id)
        issuer = issuer_of(uow.session, measure, words_of(request))
    return page(
        request,
        "workspace/sheets.html",
        status=problem_of(refused).status.value if refused else 200,
        measure=measure,
        receipts=receipts,
        issuer=issuer,
        possible=may_register(measure),
        errors=beside(request, refused),
        typed=typed,
    )
