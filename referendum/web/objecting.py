"""The holder of a number objects to another one that took its place on file: number, code, done.

Nothing on the way, and nothing at its end, says whether anything was changed.
"""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import ForeignForm
from referendum.doors.languages import language_of, words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller, Visitor
from referendum.identity import awaiting, checking, codes, objecting
from referendum.identity.awaiting import Watched
from referendum.identity.codes import Aim
from referendum.identity.errors import (
    PhoneLocked,
    PhoneNotUsable,
    Refused,
    TooManyCodes,
    insist,
)
from referendum.identity.matching import Unnamed
from referendum.kernel.errors import DomainError
from referendum.kernel.wire import Through
from referendum.roll import places
from referendum.web.pages import go, page
from referendum.web.recognising import LONGEST, OVER, RENEWED, time_left, why_not_sent

router = APIRouter(prefix="/former-number")

FORM: Final = Form()
PURPOSE: Final = "object"


@router.get("")
def describe(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What it is for, and the number to send a code to."""
    return _phone_page(request)


@router.post("")
def request_code(request: Request, caller: Visitor, phone: Annotated[str, FORM] = "") -> Response:
    """Send a code to the number given, whoever that is; the register is not looked at."""
    services, given = services_of(request), phone.strip()[:LONGEST]
    if not given:
        return _phone_page(request, error=words_of(request)("recognising.error.phone"))
    try:
        with services.begin() as uow:
            place = places.jurisdiction(uow.session, services.settings.jurisdiction)
            challenge = codes.request_code(
                uow,
                vault=services.vault,
                described=Unnamed(jurisdiction_id=place.id),
                phone=given,
                aim=_aim(caller),
                address=caller.address,
                language=language_of(request).value,
                invented=services.invents_people,
                limits=services.limits,
            )
    except (PhoneNotUsable, TooManyCodes, PhoneLocked) as refused:
        return _phone_page(request, phone=given, error=why_not_sent(request, refused))
    return go(request, f"/former-number/{challenge.id}")


@router.get("/{challenge}")
def go_on(request: Request, challenge: UUID, caller: Visitor) -> Response:
    """Where the digits are typed; what was said once they were right."""
    return _code_page(request, challenge, caller)


@router.post("/{challenge}")
def check_code(
    request: Request, challenge: UUID, caller: Visitor, code: Annotated[str, FORM] = ""
) -> Response:
    """Check the digits, and stop in the same breath what took the number's place."""
    services, aim = services_of(request), _aim(caller)
    with services.begin() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        outcome: Any
        try:
            outcome = checking.prove_phone(
                uow, services.vault, challenge, code[:LONGEST], aim=aim, limits=services.limits
            )
        except OVER as unknown:
            outcome = Refused(unknown)
        if not isinstance(outcome, Refused):
            objecting.as_holder(uow, outcome, jurisdiction_id=place.id)
    if not isinstance(outcome, Refused):
        return go(request, f"/former-number/{challenge}")
    if isinstance(outcome.because, OVER):
        return _over(request, outcome.because, challenge)
    return _code_page(request, challenge, caller, because=outcome.because)


@router.post("/{challenge}/again")
def send_again(request: Request, challenge: UUID, caller: Visitor) -> Response:
    """The same code once more (OTP-06)."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            codes.resend(
                uow,
                challenge,
                vault=services.vault,
                aim=_aim(caller),
                address=caller.address,
                limits=services.limits,
            )
    except (*OVER, TooManyCodes) as refused:
        return _over(request, refused, challenge)
    return go(request, f"/former-number/{challenge}", flash="recognising.flash.sent-again")


@router.post("/{challenge}/anew")
def send_anew(request: Request, challenge: UUID, caller: Visitor) -> Response:
    """Another code to the same number: one press, where the last can be used no more."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            fresh = codes.renew(
                uow,
                challenge,
                vault=services.vault,
                aim=_aim(caller),
                address=caller.address,
                language=language_of(request).value,
                invented=services.invents_people,
                limits=services.limits,
            )
    except (*OVER, TooManyCodes) as refused:
        return _over(request, refused)
    return go(request, f"/former-number/{fresh.id}")


@router.post("/{challenge}/longer")
def give_time(request: Request, challenge: UUID, caller: Visitor) -> Response:
    """More time for the code, as WCAG 2.2 success criterion 2.2.1 asks."""
    try:
        with services_of(request).begin() as uow:
            codes.prolong(uow, challenge, aim=_aim(caller))
    except OVER as refused:
        return _over(request, refused, challenge)
    return go(request, f"/former-number/{challenge}", flash="recognising.flash.longer")


def _aim(caller: Caller) -> Aim:
    """What a code is bound to: this browser, and objecting (OTP-04)."""
    if caller.browser is None:
        raise ForeignForm
    return Aim(purpose=PURPOSE, browser=caller.browser)


def _phone_page(request: Request, *, phone: str = "", error: str | None = None) -> Response:
    errors = {"phone": error} if error else {}
    status = 422 if error else 200
    return page(request, "former/phone.html", status=status, phone=phone, errors=errors)


def _code_page(
    request: Request, challenge: UUID, caller: Caller, *, because: DomainError | None = None
) -> Response:
    services, aim = services_of(request), _aim(caller)
    try:
        with services.begin() as uow:
            if checking.held_phone(uow.session, services.vault, challenge, aim=aim) is not None:
                return page(request, "former/done.html")
            wire, watched = Through(uow.session.connection()), [Watched(challenge, aim)]
            (found,) = awaiting.look(wire, watched, services.limits)
        waiting = insist(found)
    except OVER as refused:
        return _over(request, refused, challenge)
    problem = None if because is None else problem_of(because)
    return page(
        request,
        "former/code.html",
        status=200 if problem is None else problem.status.value,
        challenge=challenge,
        waiting=waiting,
        **time_left(words_of(request), waiting),
        errors={} if problem is None else {"code": problem.title(words_of(request))},
    )


def _over(request: Request, because: DomainError, challenge: UUID | None = None) -> Response:
    """Nothing can be typed any more. `challenge`: the one whose number gets another code."""
    problem = problem_of(because)
    told = problem.title(words_of(request))
    renewed = challenge if isinstance(because, RENEWED) else None
    status = problem.status.value
    return page(request, "former/over.html", status=status, told=told, challenge=renewed)
