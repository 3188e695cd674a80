"""Residents say who they are, and show with a one-time code that they hold their phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.bootstrap import Services
from referendum.doors import sessions
from referendum.doors.cookies import services_of
from referendum.doors.errors import ForeignForm
from referendum.doors.languages import language_of, words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller, Visitor
from referendum.identity import checking, codes, sending
from referendum.identity import sessions as identity_sessions
from referendum.identity.checking import Recognised
from referendum.identity.codes import Aim
from referendum.identity.errors import (
    CodeExhausted,
    CodeExpired,
    CodeMalformed,
    CodeSuperseded,
    CodeTooSoon,
    CodeUnknown,
    CodeUsed,
    CodeWrong,
    NotRecognised,
    PhoneLocked,
    PhoneNotUsable,
    Refused,
    TooManyCodes,
)
from referendum.identity.limits import DEFAULT
from referendum.identity.matching import Described
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.lifecycle import reading, rules
from referendum.roll import places
from referendum.roll.names import normalise
from referendum.web.navigation import RESIDENT_SIGN_IN, way_back
from referendum.web.pages import go, page
from signatures.lines import read_date

router = APIRouter(prefix=RESIDENT_SIGN_IN)

SIGN_IN: Final = "sign_in"
SIGN: Final = "sign"
"""A code that was asked for on the way to one measure is refused on the way to another."""
LONGEST: Final = 100
DIGITS: Final = 9
"""Of a measure's number: what its column holds."""
TO_SIGN: Final = re.compile(r"/measures/(\d+)/sign(/.*)?")
OVER: Final = (CodeUnknown, CodeExpired, CodeExhausted, CodeUsed, CodeSuperseded, PhoneLocked)
"""After these nothing can be typed any more: one begins anew."""
AGAIN: Final = (CodeMalformed, CodeWrong, CodeTooSoon)
FORM: Final = Form()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed to say who they are."""

    name: str
    birth_date: str
    phone: str

    def born(self, today: date) -> date | None:
        """The birth date, if it can be one."""
        given = read_date(self.birth_date, reference=today)
        return given if given and date(1880, 1, 1) <= given <= today else None


@router.get("")
def describe(request: Request, caller: Visitor, next: str = "/") -> Response:  # noqa: A002  # the address's word
    """Ask who somebody is. Who is signed in already goes on at once."""
    way = way_back(next)
    if caller.is_resident:
        return go(request, way)
    return _describe(request, way, Asked("", "", ""), {})


@router.post("")
def request_code(
    request: Request,
    caller: Visitor,
    name: Annotated[str, FORM] = "",
    birth_date: Annotated[str, FORM] = "",
    phone: Annotated[str, FORM] = "",
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """Have a code sent. The answer is the same whoever was described (OTP-16)."""
    services, way = services_of(request), way_back(next)
    asked, words = Asked(name[:LONGEST], birth_date[:LONGEST], phone[:LONGEST]), words_of(request)
    with services.begin() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        today = rules.local_day(uow.now(), words.zone)
    born = asked.born(today)
    errors = {
        field: words(f"recognising.error.{field}")
        for field, wrong in (
            ("name", not normalise(asked.name)),
            ("birth_date", born is None),
            ("phone", not asked.phone.strip()),
        )
        if wrong
    }
    if errors or born is None:
        return _describe(request, way, asked, errors)
    described = Described(jurisdiction_id=place.id, name=asked.name, birth_date=born)
    try:
        aim = _aim(request, caller, way)
        challenge = _request(request, services, caller, described, asked.phone, aim)
    except (PhoneNotUsable, TooManyCodes, PhoneLocked) as refused:
        return _describe(request, way, asked, {"phone": why_not_sent(request, refused)})
    return go(request, f"{RESIDENT_SIGN_IN}/{challenge}?next={quote(way)}")


@router.get("/{challenge}")
def ask_for_code(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    next: str = "/",  # noqa: A002
) -> Response:
    """The page that takes the six digits."""
    return _code_page(request, challenge, caller, way_back(next))


@router.post("/{challenge}")
def check_code(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    code: Annotated[str, FORM] = "",
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """Check the digits. A refusal is committed before it is told: its try counts."""
    services, way = services_of(request), way_back(next)
    aim = _aim(request, caller, way)
    try:
        with services.begin() as uow:
            outcome = checking.verify_code(uow, services.vault, challenge, code[:LONGEST], aim=aim)
            if isinstance(outcome, Recognised):
                opened = identity_sessions.open_resident(uow, outcome.resident)
    except CodeUnknown as unknown:
        outcome = Refused(unknown)
    if isinstance(outcome, Refused):
        return _refused(request, challenge, caller, way, outcome.because)
    response = go(request, way)
    sessions.remember(request, response, opened.token)
    return response


@router.post("/{challenge}/again")
def send_again(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """The same code once more (OTP-06)."""
    services, way = services_of(request), way_back(next)
    aim = _aim(request, caller, way)
    try:
        with services.begin() as uow:
            codes.resend(
                uow,
                challenge,
                vault=services.vault,
                aim=aim,
                address=caller.address,
                limits=services.limits,
            )
    except (*OVER, TooManyCodes) as refused:
        return _refused(request, challenge, caller, way, refused)
    return _back_to(request, challenge, way, "recognising.flash.sent-again")


@router.post("/{challenge}/longer")
def give_time(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """More time for the code, as WCAG 2.2 success criterion 2.2.1 asks."""
    way = way_back(next)
    aim = _aim(request, caller, way)
    try:
        with services_of(request).begin() as uow:
            codes.prolong(uow, challenge, aim=aim)
    except OVER as refused:
        return _refused(request, challenge, caller, way, refused)
    return _back_to(request, challenge, way, "recognising.flash.longer")


def _request(
    request: Request,
    services: Services,
    caller: Caller,
    described: Described,
    phone: str,
    aim: Aim,
) -> UUID:
    with services.begin() as uow:
        return codes.request_code(
            uow,
            vault=services.vault,
            described=described,
            phone=phone,
            aim=aim,
            address=caller.address,
            language=language_of(request).value,
            invented=services.invents_people,
            limits=services.limits,
        ).id


def _aim(request: Request, caller: Caller, way: str) -> Aim:
    """What a code is bound to: this browser, and the measure it was asked for to sign (OTP-04)."""
    if caller.browser is None:
        raise ForeignForm
    signing = TO_SIGN.fullmatch(way)
    if signing is None or len(signing[1]) > DIGITS:
        return Aim(purpose=SIGN_IN, browser=caller.browser)
    services = services_of(request)
    with services.begin() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        measure = reading.numbered(uow.session, place.id, int(signing[1]))
    return Aim(purpose=SIGN, browser=caller.browser, subject=measure.id)


def _back_to(request: Request, challenge: UUID, way: str, flash: str) -> Response:
    return go(request, f"{RESIDENT_SIGN_IN}/{challenge}?next={quote(way)}", flash=flash)


def why_not_sent(request: Request, refused: DomainError) -> str:
    words = words_of(request)
    told = problem_of(refused).title(words)
    match refused:
        case PhoneNotUsable():
            return words(f"identity.phone.{refused.facts['reason']}")
        case TooManyCodes():
            scope = words(f"identity.limit.{refused.facts['scope']}")
            return f"{scope} {told}"
    return told


def _describe(request: Request, way: str, asked: Asked, errors: dict[str, str]) -> Response:
    status = 422 if errors else 200
    context = {"way": way, "asked": asked, "errors": errors, "to_sign": _to_sign(way)}
    return page(request, "recognising/describe.html", status=status, **context)


def _to_sign(way: str) -> bool:
    return TO_SIGN.fullmatch(way) is not None


def _refused(
    request: Request, challenge: UUID, caller: Caller, way: str, because: DomainError
) -> Response:
    problem = problem_of(because)
    told, status = problem.title(words_of(request)), problem.status.value
    if isinstance(because, NotRecognised):
        return page(
            request,
            "recognising/not_recognised.html",
            status=status,
            way=way,
            reason=because.facts["reason"],
        )
    if isinstance(because, OVER):
        context = {"way": way, "told": told, "to_sign": _to_sign(way)}
        return page(request, "recognising/over.html", status=status, **context)
    return _code_page(request, challenge, caller, way, errors={"code": told}, status=status)


def _code_page(
    request: Request,
    challenge: UUID,
    caller: Caller,
    way: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    aim = _aim(request, caller, way)
    try:
        with services_of(request).begin() as uow:
            context = _state(uow.session, challenge, aim)
    except OVER as refused:
        return _refused(request, challenge, caller, way, refused)
    return page(
        request,
        "recognising/code.html",
        status=status,
        challenge=challenge,
        way=way,
        errors=errors or {},
        to_sign=_to_sign(way),
        **context,
    )


def _state(session: Session, challenge_id: UUID, aim: Aim) -> dict[str, Any]:
    """How long the code is good, and whether it is on its way."""
    challenge = codes.hold(session, challenge_id, aim)
    now: datetime = machine_now(session)
    dead = codes.why_dead(challenge, now, DEFAULT)
    if dead is not None:
        raise dead
    return {
        "seconds": int((challenge.expires_at - now).total_seconds()),
        "until": challenge.expires_at,
        "delivery": sending.delivery(session, challenge_id, aim=aim).value,
    }
