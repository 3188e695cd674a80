"""Moving a deadline with a written reason, and halting a measure for a court or a postponement."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff, Visitor
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.lifecycle import holding, holds, reading
from referendum.lifecycle.dates import deadlines, moving
from referendum.lifecycle.errors import DeadlineNotFound, NotHeld, ParticularMissing
from referendum.lifecycle.holding import HoldKind
from referendum.web.desk.asking import (
    Errors,
    Sent,
    choice,
    crumb,
    day_of,
    desk_page,
    document_of,
    freshly,
    text,
    told,
    typed,
)
from referendum.web.pages import go

router = APIRouter(prefix="/desk/measures/{number}")


@router.get("/deadlines/{name}")
def ask_override(request: Request, number: int, name: str, officer: Staff) -> Response:
    """The deadline as computed, and the form to move it."""
    return _deadline_page(request, officer, number, name)


@router.post("/deadlines/{name}")
def override(
    request: Request, number: int, name: str, caller: Visitor, officer: Staff, form: Sent
) -> Response:
    """Move it; an open petition's end moves with it."""
    try:
        clerk = freshly(request, caller, text(form, "code"))
        day = day_of(text(form, "day"))
        if day is None:
            raise ParticularMissing(field="day")
        with services_of(request).begin() as uow:
            found = reading.numbered(uow.session, officer.jurisdiction, number)
            moving.override(uow, found.id, name, day=day, reason=text(form, "reason"), by=clerk)
    except DomainError as refused:
        errors, status = told(request, refused)
        return _deadline_page(
            request, officer, number, name, values=typed(form), errors=errors, status=status
        )
    return go(request, f"/desk/measures/{number}", flash="desk.flash.overridden")


@router.get("/holds")
def ask_hold(request: Request, number: int, officer: Staff) -> Response:
    """The form for a halt."""
    return _hold_page(request, officer, number)


@router.post("/holds")
def hold(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Lay the halt over the measure."""
    try:
        with services_of(request).begin() as uow:
            measure = reading.numbered(uow.session, officer.jurisdiction, number)
            holding.place(
                uow,
                measure.id,
                kind=choice(HoldKind, text(form, "kind") or HoldKind.COURT),
                document=document_of(form, act="hold"),
                reason=text(form, "reason"),
                stops_clock=text(form, "stops_clock") == "yes",
                by=officer,
            )
    except DomainError as refused:
        errors, status = told(request, refused)
        return _hold_page(
            request, officer, number, values=typed(form), errors=errors, status=status
        )
    return go(request, f"/desk/measures/{number}", flash="desk.flash.held")


@router.get("/holds/{hold_id}/lift")
def ask_lift(request: Request, number: int, hold_id: UUID, officer: Staff) -> Response:
    """Why the halt ends."""
    return _lift_page(request, officer, number, hold_id)


@router.post("/holds/{hold_id}/lift")
def lift(request: Request, number: int, hold_id: UUID, officer: Staff, form: Sent) -> Response:
    """The measure stands where it stood; stopped deadlines are computed again."""
    try:
        with services_of(request).begin() as uow:
            measure = reading.numbered(uow.session, officer.jurisdiction, number)
            holding.lift(uow, measure.id, hold_id, reason=text(form, "reason"), by=officer)
    except DomainError as refused:
        errors, status = told(request, refused)
        return _lift_page(request, officer, number, hold_id, errors=errors, status=status)
    return go(request, f"/desk/measures/{number}", flash="desk.flash.lifted")


def _deadline_page(
    request: Request,
    officer: Officer,
    number: int,
    name: str,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    officer.insist(Role.CLERK)
    with services_of(request).begin() as uow:
        measure = reading.numbered(uow.session, officer.jurisdiction, number)
        deadline = deadlines.kept(uow.session, measure.id, name)
        if deadline is None:
            raise DeadlineNotFound(deadline=name)
    title = words_of(request)("desk.override.title")
    return desk_page(
        request,
        "desk/deadline.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (title, "")],
        measure=measure,
        deadline=deadline,
        values=values or {"day": deadline.day.isoformat()},
    )


def _hold_page(
    request: Request,
    officer: Officer,
    number: int,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    officer.insist(Role.CLERK)
    words = words_of(request)
    with services_of(request).begin() as uow:
        measure = reading.numbered(uow.session, officer.jurisdiction, number)
    return desk_page(
        request,
        "desk/hold.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (words("desk.hold.place"), "")],
        measure=measure,
        kinds=[(kind.value, words(f"measure.hold.{kind.value}")) for kind in HoldKind],
        values=values or {},
    )


def _lift_page(
    request: Request,
    officer: Officer,
    number: int,
    hold_id: UUID,
    *,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    officer.insist(Role.CLERK)
    with services_of(request).begin() as uow:
        measure = reading.numbered(uow.session, officer.jurisdiction, number)
        lying = holds.lying(uow.session, measure.id)
        found = next((one for one in lying if one.id == hold_id), None)
        if found is None:
            raise NotHeld(measure=str(measure.id))
    title = words_of(request)("desk.hold.lift")
    return desk_page(
        request,
        "desk/lift.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (title, "")],
        measure=measure,
        hold=found,
    )
