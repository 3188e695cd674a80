"""Paper at the desk: a sheet keyed in row by row, or a file of many sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.spreadsheet import Refused
from referendum.roll import places
from referendum.web.desk.asking import Errors, day_of, told
from referendum.web.desk.examining import opened, trail_of
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go
from referendum.web.sent import Sent, file, text, typed
from signatures import sheets
from signatures.lines import PaperLine
from signatures.reading import read_sheets

router = APIRouter(prefix="/desk/measures/{number}/examination/paper")

ROWS: Final = 10
WRITTEN: Final = ("name", "birth_date", "address", "district", "signed_on")
"""What stands in a row of a sheet, kept as it is written."""


@router.get("")
def ask(request: Request, number: int, officer: Staff) -> Response:
    """An empty sheet, and the door for files."""
    return _page(request, officer, number)


@router.post("")
def key_in(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Keep a sheet as written: a bad line is evidence like a good one."""
    errors = _wrong(request, form)
    if errors:
        return _page(request, officer, number, values=typed(form), errors=errors, status=422)
    lines = _lines(form)
    received = day_of(text(form, "received_on"))
    return _bring(request, officer, number, lines, received=received, values=typed(form))


@router.post("/import")
def import_file(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Take a file of sheets, or name every broken place in it and take nothing."""
    found = read_sheets(file(form))
    received = day_of(text(form, "received_on"))
    if found.refused or received is None:
        errors = {}
        if received is None:
            errors = {"file_received": words_of(request)("desk.paper.day-needed")}
        return _page(request, officer, number, refused=found.refused, errors=errors, status=422)
    return _bring(request, officer, number, found.lines, received=received, values={})


def _bring(
    request: Request,
    officer: Officer,
    number: int,
    lines: Sequence[PaperLine],
    *,
    received: date | None,
    values: Mapping[str, str],
) -> Response:
    services = services_of(request)
    try:
        with services.begin() as uow:
            _, petition = opened(uow, officer, number)
            sheets.bring_lines(
                uow,
                services.vault,
                petition.id,
                lines,
                by=officer,
                received_on=received or places.today(uow, officer.jurisdiction),
            )
    except DomainError as refused:
        errors, status = told(request, refused, field="sheet")
        return _page(request, officer, number, values=values, errors=errors, status=status)
    return go(request, f"/desk/measures/{number}/examination", flash="desk.flash.brought")


def _wrong(request: Request, form: FormData) -> Errors:
    """The sheet's number and the day it came in must be there; rows may say what they like."""
    words, errors = words_of(request), Errors()
    if not text(form, "sheet"):
        errors["sheet"] = words("signatures.file.sheet_missing")
    if day_of(text(form, "received_on")) is None:
        errors["received_on"] = words("desk.paper.day-needed")
    if not _lines(form):
        errors["name-1"] = words("problem.nothing-brought")
    return errors


def _lines(form: FormData) -> list[PaperLine]:
    """The rows in which anything is written."""
    return [
        PaperLine(
            sheet=text(form, "sheet"),
            row=row,
            **{name: text(form, f"{name}-{row}") for name in WRITTEN},
            has_mark=text(form, f"mark-{row}") == "yes",
            collector=text(form, "collector") or None,
        )
        for row in range(1, ROWS + 1)
        if any(text(form, f"{name}-{row}") for name in WRITTEN)
    ]


def _page(
    request: Request,
    officer: Officer,
    number: int,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    refused: Sequence[Refused] = (),
    status: int = 200,
) -> Response:
    with services_of(request).begin() as uow:
        measure, petition = opened(uow, officer, number)
    return desk_page(
        request,
        "desk/paper.html",
        officer,
        status=status,
        errors=errors,
        trail=trail_of(request, number, (words_of(request)("desk.paper.title"), "")),
        measure=measure,
        petition=petition,
        columns=WRITTEN,
        rows=range(1, ROWS + 1),
        refused=refused,
        values=values or {},
    )
