"""Days off at the desk that no almanac knows: entered and taken out with document and reason."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.lifecycle.dates import daysoff
from referendum.lifecycle.errors import ParticularMissing
from referendum.web.desk.asking import (
    Errors,
    Sent,
    day_of,
    desk_page,
    document_of,
    text,
    told,
    typed,
)
from referendum.web.desk.removing import removed
from referendum.web.pages import go

router = APIRouter(prefix="/desk/register/days-off")


@router.get("")
def show(request: Request, officer: Staff) -> Response:
    """All that were declared, and the form for another."""
    return _page(request, officer)


@router.post("")
def add(request: Request, officer: Staff, form: Sent) -> Response:
    """Enter one; every measure's deadlines are computed again."""
    try:
        day = day_of(text(form, "day"))
        if day is None:
            raise ParticularMissing(field="day")
        with services_of(request).begin() as uow:
            daysoff.add(
                uow,
                day=day,
                off=text(form, "off") != "no",
                title_ko=text(form, "title_ko"),
                title_en=text(form, "title_en"),
                document=document_of(form, act="day_off"),
                reason=text(form, "reason"),
                by=officer,
            )
    except DomainError as refused:
        errors, status = told(request, refused, field="day")
        return _page(request, officer, values=typed(form), errors=errors, status=status)
    return go(request, "/desk/register/days-off", flash="desk.flash.day-off-set")


@router.post("/{day_off_id}/removal")
def remove(request: Request, day_off_id: UUID, officer: Staff, form: Sent) -> Response:
    """Take one out with a reason."""
    return removed(
        request,
        officer,
        form,
        day_off_id,
        removes=daysoff.remove,
        shows=_page,
        path="/desk/register/days-off",
        flash="desk.flash.day-off-removed",
    )


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
        found = daysoff.listed(uow.session, officer.jurisdiction)
    return desk_page(
        request,
        "desk/days-off.html",
        officer,
        status=status,
        errors=errors,
        trail=[(words("desk.nav.register"), "/desk/register"), (words("desk.nav.days-off"), "")],
        days=found,
        kinds=[("yes", words("desk.day-off.off")), ("no", words("desk.day-off.working"))],
        values=values or {},
    )
