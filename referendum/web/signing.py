"""Signing a petition in four short steps, none of which needs a script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import (
    Caller,
    Passer,
    Passing,
    Visitor,
    meet,
    recognise,
    resident_of,
)
from referendum.doors.sharing import shared
from referendum.lifecycle import petitioning, rules, signing
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.crowd import FIXED
from referendum.lifecycle.signing import Coming, Obstacle, Seen
from referendum.lifecycle.tables import Measure
from referendum.web import describing, ending, receipts
from referendum.web.measures import Number, public
from referendum.web.navigation import RESIDENT_SIGN_IN
from referendum.web.pages import page, pressed
from referendum.web.straight import Straight
from signatures import petitions
from signatures.collecting import Consent, NotOnRoll, Signed
from thresholds.rulebook import Signing

router = APIRouter(prefix="/measures/{number}/sign", route_class=Straight)

WORDING: Final = "2026-11"
"""The version of the consents' wording, kept with each signature."""
FORM: Final = Form()

May = Callable[[Coming], Awaitable[Seen | None]]
"""One of the port's ways to ask whether a person meets with nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure, what stands between somebody and a signature, and else who they are."""

    measure: Measure
    obstacle: Obstacle | None = None
    signer: str = field(default="", repr=False)
    """The name in the register; empty where it holds none, as with invented people."""


@router.get("")
@shared("easy")
def read(request: Request, number: Number, caller: Visitor, easy: str = "") -> Response:
    """Step 1: the full text, and what signing means. `easy`: with its easy-read version first."""
    services = services_of(request)
    with services.look() as uow:
        measure = public(uow.session, number, services.settings.jurisdiction)
        petition = petitions.of_measure(uow.session, measure.id)
        resident = resident_of(request) if caller.is_resident else None
        obstacle = signing.may_sign(uow, services.vault, measure, resident)
        attached = attaching.of_measure(measure)
        minimum = _signing(measure).electorate.minimum_age if petition else None
        told = describing.told(uow.session, measure, words_of(request), easy=easy)
    if isinstance(obstacle, Obstacle):
        return _not_possible(request, measure, obstacle)
    return page(
        request,
        "signing/read.html",
        measure=measure,
        petition=petition,
        attached=attached,
        minimum_age=minimum,
        following=_following(number, caller),
        **told,
    )


@router.get("/consent")
async def ask_consent(request: Request, number: Number, passer: Passer) -> Response:
    """Step 3 (2 is the code): three consents, each by itself."""
    asked = await _asked(request, number, passer, services_of(request).crowd.may_sign)
    if asked.obstacle is not None:
        return _not_possible(request, asked.measure, asked.obstacle)
    return _consent_page(request, asked.measure, frozenset(), {})


@router.post("/consent")
async def take_consent(
    request: Request,
    number: Number,
    passer: Passer,
    purpose: Annotated[str, FORM] = "",
    sensitive: Annotated[str, FORM] = "",
    retention: Annotated[str, FORM] = "",
    tell: Annotated[str, FORM] = "",
) -> Response:
    """Step 4: everything is there, and one button signs."""
    asked = await _asked(request, number, passer, services_of(request).crowd.may_go_on)
    measure = asked.measure
    if asked.obstacle is not None:
        return _not_possible(request, measure, asked.obstacle)
    given = _given(purpose, sensitive, retention)
    if missing := _missing(request, given):
        return _consent_page(request, measure, given, missing, tell=tell == "yes")
    own = {"signer": asked.signer} if asked.signer else {}
    wanted = tell == "yes"
    of = (_shown(measure), wanted, *own)
    told = {"measure": measure, "consents": list(Consent), "tell": wanted}
    return pressed(request, "signing/confirm.html", of=of, own=own, **told)


@router.post("")
async def sign(
    request: Request,
    number: Number,
    passer: Passer,
    purpose: Annotated[str, FORM] = "",
    sensitive: Annotated[str, FORM] = "",
    retention: Annotated[str, FORM] = "",
    tell: Annotated[str, FORM] = "",
) -> Response:
    """Sign. The receipt is on the answer itself and nowhere else afterwards."""
    crowd, given = services_of(request).crowd, _given(purpose, sensitive, retention)
    called = await crowd.called(number)
    if passer.token is not None and called.petition is not None and len(given) == len(Consent):
        consents = dict.fromkeys(Consent, WORDING)
        coming = Coming(petition=called.petition, token=passer.token, consents=consents)
        if (found := await crowd.sign(coming)) is not None:
            signed, seen = found
            recognise(request, seen.session)
            if tell == "yes" and signed.standing:
                measure = called.measure
                await run_in_threadpool(ending.tell_signer, request, measure, seen.resident)
            return _receipt(request, called.measure, signed, signing.today_of(seen))
    return await run_in_threadpool(_sign_alone, request, number, given, tell=tell == "yes")


