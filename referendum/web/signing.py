"""Signing a petition in four short steps, none of which needs a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.bootstrap import Services
from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Caller, Signer, Visitor
from referendum.kernel.people import Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import petitioning, rules
from referendum.lifecycle.dates import barring
from referendum.lifecycle.tables import Measure
from referendum.roll import finding, freezing
from referendum.web.measures import Number, public
from referendum.web.navigation import RESIDENT_SIGN_IN
from referendum.web.pages import page
from signatures import closing, collecting, petitions
from signatures.collecting import Consent, Details, NotOnRoll, Signed
from signatures.lines import Origin, Reason
from signatures.standing import why_off_roll
from signatures.tables import Petition
from thresholds.rulebook import Channel, Signing

router = APIRouter(prefix="/measures/{number}/sign")

WORDING: Final = "2026-11"
"""The version of the consents' wording, kept with each signature."""
FORM: Final = Form()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nobody, or this person, can sign this here. `article`: where the rules say so."""

    why: str
    article: str | None = None
    reason: Reason | None = None
    base: date | None = None
    """The day that decides, where a person is not on the roll."""
    opens: date | None = None
    """The first day on which it will be possible, where a district is barred."""


@router.get("")
def read(request: Request, number: Number, caller: Visitor) -> Response:
    """Step 1: the full text, and what signing means."""
    services = services_of(request)
    with services.begin() as uow:
        measure = public(uow.session, number, services.settings.jurisdiction)
        petition = petitions.of_measure(uow.session, measure.id)
        obstacle = _obstacle(uow, measure, petition)
        minimum = _signing(measure).electorate.minimum_age if petition else None
    if obstacle is not None:
        return _not_possible(request, measure, obstacle)
    return page(
        request,
        "signing/read.html",
        measure=measure,
        petition=petition,
        minimum_age=minimum,
        following=_following(number, caller),
    )


@router.get("/consent")
def ask_consent(request: Request, number: Number, resident: Signer) -> Response:
    """Step 3 (2 is the code): three consents, each by itself."""
    measure, obstacle = _asked(services_of(request), number, resident)
    if obstacle is not None:
        return _not_possible(request, measure, obstacle)
    return _consent_page(request, measure, frozenset(), {})


@router.post("/consent")
def take_consent(
    request: Request,
    number: Number,
    resident: Signer,
    purpose: Annotated[str, FORM] = "",
    sensitive: Annotated[str, FORM] = "",
    retention: Annotated[str, FORM] = "",
) -> Response:
    """Step 4: everything is there, and one button signs."""
    measure, obstacle = _asked(services_of(request), number, resident)
    if obstacle is not None:
        return _not_possible(request, measure, obstacle)
    given = _given(purpose, sensitive, retention)
    if missing := _missing(request, given):
        return _consent_page(request, measure, given, missing)
    return page(request, "signing/confirm.html", measure=measure, consents=list(Consent))


@router.post("")
def sign(
    request: Request,
    number: Number,
    resident: Signer,
    purpose: Annotated[str, FORM] = "",
    sensitive: Annotated[str, FORM] = "",
    retention: Annotated[str, FORM] = "",
) -> Response:
    """Sign. The receipt is on the answer itself and nowhere else afterwards."""
    services, given = services_of(request), _given(purpose, sensitive, retention)
    measure, obstacle = _asked(services, number, resident)
    if obstacle is not None:
        return _not_possible(request, measure, obstacle)
    if missing := _missing(request, given):
        return _consent_page(request, measure, given, missing)
    with services.begin() as uow:
        outcome = _sign(uow, services, measure, resident)
        today = rules.today(uow, measure)
    if isinstance(outcome, NotOnRoll):
        return _not_possible(request, measure, Obstacle("not-on-roll", reason=outcome.reason))
    if not outcome.standing or outcome.receipt is None:
        return _not_possible(request, measure, Obstacle("already-signed"))
    return page(request, "signing/receipt.html", measure=measure, signed=outcome, day=today)


def _sign(
    uow: UnitOfWork, services: Services, measure: Measure, resident: Resident
) -> Signed | NotOnRoll:
    """Under the signer's lock; what changed since the page was shown is refused here."""
    return collecting.sign(
        uow,
        services.vault,
        petitioning.petition_of(uow.session, measure).id,
        resident,
        consents=dict.fromkeys(Consent, WORDING),
        details=_details(uow.session, services, resident),
        electorate=_signing(measure).electorate,
        closed=barring.closed_days(uow.session, measure),
    )


