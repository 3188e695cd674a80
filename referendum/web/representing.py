"""Joining and leaving the representatives of a measure."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Signer
from referendum.identity import phones
from referendum.identity.errors import PhoneNotUsable
from referendum.kernel.people import Resident
from referendum.lifecycle import agreed, drafting, entries, inviting, locating
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import TooManyInvitations
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure, Representative
from referendum.notices.carriers import masked
from referendum.web import describing
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.recognising import LONGEST, why_not_sent
from referendum.web.workspace import own

router = APIRouter(prefix="/workspace/{number}")

FORM: Final = Form()


@router.get("/invite")
def invite(request: Request, number: Number, resident: Signer) -> Response:
    """Whom to ask, who was asked already, and what the message says."""
    return _invitations(request, number, resident)


@router.post("/invite")
def send(
    request: Request, number: Number, resident: Signer, phone: Annotated[str, FORM] = ""
) -> Response:
    """Ask the holder of a number. They show with a code that it is theirs, and consent."""
    services, given = services_of(request), phone.strip()[:LONGEST]
    if not given:
        told = words_of(request)("recognising.error.phone")
        return _invitations(request, number, resident, error=told)
    try:
        with services.begin() as uow:
            measure = own(uow.session, resident, number)
            to = phones.mobile(given, invented=services.invents_people)
            inviting.invite(uow, services.vault, measure.id, phone=to, by=resident)
    except (PhoneNotUsable, TooManyInvitations) as refused:
        told = why_not_sent(request, refused)
        return _invitations(request, number, resident, typed=given, error=told)
    return go(request, f"/workspace/{number}/invite", flash="workspace.flash.invited")


@router.post("/invite/{invitation}/take-back")
def take_back(request: Request, number: Number, invitation: UUID, resident: Signer) -> Response:
    """Nobody answers it any more."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        inviting.take_back(uow, measure.id, invitation, by=resident)
    return go(request, f"/workspace/{number}/invite", flash="workspace.flash.invitation-over")


@router.get("/join/{invitation}")
def ask_join(request: Request, number: Number, invitation: UUID, resident: Signer) -> Response:
    """The text one would stand for and what a representative does, before one becomes one."""
    return _invitation(request, number, invitation, resident, {})


@router.post("/join/{invitation}")
def join(
    request: Request,
    number: Number,
    invitation: UUID,
    resident: Signer,
    agreed_to: Annotated[str, Form(alias="agreed")] = "",
) -> Response:
    """Become a representative by the invitation of one."""
    if agreed_to != "yes":
        missing = {"agreed": words_of(request)("workspace.join.missing")}
        return _invitation(request, number, invitation, resident, missing)
    services = services_of(request)
    with services.begin() as uow:
        measure = locating.numbered(uow.session, resident.jurisdiction, number)
        row = inviting.accept(uow, services.vault, measure.id, invitation, by=resident)
    if row.left_at is not None:
        return _invitation(request, number, invitation, resident, {})
    return go(request, f"/workspace/{number}", flash="workspace.flash.joined")


@router.get("/leave")
def ask_leave(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once; the last one withdraws the measure instead."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        last = len(agreed.present(uow.session, measure.id)) == 1
        stays = last and Stage(measure.stage) in drafting.WITHDRAWN_FROM
    return page(request, "workspace/leave.html", measure=measure, last=stays)


@router.post("/leave")
def leave(request: Request, number: Number, resident: Signer) -> Response:
    """Leave the representatives."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        drafting.leave(uow, measure.id, by=resident)
    return go(request, "/workspace", flash="workspace.flash.left")


def _invitations(
    request: Request, number: int, resident: Resident, *, typed: str = "", error: str | None = None
) -> Response:
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        asked = [
            {"id": one.id, "until": one.ends_at, "phone": masked(phone)}
            for one in inviting.waiting(uow.session, measure.id, uow.now())
            if (phone := inviting.number_of(uow.session, services.vault, one)) is not None
        ]
        possible = entries.possible(measure, Entry.JOIN_REPRESENTATIVES)
    return page(
        request,
        "workspace/invite.html",
        status=422 if error else 200,
        measure=measure,
        asked=asked,
        possible=possible,
        typed=typed,
        errors={"phone": error} if error else {},
    )


def _invitation(
    request: Request,
    number: int,
    invitation: UUID,
    resident: Resident,
    errors: dict[str, str],
) -> Response:
    services = services_of(request)
    with services.begin() as uow:
        measure = locating.numbered(uow.session, resident.jurisdiction, number)
        row = _row(uow.session, measure, resident.person)
        state = "new" if row is None else "here" if row.left_at is None else "left"
        people = len(agreed.present(uow.session, measure.id))
        attached = attaching.of_measure(measure)
        told = describing.told(uow.session, measure, words_of(request))
        if state == "new":
            inviting.theirs(uow.session, services.vault, measure, invitation, resident, uow.now())
    return page(
        request,
        "workspace/join.html",
        status=422 if errors else 200,
        measure=measure,
        state=state,
        people=people,
        attached=attached,
        **told,
        action=request.url.path,
        errors=errors,
    )


def _row(session: Session, measure: Measure, person: UUID) -> Representative | None:
    here = (Representative.measure_id == measure.id, Representative.person_id == person)
    return session.scalars(select(Representative).where(*here)).one_or_none()
