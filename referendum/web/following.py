"""Following a measure, a district or all: one field, one button, and a proof that it is one's own.

A number proves itself by a code, in the same pages as everywhere; a mailbox by a link that goes to
it. What is answered never depends on whether somebody follows already.
"""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.bootstrap import Services
from referendum.doors import localities
from referendum.doors.cookies import services_of
from referendum.doors.errors import ForeignForm
from referendum.doors.languages import language_of, words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller, Visitor
from referendum.identity import awaiting, checking, codes
from referendum.identity.awaiting import Watched
from referendum.identity.codes import Aim
from referendum.identity.errors import (
    MailboxNotUsable,
    PhoneLocked,
    PhoneNotUsable,
    Refused,
    TooManyCodes,
    insist,
)
from referendum.identity.matching import Unnamed
from referendum.kernel.errors import DomainError
from referendum.kernel.wire import Through
from referendum.lifecycle import locating
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.news import asking, following
from referendum.lifecycle.news.errors import FollowingByMailOff, NothingToFollow
from referendum.lifecycle.news.following import Channel, Subject, Told
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.web import followed
from referendum.web.measures import LARGEST
from referendum.web.pages import go, page
from referendum.web.recognising import LONGEST, OVER, RENEWED, time_left, why_not_sent

router = APIRouter(prefix="/follow")

FORM: Final = Form()
PURPOSE: Final = "follow"
MAILBOX: Final = 254
REFUSED: Final = (PhoneNotUsable, TooManyCodes, PhoneLocked, MailboxNotUsable, FollowingByMailOff)


