"""Joining and leaving the representatives of a measure."""

from __future__ import annotations

import hmac
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Signer
from referendum.kernel.people import Resident
from referendum.kernel.sealing import Vault
from referendum.lifecycle import drafting, locating
from referendum.lifecycle.tables import Measure, Representative
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.workspace import own

router = APIRouter(prefix="/workspace/{number}")

TOKEN_LENGTH: Final = 32


@router.get("/invite")
def invite(request: Request, number: Number, resident: Signer) -> Response:
    """A link to hand to whoever shall join: they say themselves who they are."""
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        row = _row(uow.session, measure, resident.person)
    assert row is not None
    token = _token(services.vault, measure, row.id)
    link = services.addresses.invitation(number, row.id, token)
    return page(request, "workspace/invite.html", measure=measure, link=link)


@router.get("/join/{inviter}/{token}")
def ask_join(
    request: Request, number: Number, inviter: UUID, token: str, resident: Signer
) -> Response:
    """The text one would stand for and what a representative does, before one becomes one."""
    services = services_of(request)
    with services.begin() as uow:
        measure = _invited(uow.session, services.vault, resident, number, inviter, token)
        row = _row(uow.session, measure, resident.person)
    return _invitation(request, measure, row, {})


@router.post("/join/{inviter}/{token}")
def join(
    request: Request,
    number: Number,
    inviter: UUID,
    token: str,
    resident: Signer,
    agreed: Annotated[str, Form()] = "",
) -> Response:
    """Become a representative by the invitation of one."""
    services = services_of(request)
    with services.begin() as uow:
        measure = _invited(uow.session, services.vault, resident, number, inviter, token)
        if agreed != "yes":
            before = _row(uow.session, measure, resident.person)
            missing = {"agreed": words_of(request)("workspace.join.missing")}
            return _invitation(request, measure, before, missing)
        host = uow.session.get_one(Representative, inviter)
        by = Resident(host.person_id, measure.jurisdiction_id, resident.assurance)
        row = drafting.join(uow, measure.id, person=resident.person, by=by)
    if row.left_at is not None:
        return go(request, f"/workspace/{number}/join/{inviter}/{token}")
    return go(request, f"/workspace/{number}", flash="workspace.flash.joined")


@router.get("/leave")
def ask_leave(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once; the last one's leaving withdraws the measure."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        others = _others(uow.session, measure, resident)
    return page(request, "workspace/leave.html", measure=measure, last=not others)


@router.post("/leave")
def leave(request: Request, number: Number, resident: Signer) -> Response:
    """Leave the representatives."""
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        drafting.leave(uow, services.means, measure.id, by=resident)
    return go(request, "/workspace", flash="workspace.flash.left")


def _invitation(
    request: Request, measure: Measure, row: Representative | None, errors: dict[str, str]
) -> Response:
    return page(
        request,
        "workspace/join.html",
        status=422 if errors else 200,
        measure=measure,
        state="new" if row is None else "here" if row.left_at is None else "left",
        action=request.url.path,
        errors=errors,
    )


def _invited(
    session: Session, vault: Vault, resident: Resident, number: int, inviter: UUID, token: str
) -> Measure:
    """The measure, for who holds a link that a present representative gave."""
    measure = locating.numbered(session, resident.jurisdiction, number)
    host = session.get(Representative, inviter)
    good = hmac.compare_digest(_token(vault, measure, inviter).encode(), token.encode())
    if not good or host is None or host.measure_id != measure.id or host.left_at is not None:
        raise PageNotFound
    return measure


def _token(vault: Vault, measure: Measure, inviter: UUID) -> str:
    """Derived and not stored: it is good for as long as the inviter stays."""
    return vault.mac("invitation").of(f"{measure.id}:{inviter}").hex()[:TOKEN_LENGTH]


def _row(session: Session, measure: Measure, person: UUID) -> Representative | None:
    here = (Representative.measure_id == measure.id, Representative.person_id == person)
    return session.scalars(select(Representative).where(*here)).one_or_none()


def _others(session: Session, measure: Measure, resident: Resident) -> bool:
    others = select(Representative.id).where(
        Representative.measure_id == measure.id,
        Representative.person_id != resident.person,
        Representative.left_at.is_(None),
    )
    return session.scalar(others.limit(1)) is not None
