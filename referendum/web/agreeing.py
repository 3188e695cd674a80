"""The representatives' consent to what ends or changes their measure: a number, a code, agreed."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from referendum.doors import sessions
from referendum.doors.cookies import services_of
from referendum.doors.errors import ForeignForm
from referendum.doors.languages import language_of, words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Signer
from referendum.identity import awaiting, checking, codes, phones
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
from referendum.kernel.people import Resident
from referendum.kernel.uow import UnitOfWork
from referendum.kernel.wire import Through
from referendum.lifecycle import agreed, agreeing
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Measure
from referendum.roll import finding
from referendum.web import petitioning
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.recognising import LONGEST, OVER, why_not_sent
from referendum.web.workspace import own

router = APIRouter(prefix="/workspace/{number}")

FORM: Final = Form()
PURPOSE: Final = "agree"
Joint = Literal["apply", "withdraw"]


@router.post("/agree/{act}")
def request_code(
    request: Request,
    number: Number,
    act: Joint,
    resident: Signer,
    phone: Annotated[str, FORM] = "",
) -> Response:
    """Send a code to the number, if it is theirs on file; giving up a draft needs none."""
    services, given, words = services_of(request), phone.strip()[:LONGEST], words_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        free = not agreeing.needs_code(measure, Act(act))
        if free:
            agreeing.agree(uow, services.means, measure.id, Act(act), by=resident)
    if free:
        return go(request, "/workspace", flash="workspace.flash.agreed-draft")
    if not given:
        told = words("recognising.error.phone")
        return petitioning.ask(request, number, resident, Act(act), phone_error=told)
    try:
        with services.begin() as uow:
            if not _is_theirs(request, uow, resident, given):
                told = words("workspace.agree.other-phone")
                return petitioning.ask(
                    request, number, resident, Act(act), phone=given, phone_error=told
                )
            challenge = codes.request_code(
                uow,
                vault=services.vault,
                described=Unnamed(jurisdiction_id=resident.jurisdiction),
                phone=given,
                aim=_aim(request, measure, act),
                address=_caller(request).address,
                language=language_of(request).value,
                invented=services.invents_people,
                limits=services.limits,
            )
    except (PhoneNotUsable, TooManyCodes, PhoneLocked) as refused:
        told = why_not_sent(request, refused)
        return petitioning.ask(request, number, resident, Act(act), phone=given, phone_error=told)
    return go(request, f"/workspace/{number}/agree/{act}/{challenge.id}")


@router.get("/agree/{act}/{challenge}")
def ask_for_code(
    request: Request, number: Number, act: Joint, challenge: UUID, resident: Signer
) -> Response:
    """Where the digits are typed, with what they are given for."""
    return _code_page(request, number, act, challenge, resident)


@router.post("/agree/{act}/{challenge}")
def check_code(
    request: Request,
    number: Number,
    act: Joint,
    challenge: UUID,
    resident: Signer,
    code: Annotated[str, FORM] = "",
) -> Response:
    """Check the digits, and consent in the same breath. A refused try is kept: it counts."""
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        measure_id, aim = measure.id, _aim(request, measure, act)
        try:
            outcome = checking.prove_phone(
                uow, services.vault, challenge, code[:LONGEST], aim=aim, limits=services.limits
            )
        except OVER as unknown:
            outcome = Refused(unknown)
    if isinstance(outcome, Refused):
        return _refused(request, number, act, challenge, resident, outcome.because)
    with services.begin() as uow:
        row = agreeing.agree(uow, services.means, measure_id, Act(act), by=resident, proved=outcome)
        said = "waits" if row.agreed_at is None else "done" if row.settled_at else "rests"
    return go(request, f"/workspace/{number}", flash=f"workspace.flash.agreed-{act}-{said}")


@router.post("/agree/{act}/{challenge}/again")
def send_again(
    request: Request, number: Number, act: Joint, challenge: UUID, resident: Signer
) -> Response:
    """The same code once more (OTP-06)."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure = own(uow.session, resident, number)
            codes.resend(
                uow,
                challenge,
                vault=services.vault,
                aim=_aim(request, measure, act),
                address=_caller(request).address,
                limits=services.limits,
            )
    except (*OVER, TooManyCodes) as refused:
        return _refused(request, number, act, challenge, resident, refused)
    return _back(request, number, act, challenge, "recognising.flash.sent-again")


@router.post("/agree/{act}/{challenge}/longer")
def give_time(
    request: Request, number: Number, act: Joint, challenge: UUID, resident: Signer
) -> Response:
    """More time for the code, as WCAG 2.2 success criterion 2.2.1 asks."""
    try:
        with services_of(request).begin() as uow:
            measure = own(uow.session, resident, number)
            codes.prolong(uow, challenge, aim=_aim(request, measure, act))
    except OVER as refused:
        return _refused(request, number, act, challenge, resident, refused)
    return _back(request, number, act, challenge, "recognising.flash.longer")


@router.post("/take-back")
def take_back(request: Request, number: Number, resident: Signer) -> Response:
    """Any one of them takes back what waits or rests."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        agreeing.take_back(uow, measure.id, by=resident)
    return go(request, f"/workspace/{number}", flash="workspace.flash.taken-back")


def _is_theirs(request: Request, uow: UnitOfWork, resident: Resident, phone: str) -> bool:
    services = services_of(request)
    number = phones.mobile(phone, invented=services.invents_people)
    residence = finding.latest_residence(uow.session, resident.person)
    index = finding.phone_index(services.vault, number)
    return residence is not None and residence.phone_index == index


def _aim(request: Request, measure: Measure, act: Joint) -> Aim:
    """A code is good for this browser, this measure and this act (OTP-04)."""
    browser = _caller(request).browser
    if browser is None:
        raise ForeignForm
    return Aim(purpose=f"{PURPOSE}-{act}", browser=browser, subject=measure.id)


def _caller(request: Request) -> sessions.Caller:
    caller = sessions.caller_of(request)
    assert caller is not None, "the door looked"
    return caller


def _code_page(
    request: Request,
    number: int,
    act: Joint,
    challenge: UUID,
    resident: Resident,
    *,
    because: DomainError | None = None,
) -> Response:
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure = own(uow.session, resident, number)
            watched = [Watched(challenge, _aim(request, measure, act))]
            wire = Through(uow.session.connection())
            (found,) = awaiting.look(wire, watched, services.limits)
            waiting: Any = insist(found)
            gathered = agreed.gathered(uow.session, measure)
    except OVER as refused:
        return _over(request, number, act, resident, refused)
    problem = problem_of(because) if because is not None else None
    return page(
        request,
        "workspace/code.html",
        status=problem.status.value if problem else 200,
        measure=measure,
        act=act,
        here=f"/workspace/{number}/agree/{act}/{challenge}",
        waiting=waiting,
        gathered=gathered,
        errors={"code": why_not_sent(request, because)} if because is not None else {},
    )


def _refused(
    request: Request,
    number: int,
    act: Joint,
    challenge: UUID,
    resident: Resident,
    because: DomainError,
) -> Response:
    if isinstance(because, OVER):
        return _over(request, number, act, resident, because)
    return _code_page(request, number, act, challenge, resident, because=because)


def _over(
    request: Request, number: int, act: Joint, resident: Resident, because: DomainError
) -> Response:
    """Nothing can be typed any more: one asks for a new code where one began."""
    told = why_not_sent(request, because)
    return petitioning.ask(request, number, resident, Act(act), phone_error=told)


def _back(request: Request, number: int, act: Joint, challenge: UUID, flash: str) -> Response:
    return go(request, f"/workspace/{number}/agree/{act}/{challenge}", flash=flash)