@router.get("")
def describe(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    measure: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Response:
    """What is sent and when, and where to: of one measure, or of all or a district."""
    district = localities.of(request)
    named = f"{followed.DISTRICT}{district}" if district else followed.ALL
    return _form(request, followed.of_measure(measure) if measure else named)


@router.post("")
def begin(
    request: Request,
    caller: Visitor,
    of: Annotated[str, FORM] = "",
    to: Annotated[str, FORM] = "",
) -> Response:
    """Send a code or a link to what was typed, whoever's it is."""
    words, given = words_of(request), to.strip()[:MAILBOX]
    if not given:
        return _form(request, of, errors={"to": words("follow.error.to")})
    try:
        return _begin(request, caller, of, given)
    except REFUSED as refused:
        told = why_not_sent(request, refused)
        if isinstance(refused, MailboxNotUsable):
            told = words("follow.error.to")
        return _form(request, of, to=given, errors={"to": told})
    except NothingToFollow:
        return _form(request, of, status=409)


@router.get("/sent")
def sent(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """That a mail is on its way, and what to do with it: the same whoever typed what."""
    return page(request, "follow/sent.html")


@router.get("/code/{of}/{challenge}")
def go_on(request: Request, of: str, challenge: UUID, caller: Visitor) -> Response:
    """Where the digits are typed; that one follows, once they were right."""
    return _code_page(request, of, challenge, caller)


@router.post("/code/{of}/{challenge}")
def check_code(
    request: Request, of: str, challenge: UUID, caller: Visitor, code: Annotated[str, FORM] = ""
) -> Response:
    """Check the digits, and follow in the same breath."""
    services = services_of(request)
    outcome: Any
    with services.begin() as uow:
        subject = followed.subject(uow.session, services, of)
        aim = _aim(caller, subject)
        try:
            outcome = checking.prove_phone(
                uow, services.vault, challenge, code[:LONGEST], aim=aim, limits=services.limits
            )
        except OVER as unknown:
            outcome = Refused(unknown)
        if not isinstance(outcome, Refused):
            number = checking.held_number(uow.session, services.vault, challenge, aim=aim)
            assert number is not None
            told = Told(Channel.SMS, number, language_of(request).value)
            following.follow(uow, services.vault, subject, told, proved=True)
    if not isinstance(outcome, Refused):
        return go(request, f"/follow/code/{of}/{challenge}")
    if isinstance(outcome.because, OVER):
        return _over(request, of, outcome.because, challenge)
    return _code_page(request, of, challenge, caller, because=outcome.because)


@router.post("/code/{of}/{challenge}/again")
def send_again(request: Request, of: str, challenge: UUID, caller: Visitor) -> Response:
    """The same code once more (OTP-06)."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            codes.resend(
                uow,
                challenge,
                vault=services.vault,
                aim=_aim(caller, followed.subject(uow.session, services, of)),
                address=caller.address,
                limits=services.limits,
            )
    except (*OVER, TooManyCodes) as refused:
        return _over(request, of, refused, challenge)
    return go(request, f"/follow/code/{of}/{challenge}", flash="recognising.flash.sent-again")


@router.post("/code/{of}/{challenge}/anew")
def send_anew(request: Request, of: str, challenge: UUID, caller: Visitor) -> Response:
    """Another code to the same number: one press, where the last can be used no more."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            fresh = codes.renew(
                uow,
                challenge,
                vault=services.vault,
                aim=_aim(caller, followed.subject(uow.session, services, of)),
                address=caller.address,
                language=language_of(request).value,
                invented=services.invents_people,
                limits=services.limits,
            )
    except (*OVER, TooManyCodes) as refused:
        return _over(request, of, refused)
    return go(request, f"/follow/code/{of}/{fresh.id}")


@router.post("/code/{of}/{challenge}/longer")
def give_time(request: Request, of: str, challenge: UUID, caller: Visitor) -> Response:
    """More time for the code, as WCAG 2.2 success criterion 2.2.1 asks."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            aim = _aim(caller, followed.subject(uow.session, services, of))
            codes.prolong(uow, challenge, aim=aim)
    except OVER as refused:
        return _over(request, of, refused, challenge)
    return go(request, f"/follow/code/{of}/{challenge}", flash="recognising.flash.longer")


def _begin(request: Request, caller: Caller, of: str, given: str) -> Response:
    services, language = services_of(request), language_of(request).value
    with services.begin() as uow:
        subject = followed.subject(uow.session, services, of)
        following.insist_followable(uow.session, subject)
        aim = _aim(caller, subject)
        if "@" in given:
            if not services.sends_mail:
                raise FollowingByMailOff
            limits = services.limits
            mailbox = asking.ask(
                uow.session,
                services.vault,
                given,
                browser=aim.browser,
                address=caller.address,
                limits=limits,
            )
            told = Told(Channel.MAIL, mailbox, language)
            following.follow(uow, services.vault, subject, told, proved=False)
            return go(request, "/follow/sent")
        challenge = codes.request_code(
            uow,
            vault=services.vault,
            described=Unnamed(jurisdiction_id=subject.place),
            phone=given,
            aim=aim,
            address=caller.address,
            language=language,
            invented=services.invents_people,
            limits=services.limits,
        )
    return go(request, f"/follow/code/{of}/{challenge.id}")


def _aim(caller: Caller, subject: Subject) -> Aim:
    """What a code is bound to: this browser, and following this (OTP-04)."""
    if caller.browser is None:
        raise ForeignForm
    return Aim(purpose=PURPOSE, browser=caller.browser, subject=subject.id)


def _form(
    request: Request,
    of: str,
    *,
    to: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        measure = _measure(uow.session, services, of)
        here = places.districts_on(uow.session, place.id, places.today(uow, place.id))
    return page(
        request,
        "follow/follow.html",
        status=422 if errors else status,
        place=place,
        measure=measure,
        followable=measure is None or following.may_follow(measure),
        of=of,
        options=followed.options(here, place, words_of(request)),
        by_mail=services.sends_mail,
        to=to,
        errors=errors or {},
    )


def _measure(session: Session, services: Services, of: str) -> Measure | None:
    """The measure that it is of; MeasureNotFound where nobody may see one of that number."""
    if not of.startswith(followed.MEASURE):
        return None
    subject = followed.subject(session, services, of)
    if subject.measure is None:
        raise MeasureNotFound(measure=of)
    return locating.get(session, subject.measure)


def _code_page(
    request: Request,
    of: str,
    challenge: UUID,
    caller: Caller,
    *,
    because: DomainError | None = None,
) -> Response:
    services, words = services_of(request), words_of(request)
    try:
        with services.begin() as uow:
            subject = followed.subject(uow.session, services, of)
            aim, what = _aim(caller, subject), followed.called(uow.session, subject, words)
            if checking.held_phone(uow.session, services.vault, challenge, aim=aim) is not None:
                number = followed.number(of)
                return page(request, "follow/done.html", what=what, number=number)
            wire, watched = Through(uow.session.connection()), [Watched(challenge, aim)]
            (found,) = awaiting.look(wire, watched, services.limits)
        waiting = insist(found)
    except OVER as refused:
        return _over(request, of, refused, challenge)
    problem = None if because is None else problem_of(because)
    return page(
        request,
        "follow/code.html",
        status=200 if problem is None else problem.status.value,
        of=of,
        what=what,
        challenge=challenge,
        waiting=waiting,
        **time_left(words, waiting),
        errors={} if problem is None else {"code": problem.title(words)},
    )


def _over(
    request: Request, of: str, because: DomainError, challenge: UUID | None = None
) -> Response:
    """Nothing can be typed any more. `challenge`: the one whose number gets another code."""
    problem = problem_of(because)
    told = why_not_sent(request, because)
    renewed = challenge if isinstance(because, RENEWED) else None
    status = problem.status.value
    return page(request, "follow/over.html", status=status, told=told, challenge=renewed, of=of)
