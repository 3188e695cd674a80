"""Residents say who they are, and show with a one-time code that they hold their phone."""

from __future__ import annotations

import re
from math import ceil
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from referendum.doors import sessions
from referendum.doors.cookies import services_of
from referendum.doors.errors import ForeignForm
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller, Visitor
from referendum.i18n.words import Words
from referendum.identity import answering, asking, codes
from referendum.identity.awaiting import Waiting, Watched
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
    PhoneRests,
    PhoneStopped,
    Refused,
    TooManyCodes,
)
from referendum.identity.matching import Described
from referendum.identity.sessions import new_token
from referendum.kernel.errors import DomainError
from referendum.lifecycle.office import contacts
from referendum.lifecycle.office.tables import Contact
from referendum.roll import places
from referendum.roll.names import normalise
from referendum.web import retyping
from referendum.web.navigation import RESIDENT_SIGN_IN, way_back
from referendum.web.pages import go, page, pressed
from referendum.web.retyping import Typed
from referendum.web.straight import Straight
from signatures.lines import front_of

router = APIRouter(prefix=RESIDENT_SIGN_IN, route_class=Straight)

SIGN_IN: Final = "sign_in"
SIGN: Final = "sign"
"""A code that was asked for on the way to one measure is refused on the way to another."""
LONGEST: Final = 100
DIGITS: Final = 9
"""Of a measure's number: what its column holds."""
TO_SIGN: Final = re.compile(r"/measures/(\d+)/sign(/.*)?")
TO_JOIN: Final = re.compile(r"/workspace/\d+/join/.+")
"""An invitation's own address: who was sent it has not been told here what it is about."""
OVER: Final = (CodeUnknown, CodeExpired, CodeExhausted, CodeUsed, CodeSuperseded, PhoneLocked)
"""After these nothing can be typed any more: one begins anew."""
RENEWED: Final = (CodeExpired, CodeExhausted, CodeUsed, CodeSuperseded)
"""After these another code goes to the same number at one press."""
NOT_BY_PHONE: Final = (NotRecognised, PhoneRests, PhoneStopped)
AGAIN: Final = (CodeMalformed, CodeWrong, CodeTooSoon)
FORM: Final = Form()


@router.get("")
async def describe(
    request: Request,
    caller: Visitor,
    next: str = "/",  # noqa: A002  # the address's word
    again: UUID | None = None,
) -> Response:
    """Ask who somebody is. Who is signed in already goes on at once.

    `again`: the code that was asked for with something typed wrongly; it can be mended.
    """
    way = way_back(next)
    if caller.is_resident:
        return go(request, way)
    return _describe(request, way, await _kept(request, again) or Typed(), {})


