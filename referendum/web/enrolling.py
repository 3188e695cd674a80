"""Enrolling for one vote: a phone is proved first, and only then is anything said of oneself."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from referendum.bootstrap import Services
from referendum.doors.cookies import services_of
from referendum.doors.languages import language_of, words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller, Visitor
from referendum.identity import checking, codes
from referendum.identity.checking import Held
from referendum.identity.errors import (
    CodeUnknown,
    PhoneLocked,
    PhoneNotUsable,
    Refused,
    TooManyCodes,
)
from referendum.identity.matching import Unnamed
from referendum.kernel.errors import DomainError
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.enrolment import enrolling, taking_back
from referendum.lifecycle.enrolment.errors import EnrolmentClosed, NotEnrolled
from referendum.lifecycle.tables import Measure
from referendum.web import ending, enrolment_forms, enrolment_pages
from referendum.web.measures import Number
from referendum.web.pages import go
from referendum.web.recognising import LONGEST, OVER, why_not_sent
from referendum.web.sent import Sent

router = APIRouter(prefix="/measures/{number}/enrol")

FORM: Final = Form()


@router.get("")
def describe(request: Request, number: Number, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """Until when and how many, what a code proves, and the number to send one to."""
    return enrolment_pages.phone_page(request, number)


@router.post("")
def request_code(
    request: Request, number: Number, caller: Visitor, phone: Annotated[str, FORM] = ""
) -> Response:
    """Send a code to the number given, whoever that is; the register is not looked at."""
    services = services_of(request)
    given = phone.strip()[:LONGEST]
    if not given:
        error = words_of(request)("recognising.error.phone")
        return enrolment_pages.phone_page(request, number, phone=given, errors={"phone": error})
    try:
        with services.begin() as uow:
            measure, _ = enrolment_pages.opened(uow, services, number)
            challenge = codes.request_code(
                uow,
                vault=services.vault,
                described=Unnamed(jurisdiction_id=measure.jurisdiction_id),
                phone=given,
                aim=enrolment_pages.aim_of(caller, measure),
                address=caller.address,
                language=language_of(request).value,
                invented=services.invents_people,
                limits=services.limits,
            )
    except (PhoneNotUsable, TooManyCodes, PhoneLocked) as refused:
        errors = {"phone": why_not_sent(request, refused)}
        return enrolment_pages.phone_page(request, number, phone=given, errors=errors)
    except EnrolmentClosed:
        return enrolment_pages.phone_page(request, number, status=409)
    return go(request, f"/measures/{number}/enrol/{challenge.id}")


@router.get("/{challenge}")
def go_on(request: Request, number: Number, challenge: UUID, caller: Visitor) -> Response:
    """The code, then the form, then what was enrolled: whichever this browser has come to."""
    return enrolment_pages.next_page(request, number, challenge, caller)


@router.post("/{challenge}")
def enrol(
    request: Request, number: Number, challenge: UUID, caller: Visitor, form: Sent
) -> Response:
    """Enrol. The answer is the same whether or not somebody was enrolled before (OTP-16)."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure, held = _proved(uow, services, number, challenge, caller)
            declared = enrolment_forms.declared(uow, measure, form)
            enrolling.enrol(uow, services.vault, measure.id, declared, phone=held)
            aim = enrolment_pages.aim_of(caller, measure)
            ending.tell_voter(request, uow, measure, challenge, aim=aim, form=form)
    except OVER as refused:
        return enrolment_pages.over(request, number, refused, challenge)
    except EnrolmentClosed:
        return enrolment_pages.phone_page(request, number, status=409)
    except DomainError as refused:
        errors = enrolment_forms.said(words_of(request), refused)
        status = problem_of(refused).status.value
        values = enrolment_forms.typed(form)
        return enrolment_pages.next_page(
            request, number, challenge, caller, values=values, errors=errors, status=status
        )
    return _back(request, number, challenge, "enrolling.flash.kept")


