"""Outages at the desk: entered to the minute and taken out, with document and reason."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.lifecycle.dates import outages
from referendum.lifecycle.errors import ParticularMissing
from referendum.roll.tables import Jurisdiction
from referendum.web.desk.asking import (
    Errors,
    Sent,
    desk_page,
    document_of,
    moment_of,
    text,
    told,
    typed,
)
from referendum.web.desk.removing import removed
from referendum.web.pages import go

router = APIRouter(prefix="/desk/register/outages")


@router.get("")
def show(request: Request, officer: Staff) -> Response:
    """All that were entered, and the form for another."""
    return _page(request, officer)


@router.post("")
def add(request: Request, officer: Staff, form: Sent) -> Response:
    """Enter one; every measure's deadlines are computed again."""
    try:
        with services_of(request).begin() as uow:
            zone = _zone(uow.session, officer)
            began = moment_of(text(form, "from_at"), zone)
            ended = moment_of(text(form, "until_at"), zone)
            if began is None or ended is None:
                raise ParticularMissing(field="from_at" if began is None else "until_at")
            outages.add(
                uow,
                from_at=began,
                until_at=ended,
                title_ko=text(form, "title_ko"),
                title_en=text(form, "title_en"),
                document=document_of(form, act="outage"),
                reason=text(form, "reason"),
                by=officer,
            )
    except DomainError as refused:
        errors, status = told(request, refused, field="from_at")
        return _page(request, officer, values=typed(form), errors=errors, status=status)
    return go(request, "/desk/register/outages", flash="desk.flash.outage-set")


@router.post("/{outage_id}/removal")
def remove(request: Request, outage_id: UUID, officer: Staff, form: Sent) -> Response:
    """Take one out with a reason."""
    return removed(
        request,
        officer,
        form,
        outage_id,
        removes=outages.remove,
        shows=_page,
        path="/desk/register/outages",
        flash="desk.flash.outage-removed",
    )


def _zone(session: Session, officer: Officer) -> ZoneInfo:
    return ZoneInfo(session.get_one(Jurisdiction, officer.jurisdiction).zone)


def _page(
    request: Request,
    officer: Officer,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    officer.insist(Role.CLERK)
    words = words_of(request)
    with services_of(request).begin() as uow:
        zone = _zone(uow.session, officer)
        found = [
            (one, *outages.days_lost(one, zone))
            for one in outages.listed(uow.session, officer.jurisdiction)
        ]
    return desk_page(
        request,
        "desk/outages.html",
        officer,
        status=status,
        errors=errors,
        trail=[(words("desk.nav.register"), "/desk/register"), (words("desk.nav.outages"), "")],
        outages=found,
        values=values or {},
    )