@router.post("")
async def request_code(
    request: Request,
    caller: Visitor,
    name: Annotated[str, FORM] = "",
    birth_date: Annotated[str, FORM] = "",
    phone: Annotated[str, FORM] = "",
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """Have a code sent. The answer is the same whoever was described (OTP-16)."""
    # What was typed is shown again, but never the back of a resident number.
    asked = Typed(name[:LONGEST], front_of(birth_date[:LONGEST]), phone[:LONGEST])
    return await _ask(request, caller, way_back(next), asked)


async def _ask(request: Request, caller: Caller, way: str, asked: Typed) -> Response:
    services, words = services_of(request), words_of(request)
    known = await services.crowd.known()
    born = asked.born(known.today)
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
    described = Described(jurisdiction_id=known.place, name=asked.name, birth_date=born)
    aim = await _aim(request, caller, way)
    try:
        prepared = asking.prepare(
            services.vault,
            known.key,
            described,
            asked.phone,
            aim=aim,
            address=caller.address,
            today=known.today,
            language=words.language.value,
            limits=services.limits,
            invented=services.invents_people,
        )
    except PhoneNotUsable as refused:
        return _describe(request, way, asked, {"phone": why_not_sent(request, refused)})
    outcome = await services.crowd.asks.submit(prepared)
    if isinstance(outcome, DomainError):
        return _describe(request, way, asked, {"phone": why_not_sent(request, outcome)})
    response = go(request, f"{RESIDENT_SIGN_IN}/{outcome.id}?next={quote(way)}")
    retyping.keep(request, response, known.key, outcome.id, asked)
    return response


async def _kept(request: Request, challenge: UUID | None) -> Typed | None:
    if challenge is None:
        return None
    known = await services_of(request).crowd.known()
    return retyping.kept(request, known.key, challenge)


@router.get("/{challenge}")
async def ask_for_code(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    next: str = "/",  # noqa: A002
) -> Response:
    """The page that takes the six digits."""
    return await _code_page(request, challenge, caller, way_back(next))


@router.post("/{challenge}")
async def check_code(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    code: Annotated[str, FORM] = "",
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """Check the digits. A refusal is committed before it is told: its try counts."""
    services, way, token = services_of(request), way_back(next), new_token()
    aim = await _aim(request, caller, way)
    try:
        tried = answering.prepare(services.vault, challenge, code[:LONGEST], aim=aim, token=token)
        outcome = await services.crowd.answers.submit(tried)
        opened = answering.signed_in(outcome, token)
    except (*OVER, *AGAIN, *NOT_BY_PHONE) as refused:
        return await _refused(request, challenge, caller, way, refused)
    response = go(request, way)
    sessions.remember(request, response, opened.token)
    retyping.forget(request, response)
    return response


@router.post("/{challenge}/again")
async def send_again(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """The same code once more (OTP-06)."""
    services, way = services_of(request), way_back(next)
    aim = await _aim(request, caller, way)

    def resend() -> None:
        with services.begin() as uow:
            codes.resend(
                uow,
                challenge,
                vault=services.vault,
                aim=aim,
                address=caller.address,
                limits=services.limits,
            )

    try:
        await run_in_threadpool(resend)
    except (*OVER, TooManyCodes) as refused:
        return await _refused(request, challenge, caller, way, refused)
    return _back_to(request, challenge, way, "recognising.flash.sent-again")


@router.post("/{challenge}/anew")
async def send_anew(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """Another code for what was typed before: one press, where the last can be used no more."""
    way = way_back(next)
    asked = await _kept(request, challenge)
    if asked is None:
        return go(request, f"{RESIDENT_SIGN_IN}?next={quote(way)}")
    return await _ask(request, caller, way, asked)


@router.post("/{challenge}/longer")
async def give_time(
    request: Request,
    challenge: UUID,
    caller: Visitor,
    next: Annotated[str, FORM] = "/",  # noqa: A002  # the address's word
) -> Response:
    """More time for the code, as WCAG 2.2 success criterion 2.2.1 asks."""
    services, way = services_of(request), way_back(next)
    aim = await _aim(request, caller, way)

    def prolong() -> None:
        with services.begin() as uow:
            codes.prolong(uow, challenge, aim=aim)

    try:
        await run_in_threadpool(prolong)
    except OVER as refused:
        return await _refused(request, challenge, caller, way, refused)
    return _back_to(request, challenge, way, "recognising.flash.longer")


async def _aim(request: Request, caller: Caller, way: str) -> Aim:
    """What a code is bound to: this browser, and the measure it was asked for to sign (OTP-04)."""
    if caller.browser is None:
        raise ForeignForm
    signing = TO_SIGN.fullmatch(way)
    if signing is None or len(signing[1]) > DIGITS:
        return Aim(purpose=SIGN_IN, browser=caller.browser)
    called = await services_of(request).crowd.called(int(signing[1]))
    return Aim(purpose=SIGN, browser=caller.browser, subject=called.measure.id)


def time_left(words: Words, waiting: Waiting) -> dict[str, Any]:
    """How long a code is good: never a time of day, which the demo's clock would contradict."""
    minutes = waiting.seconds // 60
    lasts = words("web.countdown.left", minutes=minutes) if minutes > 1 else None
    return {"seconds": waiting.seconds, "lasts": lasts or words("web.countdown.last")}


def _back_to(request: Request, challenge: UUID, way: str, flash: str) -> Response:
    return go(request, f"{RESIDENT_SIGN_IN}/{challenge}?next={quote(way)}", flash=flash)


def why_not_sent(request: Request, refused: DomainError) -> str:
    words = words_of(request)
    match refused:
        case PhoneNotUsable():
            return words(f"identity.phone.{refused.facts['reason']}")
        case TooManyCodes():
            return _too_many(words, **refused.facts)
    return problem_of(refused).title(words)


def _too_many(words: Words, *, scope: Any, minutes: Any) -> str:
    """Whose budget is used up, what to do instead, and from when on one can ask again."""
    hours = ceil(minutes / 60)
    again = "minutes" if hours == 1 else "hours"
    return f"{words(f'identity.limit.{scope}')} " + words(
        f"identity.limit.{again}", minutes=minutes, hours=hours
    )


def _describe(request: Request, way: str, asked: Typed, errors: dict[str, str]) -> Response:
    template = "recognising/describe.html"
    context: dict[str, Any] = {
        "way": way,
        "asked": asked,
        "errors": errors,
        "to_sign": _to_sign(way),
        "invited": TO_JOIN.fullmatch(way) is not None,
    }
    if errors:
        return page(request, template, status=422, **context)
    return pressed(request, template, of=(way, asked), **context)


def _to_sign(way: str) -> bool:
    return TO_SIGN.fullmatch(way) is not None


async def _refused(
    request: Request, challenge: UUID, caller: Caller, way: str, because: DomainError
) -> Response:
    problem = problem_of(because)
    told, status = why_not_sent(request, because), problem.status.value
    if not isinstance(because, (*OVER, *NOT_BY_PHONE)):
        errors = {"code": told}
        return await _code_page(request, challenge, caller, way, errors=errors, status=status)
    context: dict[str, Any] = {"way": way, "told": told, "challenge": challenge}
    renewed = isinstance(because, (*RENEWED, NotRecognised))
    context["asked"] = await _kept(request, challenge) if renewed else None
    if isinstance(because, OVER):
        return page(
            request, "recognising/over.html", status=status, to_sign=_to_sign(way), **context
        )
    context["desk"] = await run_in_threadpool(_desk, request)
    if isinstance(because, NotRecognised):
        reason = because.facts["reason"]
        template = "recognising/not_recognised.html"
        return page(request, template, status=status, reason=reason, **context)
    return page(request, "recognising/rests.html", status=status, **context)


def _desk(request: Request) -> Contact | None:
    """Where whoever cannot go on by phone can come or call."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        return contacts.desk(uow.session, place.id)


async def _code_page(
    request: Request,
    challenge: UUID,
    caller: Caller,
    way: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Where the digits are typed, with how long they are good and whether they are on their way."""
    watched = Watched(challenge, await _aim(request, caller, way))
    found = await services_of(request).crowd.waits.submit(watched)
    if isinstance(found, Refused):
        return await _refused(request, challenge, caller, way, found.because)
    template = "recognising/code.html"
    context = {"way": way, "to_sign": _to_sign(way), "waiting": found, "errors": errors or {}}
    own = {"challenge": challenge, **time_left(words_of(request), found)}
    if errors:
        return page(request, template, status=status, **context, **own)
    return pressed(request, template, of=(way, found.delivery, found.minutes), own=own, **context)