@router.post("/{challenge}/code")
def check_code(
    request: Request,
    number: Number,
    challenge: UUID,
    caller: Visitor,
    code: Annotated[str, FORM] = "",
) -> Response:
    """Check the digits. A refusal is committed before it is told: its try counts."""
    services = services_of(request)
    with services.begin() as uow:
        measure, _ = enrolment_pages.seen(uow, services, number)
        aim = enrolment_pages.aim_of(caller, measure)
        try:
            outcome = checking.prove_phone(uow, services.vault, challenge, code[:LONGEST], aim=aim)
        except OVER as unknown:
            outcome = Refused(unknown)
    if isinstance(outcome, Refused) and isinstance(outcome.because, OVER):
        return enrolment_pages.over(request, number, outcome.because, challenge)
    if isinstance(outcome, Refused):
        problem = problem_of(outcome.because)
        errors = {"code": problem.title(words_of(request))}
        return enrolment_pages.next_page(
            request, number, challenge, caller, errors=errors, status=problem.status.value
        )
    return go(request, f"/measures/{number}/enrol/{challenge}")


@router.post("/{challenge}/again")
def send_again(request: Request, number: Number, challenge: UUID, caller: Visitor) -> Response:
    """The same code once more (OTP-06)."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure, _ = enrolment_pages.seen(uow, services, number)
            aim = enrolment_pages.aim_of(caller, measure)
            codes.resend(
                uow,
                challenge,
                vault=services.vault,
                aim=aim,
                address=caller.address,
                limits=services.limits,
            )
    except (*OVER, TooManyCodes) as refused:
        return enrolment_pages.over(request, number, refused, challenge)
    return _back(request, number, challenge, "recognising.flash.sent-again")


@router.post("/{challenge}/anew")
def send_anew(request: Request, number: Number, challenge: UUID, caller: Visitor) -> Response:
    """Another code to the same number: one press, where the last can be used no more."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure, _ = enrolment_pages.opened(uow, services, number)
            fresh = codes.renew(
                uow,
                challenge,
                vault=services.vault,
                aim=enrolment_pages.aim_of(caller, measure),
                address=caller.address,
                language=language_of(request).value,
                invented=services.invents_people,
                limits=services.limits,
            )
    except (*OVER, TooManyCodes) as refused:
        return enrolment_pages.over(request, number, refused)
    except EnrolmentClosed:
        return enrolment_pages.phone_page(request, number, status=409)
    return go(request, f"/measures/{number}/enrol/{fresh.id}")


@router.post("/{challenge}/longer")
def give_time(request: Request, number: Number, challenge: UUID, caller: Visitor) -> Response:
    """More time for the code, as WCAG 2.2 success criterion 2.2.1 asks."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure, _ = enrolment_pages.seen(uow, services, number)
            codes.prolong(uow, challenge, aim=enrolment_pages.aim_of(caller, measure))
    except OVER as refused:
        return enrolment_pages.over(request, number, refused, challenge)
    return _back(request, number, challenge, "recognising.flash.longer")


@router.post("/{challenge}/withdraw")
def withdraw(request: Request, number: Number, challenge: UUID, caller: Visitor) -> Response:
    """Take back what this phone enrolled."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure, held = _proved(uow, services, number, challenge, caller)
            taking_back.withdraw(uow, services.vault, measure.id, phone=held)
    except OVER as refused:
        return enrolment_pages.over(request, number, refused, challenge)
    except EnrolmentClosed:
        return enrolment_pages.phone_page(request, number, status=409)
    except NotEnrolled:
        return _back(request, number, challenge, "enrolling.flash.nothing")
    return _back(request, number, challenge, "enrolling.flash.withdrawn")


def _proved(
    uow: UnitOfWork, services: Services, number: int, challenge: UUID, caller: Caller
) -> tuple[Measure, Held]:
    """The phone that this browser proved for this vote; else as if there were no such code."""
    measure, _ = enrolment_pages.opened(uow, services, number)
    held = checking.held_phone(
        uow.session, services.vault, challenge, aim=enrolment_pages.aim_of(caller, measure)
    )
    if held is None:
        raise CodeUnknown
    return measure, held


def _back(request: Request, number: int, challenge: UUID, flash: str) -> Response:
    return go(request, f"/measures/{number}/enrol/{challenge}", flash=flash)
