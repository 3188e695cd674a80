"""What only the demo has: its sample people and officers, its outbox, and its clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.bootstrap import Services
from referendum.doors import problems
from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.sessions import Visitor
from referendum.i18n.words import Words
from referendum.identity import codes, demonstrating, inviting, phones
from referendum.identity.tables import Staff
from referendum.kernel import clock
from referendum.kernel.addresses import Addresses
from referendum.kernel.sealing import Vault
from referendum.lifecycle import calendar, locating
from referendum.lifecycle.calendar import Due
from referendum.lifecycle.news import following
from referendum.lifecycle.tables import Measure
from referendum.notices.tables import DemoMessage
from referendum.roll import finding
from referendum.roll.finding import Details
from referendum.roll.tables import District, Person
from referendum.web.pages import go, page

router = APIRouter(prefix="/demo")

PEOPLE: Final = 60
"""How many of the register's first people are looked at for the sample."""
SAMPLE: Final = 8
MESSAGES: Final = 40
LEAPS: Final = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """An invented resident, to try the pages with."""

    details: Details
    phone: str
    """As it is typed where a code is asked for."""
    district: District


@dataclass(frozen=True, slots=True)
class Account:
    """An invented officer with the present code, and the password that derives from the keys."""

    staff: Staff
    password: str
    code: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as its phone would show it."""

    row: DemoMessage
    text: str


@router.get("")
def show(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """People, officers, and where the clock stands."""
    services = _insist_on_demo(request)
    with services.begin() as uow:
        session, now = uow.session, uow.now()
        following = calendar.next_date(session, now)
        context: dict[str, Any] = {
            "now": now,
            "ahead": clock.ahead(session),
            "following": following,
            "due": _due_at(session, following) if following else [],
            "late": calendar.overdue(session, now),
            "people": samples(session, services.vault),
            "accounts": accounts(session, services.vault),
        }
    return page(request, "demo/demo.html", leaps=list(LEAPS), **context)


@router.post("/clock")
def advance(request: Request, caller: Visitor, leap: Annotated[str, Form()] = "next") -> Response:  # noqa: ARG001  # the door
    """Put the shared clock forward, and do what falls due by it.

    What an open poll waits for is its closing, which only the calendar's opening makes a date:
    the next date is sought once everything that is due has happened, and not over its head.
    """
    services = _insist_on_demo(request)
    by = LEAPS.get(leap)
    if by is None:
        _catch_up(services)
    with services.begin() as uow:
        now = uow.now()
        if by is None and calendar.overdue(uow.session, now):
            return go(request, "/demo", flash="demo.flash.still-due")
        if by is None:
            following = calendar.next_date(uow.session, now)
            if following is None:
                return go(request, "/demo", flash="demo.flash.nothing-ahead")
            by = following - now + timedelta(seconds=1)
        clock.advance(uow.session, by)
    _catch_up(services)
    return go(request, "/demo", flash="demo.flash.advanced")


@router.get("/outbox")
def outbox(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """Messages that a city would have sent, the newest first."""
    services = _insist_on_demo(request)
    with services.begin() as uow:
        rows = uow.session.scalars(
            select(DemoMessage).order_by(DemoMessage.at.desc()).limit(MESSAGES)
        )
        shown = [_shown(uow.session, services.vault, services.addresses, row) for row in rows]
    return page(request, "demo/outbox.html", messages=shown)


def samples(session: Session, vault: Vault) -> list[Sample]:
    """The first residents of the register who have a phone on file."""
    listed = select(Person.id).where(Person.register_no.is_not(None))
    first = session.scalars(listed.order_by(Person.register_no).limit(PEOPLE)).all()
    found = [finding.person_details(session, vault, person) for person in first]
    usable = [(one, phones.dialled(one.phone)) for one in found if one is not None and one.phone]
    return [
        Sample(details, phone, session.get_one(District, details.district_id))
        for details, phone in usable[:SAMPLE]
    ]


def accounts(session: Session, vault: Vault) -> list[Account]:
    """The officers who are set up, with what signs them in now."""
    rows = session.scalars(
        select(Staff)
        .where(Staff.totp_sealed.is_not(None), Staff.disabled_at.is_(None))
        .order_by(Staff.authority, Staff.username)
    )
    return [
        Account(
            row,
            demonstrating.password(vault, row.username, demo=True),
            demonstrating.code(session, vault, row.id, demo=True),
        )
        for row in rows
    ]


def _insist_on_demo(request: Request) -> Services:
    """Outside the demo there is no such page."""
    services = services_of(request)
    if not services.is_demo:
        raise PageNotFound
    return services


def _catch_up(services: Services) -> None:
    """Do what is due, and what becomes due by it. The worker may be at the same: one of both does.

    It ends where a round changes nothing: what could not be done stays for the worker.
    """
    before: list[Due] = []
    while True:
        with services.begin() as uow:
            due = list(calendar.due(uow.session, uow.now()))
        if not due or due == before:
            return
        for one in due:
            try:
                with services.begin() as uow:
                    calendar.act(uow, services.means, one.measure_id, one.act)
            except Exception as error:  # noqa: BLE001  # one measure's fault stops no other's date
                problems.note(error)
        before = due


def _due_at(session: Session, following: datetime) -> Sequence[tuple[Measure, str]]:
    """What the calendar will do at the next date."""
    moment = following + timedelta(seconds=1)
    return [
        (locating.get(session, one.measure_id), one.act.value)
        for one in calendar.due(session, moment)
    ]


def _shown(session: Session, vault: Vault, addresses: Addresses, row: DemoMessage) -> Shown:
    """The sentence with its code or link put back in, or without one that was forgotten."""
    words = Words.load(row.language)
    secrets = {}
    if row.template == "notices.set-up" and row.about is not None:
        gone = not inviting.usable(session, row.about)
        address = addresses.set_up(inviting.token_of(vault, row.about))
        secrets["link"] = "······" if gone else address
    elif row.template.startswith("follow.") and row.about is not None:
        secrets["stop"] = addresses.following(following.token_of(vault, row.about))
    elif row.about is not None:
        secrets["code"] = codes.show_code(session, vault, row.about, demo=True) or "······"
    return Shown(row, words(row.template, **row.facts, **secrets))
