"""The register at the desk: a file is read and reported on before anything changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff, Visitor
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.kernel.spreadsheet import Refused
from referendum.lifecycle.tables import Designation
from referendum.roll import comparing, importing, versions
from referendum.roll.comparing import ImportReport
from referendum.web.desk.asking import Errors, day_of, freshly, told
from referendum.web.desk.measure import names_of
from referendum.web.desk.routing import desk_page
from referendum.web.sent import Sent, file, text, typed, whole

router = APIRouter(prefix="/desk/register")

FAULTS: Final = 500
"""How many faults a report lists; whoever has more has the wrong file."""
MANY: Final = 10
"""A tenth of all people ending at once is more often a broken file than a moving city."""


@router.get("")
def show(request: Request, officer: Staff) -> Response:
    """The versions so far, the door for a new file, and the designations on record."""
    return _page(request, officer)


@router.post("/preview/import")
def preview(request: Request, officer: Staff, form: Sent) -> Response:
    """What the file would change. Nothing is kept of it, not even until the next request."""
    services, data, as_of = services_of(request), file(form), day_of(text(form, "as_of"))
    errors = _wrong(request, form, data)
    if errors or as_of is None:
        return _page(request, officer, values=typed(form), errors=errors, status=422)
    try:
        officer.insist(Role.REGISTRAR)
        with services.begin() as uow:
            report = comparing.compare(
                uow.session,
                services.vault,
                jurisdiction_id=officer.jurisdiction,
                data=data,
                as_of=as_of,
                invented=services.invents_people,
            )
            before = versions.people_now(uow.session, officer.jurisdiction)
    except DomainError as refused:
        errors, status = told(request, refused, field="file")
        return _page(
            request, officer, values=typed(form), errors=errors, status=status, refusal=refused
        )
    return _report(request, officer, report, many=report.ended * MANY > before)


@router.post("/import")
def take_in(request: Request, caller: Visitor, officer: Staff, form: Sent) -> Response:
    """The same file once more, with a fresh code: it becomes the next version."""
    services, data, as_of = services_of(request), file(form), day_of(text(form, "as_of"))
    errors = _wrong(request, form, data)
    if not errors and sha256(data).hexdigest() != text(form, "sha256"):
        errors = {"file": words_of(request)("desk.register.other-file")}
    if errors or as_of is None:
        return _page(request, officer, values=typed(form), errors=errors, status=422)
    try:
        registrar = freshly(request, caller, text(form, "code"))
        with services.begin() as uow:
            report = importing.import_register(
                uow,
                jurisdiction_id=officer.jurisdiction,
                data=data,
                as_of=as_of,
                by=registrar,
                vault=services.vault,
                as_version=whole(text(form, "version")),
                invented=services.invents_people,
            )
    except DomainError as refused:
        errors, status = told(request, refused, field="file")
        return _page(request, officer, values=typed(form), errors=errors, status=status)
    return _report(request, officer, report, done=True)


def _wrong(request: Request, form: FormData, data: bytes) -> Errors:
    words, errors = words_of(request), Errors()
    if not data:
        errors["file"] = words("desk.register.no-file")
    if day_of(text(form, "as_of")) is None:
        errors["as_of"] = words("desk.register.no-day")
    return errors


def _page(
    request: Request,
    officer: Officer,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
    refusal: DomainError | None = None,
) -> Response:
    officer.insist(Role.REGISTRAR)
    with services_of(request).begin() as uow:
        history = versions.history(uow.session, officer.jurisdiction)
        here = Designation.jurisdiction_id == officer.jurisdiction
        context: dict[str, Any] = {
            "history": history,
            "people_now": versions.people_now(uow.session, officer.jurisdiction),
            "people": names_of(uow.session, [one.imported_by for one in history]),
            "designations": uow.session.scalars(select(Designation).where(here)).all(),
        }
    first = refusal.facts.get("first") if refusal else None
    return desk_page(
        request,
        "desk/register.html",
        officer,
        status=status,
        errors=errors,
        trail=[(words_of(request)("desk.nav.register"), "")],
        values=values or {},
        examples=first if isinstance(first, list) else [],
        **context,
    )


def _report(
    request: Request,
    officer: Officer,
    report: ImportReport,
    *,
    done: bool = False,
    many: bool = False,
) -> Response:
    trail = [
        (words_of(request)("desk.nav.register"), "/desk/register"),
        (words_of(request)("roll.report.title"), ""),
    ]
    return desk_page(
        request,
        "desk/register-report.html",
        officer,
        trail=trail,
        report=report,
        done=done,
        many=many,
        refused=_listed(report.refused),
        noted=_listed(report.noted),
        most=FAULTS,
    )


def _listed(faults: Sequence[Refused]) -> Sequence[Refused]:
    return faults[:FAULTS]