def _details(session: Session, services: Services, resident: Resident) -> Details:
    """What the signer would have written on a sheet, as the register states it."""
    told = finding.person_details(session, services.vault, resident.person)
    if told is not None:
        return Details(told.name, told.birth_date, told.address)
    row = finding.latest_residence(session, resident.person)
    assert row is not None
    return Details("", row.birth_date, "")


def _asked(services: Services, number: int, resident: Resident) -> tuple[Measure, Obstacle | None]:
    """The measure, and what stands between this person and a signature."""
    with services.begin() as uow:
        measure = public(uow.session, number, services.settings.jurisdiction)
        petition = petitions.of_measure(uow.session, measure.id)
        obstacle = _obstacle(uow, measure, petition)
        if obstacle is None and petition is not None:
            obstacle = _own_obstacle(uow, services, measure, petition, resident)
    return measure, obstacle


def _obstacle(uow: UnitOfWork, measure: Measure, petition: Petition | None) -> Obstacle | None:
    """What keeps everybody from signing here now."""
    if petition is None:
        return Obstacle("no-petition")
    now = uow.now()
    if now < petition.opens_at:
        return Obstacle("not-open")
    if not petitions.is_open(petition, now):
        return Obstacle("closed")
    if petition.halted:
        return Obstacle("on-hold")
    return _closed_channel(measure, petition)


def _closed_channel(measure: Measure, petition: Petition) -> Obstacle | None:
    """Why the rules let nobody sign this online, with their article."""
    if Origin.ONLINE.value in petition.channels:
        return None
    signing = _signing(measure)
    online, paper = signing.channel(Channel.ONLINE), signing.channel(Channel.PAPER)
    if online is not None:
        return Obstacle("not-designated", article=online.citation)
    return Obstacle("paper-only", article=paper.citation if paper else None)


def _own_obstacle(
    uow: UnitOfWork, services: Services, measure: Measure, petition: Petition, resident: Resident
) -> Obstacle | None:
    """What keeps this person from signing: told to nobody else."""
    session = uow.session
    standing = freezing.standing_of(session, petition.roll_id, resident.person)
    if standing is None:
        electorate = _signing(measure).electorate
        why = why_off_roll(session, petition.roll_id, {resident.person}, electorate)
        base = freezing.get(session, petition.roll_id).base_date
        reason = why[resident.person]
        return Obstacle("not-on-roll", article=electorate.citation, reason=reason, base=base)
    theirs = collecting.mine(session, services.vault, resident.person)
    if any(one.petition_id == petition.id for one in theirs):
        return Obstacle("already-signed")
    return _closed_there(uow, measure, petition, standing.district_id)


def _closed_there(
    uow: UnitOfWork, measure: Measure, petition: Petition, district: UUID
) -> Obstacle | None:
    """Why nobody of a district can sign today, if so."""
    today, last = rules.today(uow, measure), petitions.signing_days(petition)[1]
    closed = barring.closed_days(uow.session, measure)
    opens = closing.opens_again(closed, today, district, last=last)
    if opens == today:
        return None
    here = [one for one in barring.barred(uow.session, measure) if today in one.span]
    article = here[0].article if here else None
    return Obstacle("over-here" if opens is None else "barred", article=article, opens=opens)


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
    request: Request, measure: Measure, given: frozenset[Consent], errors: dict[str, str]
) -> Response:
    context: dict[str, Any] = {"measure": measure, "given": given, "errors": errors}
    status = 422 if errors else 200
    return page(
        request,
        "signing/consent.html",
        status=status,
        consents=list(Consent),
        wording=WORDING,
        **context,
    )


def _not_possible(request: Request, measure: Measure, obstacle: Obstacle) -> Response:
    return page(request, "signing/not_possible.html", measure=measure, obstacle=obstacle)