def _sign_alone(
    request: Request, number: int, given: frozenset[Consent], *, tell: bool
) -> Response:
    """By itself, with every reason why not."""
    services = services_of(request)
    asked = _asked_alone(request, number)
    measure = asked.measure
    if asked.obstacle is not None:
        return _not_possible(request, measure, asked.obstacle)
    if missing := _missing(request, given):
        return _consent_page(request, measure, given, missing, tell=tell)
    with services.begin() as uow:
        petition = petitioning.petition_of(uow.session, measure)
        consents = dict.fromkeys(Consent, WORDING)
        resident = resident_of(request)
        outcome = signing.sign(uow, services.vault, petition.id, resident, consents=consents)
        today = rules.today(uow, measure)
    if isinstance(outcome, NotOnRoll):
        return _not_possible(request, measure, Obstacle("not-on-roll", reason=outcome.reason))
    if tell and outcome.standing:
        ending.tell_signer(request, measure, resident)
    return _receipt(request, measure, outcome, today)


def _receipt(request: Request, measure: Measure, signed: Signed, today: date) -> Response:
    if not signed.standing or signed.receipt is None:
        return _not_possible(request, measure, Obstacle("already-signed"))
    code = receipts.code_of(signed.receipt, words=words_of(request)("signing.done.code"))
    of, own = (_shown(measure), today), {"receipt": signed.receipt, "code": code}
    return pressed(request, "signing/receipt.html", of=of, own=own, measure=measure, day=today)


async def _asked(request: Request, number: int, passer: Passing, may: May) -> Asked:
    """Whether whoever passes can sign it."""
    services = services_of(request)
    called = await services.crowd.called(number)
    if passer.token is not None and called.petition is not None:
        coming = Coming(petition=called.petition, token=passer.token, consents=signing.ANY)
        if (seen := await may(coming)) is not None:
            recognise(request, seen.session)
            signer = signing.details_seen(services.vault, seen).name
            return Asked(called.measure, signer=signer)
    return await run_in_threadpool(_asked_alone, request, number)


def _asked_alone(request: Request, number: int) -> Asked:
    """The same for whoever is not to be signed for at once, or is not known at all."""
    services = services_of(request)
    meet(request)
    resident = resident_of(request)
    with services.begin() as uow:
        measure = public(uow.session, number, services.settings.jurisdiction)
        found = signing.may_sign(uow, services.vault, measure, resident)
        if isinstance(found, Obstacle):
            return Asked(measure, found)
        return Asked(measure, signer=signing.details_of(uow.session, services.vault, resident).name)


def _signing(measure: Measure) -> Signing:
    return petitioning.signing_of(rules.pinned(measure))


def _following(number: int, caller: Caller) -> str:
    """The next step: the code, or at once the consents for who is signed in."""
    consent = f"/measures/{number}/sign/consent"
    return consent if caller.is_resident else f"{RESIDENT_SIGN_IN}?next={consent}"


def _given(purpose: str, sensitive: str, retention: str) -> frozenset[Consent]:
    answers = {
        Consent.PURPOSE: purpose,
        Consent.SENSITIVE: sensitive,
        Consent.RETENTION: retention,
    }
    return frozenset(consent for consent, answer in answers.items() if answer == "yes")


def _missing(request: Request, given: frozenset[Consent]) -> dict[str, str]:
    words = words_of(request)
    return {
        consent.value: words(f"signing.consent.missing-{consent.value}")
        for consent in Consent
        if consent not in given
    }


def _consent_page(
    request: Request,
    measure: Measure,
    given: frozenset[Consent],
    errors: dict[str, str],
    *,
    tell: bool = False,
) -> Response:
    template, consents = "signing/consent.html", list(Consent)
    context: dict[str, Any] = {
        "measure": measure,
        "given": given,
        "errors": errors,
        "consents": consents,
        "wording": WORDING,
        "tell": tell,
    }
    if errors:
        return page(request, template, status=422, **context)
    return pressed(request, template, of=(_shown(measure), given, tell), **context)


def _shown(measure: Measure) -> Hashable:
    """All that the pages of signing show of a measure."""
    return tuple(getattr(measure, name) for name in FIXED)


def _not_possible(request: Request, measure: Measure, obstacle: Obstacle) -> Response:
    return page(request, "signing/not_possible.html", measure=measure, obstacle=obstacle)
