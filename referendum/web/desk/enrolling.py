"""The desk's page for people without a phone: enrolled at the counter, with a document seen."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import rules
from referendum.lifecycle.enrolment import enrolled, enrolling, taking_back
from referendum.lifecycle.enrolment.enrolled import Window
from referendum.lifecycle.enrolment.errors import EnrolmentClosed, NotByEnrolment, NotEnrolled
from referendum.lifecycle.tables import Measure
from referendum.web import enrolment_forms
from referendum.web.desk.asking import crumb
from referendum.web.desk.measure import on_desk
from referendum.web.desk.routing import desk_page
from referendum.web.enrolment_forms import Incomplete
from referendum.web.enrolment_pages import district_rows
from referendum.web.pages import go
from referendum.web.sent import Sent, text

router = APIRouter(prefix="/desk/measures/{number}/enrol")


@router.get("")
def show(request: Request, number: int, officer: Staff) -> Response:
    """The form, and how many have enrolled."""
    return _page(request, officer, number)


@router.post("")
def enrol(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Enrol somebody who stands at the counter."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure, _ = _asked(uow, officer, number)
            told = enrolment_forms.told(uow, measure, form, desk=True)
            stands = enrolling.enrol_at_desk(
                uow, services.vault, measure.id, told, seen=text(form, "seen"), by=officer
            )
    except EnrolmentClosed:
        return _page(request, officer, number, status=409)
    except (DomainError, Incomplete) as refused:
        errors, status = enrolment_forms.said(request, refused)
        values = enrolment_forms.typed(form)
        return _page(request, officer, number, values=values, errors=errors, status=status)
    flash = "enrolling.flash.desk-kept" if stands else "enrolling.flash.desk-stood"
    return go(request, f"/desk/measures/{number}/enrol", flash=flash)


@router.post("/withdraw")
def withdraw(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Take back the enrolment of somebody who asks for it at the counter."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure, _ = _asked(uow, officer, number)
            taking_back.withdraw_at_desk(
                uow,
                services.vault,
                measure.id,
                name=text(form, "gone_name"),
                birth_date=enrolment_forms.born(form, "gone_birth_date", rules.today(uow, measure)),
                by=officer,
            )
    except (EnrolmentClosed, NotEnrolled) as refused:
        closed = isinstance(refused, EnrolmentClosed)
        errors = {} if closed else {"gone_name": words_of(request)("problem.not-enrolled")}
        return _page(request, officer, number, errors=errors, status=409)
    except DomainError as refused:
        errors, status = enrolment_forms.said(request, refused)
        values = enrolment_forms.typed(form)
        return _page(request, officer, number, values=values, errors=errors, status=status)
    return go(request, f"/desk/measures/{number}/enrol", flash="enrolling.flash.withdrawn")


def _asked(uow: UnitOfWork, officer: Officer, number: int) -> tuple[Measure, Window]:
    measure = on_desk(uow.session, officer, number)
    enrolling.insist_on_clerk(uow.session, measure, officer)
    window = enrolled.window(uow, measure)
    if window is None:
        raise NotByEnrolment(measure=str(measure.id))
    return measure, window


def _page(
    request: Request,
    officer: Officer,
    number: int,
    *,
    values: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with services_of(request).begin() as uow:
        measure, window = _asked(uow, officer, number)
        asked = enrolment_forms.asked(uow, measure, dict(values or {})) if window.is_open else {}
        rows = district_rows(uow, measure)
    title = words_of(request)("enrolling.desk.title")
    return desk_page(
        request,
        "desk/enrolling.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (title, "")],
        measure=measure,
        window=window,
        rows=rows,
        **asked,
    )
