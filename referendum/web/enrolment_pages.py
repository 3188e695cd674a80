"""The pages on the way to an enrolment: the number, the code, the form, what was received."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from referendum.bootstrap import Services
from referendum.doors.cookies import services_of
from referendum.doors.errors import ForeignForm
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller
from referendum.identity import awaiting, checking
from referendum.identity.awaiting import Watched
from referendum.identity.checking import Held
from referendum.identity.codes import Aim
from referendum.identity.errors import insist
from referendum.kernel.errors import DomainError
from referendum.kernel.uow import UnitOfWork
from referendum.kernel.wire import Through
from referendum.lifecycle import area
from referendum.lifecycle.enrolment import enrolled, enrolling, taking_back
from referendum.lifecycle.enrolment.enrolled import Window
from referendum.lifecycle.enrolment.errors import NotByEnrolment
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import District
from referendum.web import enrolment_forms
from referendum.web.measures import public
from referendum.web.pages import page
from referendum.web.recognising import OVER, RENEWED, time_left, why_not_sent

PURPOSE: Final = "enrol"


def seen(uow: UnitOfWork, services: Services, number: int) -> tuple[Measure, Window]:
    """The measure and its window; no page where nobody enrols for it."""
    measure = public(uow.session, number, services.settings.jurisdiction)
    window = enrolled.window(uow, measure)
    if window is None:
        raise NotByEnrolment(measure=str(measure.id))
    return measure, window


def opened(uow: UnitOfWork, services: Services, number: int) -> tuple[Measure, Window]:
    measure, _ = seen(uow, services, number)
    return measure, enrolled.insist_open(uow, measure)


def aim_of(caller: Caller, measure: Measure) -> Aim:
    """What a code is bound to: this browser, and enrolling for this vote (OTP-04)."""
    if caller.browser is None:
        raise ForeignForm
    return Aim(purpose=PURPOSE, browser=caller.browser, subject=measure.id)


def phone_page(
    request: Request,
    number: int,
    *,
    phone: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    services = services_of(request)
    with services.look() as uow:
        measure, window = seen(uow, services, number)
        age = enrolling.electorate_of(uow.session, measure).minimum_age
        rows = district_rows(uow, measure)
        total = enrolled.total(uow.session, measure.id)
    return page(
        request,
        "enrolling/phone.html",
        status=422 if errors else status,
        measure=measure,
        window=window,
        minimum_age=age,
        rows=rows,
        total=total,
        phone=phone,
        errors=errors or {},
    )


def district_rows(uow: UnitOfWork, measure: Measure) -> list[tuple[District, int | None]]:
    """How many enrolled in each district of the area; None where it would point at people."""
    here = area.districts(uow.session, measure)
    counts = enrolled.by_district(uow.session, measure.id, [one.id for one in here])
    return [(one, counts[one.id]) for one in here]


def over(
    request: Request, number: int, because: DomainError, challenge: UUID | None = None
) -> Response:
    """Nothing can be typed any more. `challenge`: the one whose number gets another code."""
    problem = problem_of(because)
    services = services_of(request)
    with services.look() as uow:
        measure, _ = seen(uow, services, number)
    told = why_not_sent(request, because)
    return page(
        request,
        "enrolling/over.html",
        status=problem.status.value,
        measure=measure,
        told=told,
        challenge=challenge if isinstance(because, RENEWED) else None,
    )


def next_page(
    request: Request,
    number: int,
    challenge: UUID,
    caller: Caller,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure, window = seen(uow, services, number)
            aim = aim_of(caller, measure)
            held = checking.held_phone(uow.session, services.vault, challenge, aim=aim)
            if held is None:
                template, shown = "enrolling/code.html", _code(uow, request, challenge, aim)
            elif window.is_open:
                template, shown = _details(uow, services, measure, held, values or {})
            else:
                return phone_page(request, number)
    except OVER as refused:
        return over(request, number, refused, challenge)
    return page(
        request,
        template,
        status=status,
        measure=measure,
        window=window,
        challenge=challenge,
        errors=errors or {},
        **shown,
    )


def _code(uow: UnitOfWork, request: Request, challenge: UUID, aim: Aim) -> dict[str, Any]:
    watched, limits = [Watched(challenge, aim)], services_of(request).limits
    (found,) = awaiting.look(Through(uow.session.connection()), watched, limits)
    waiting = insist(found)
    return {"waiting": waiting, **time_left(words_of(request), waiting)}


def _details(
    uow: UnitOfWork, services: Services, measure: Measure, held: Held, values: dict[str, str]
) -> tuple[str, dict[str, Any]]:
    """The form, or what this phone enrolled already."""
    own = taking_back.own(uow.session, services.vault, measure.id, phone=held)
    if own is None:
        return "enrolling/details.html", enrolment_forms.asked(uow, measure, values)
    district = uow.session.get_one(District, own.district)
    return "enrolling/own.html", {"own": own, "district": district}
