"""The desk's pages of what follows an answer: budget lines and milestones with their history."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.advisory import answering, drawing, following_up
from referendum.lifecycle.advisory.following_up import Content, FollowUpNotUsable, Item, Kind, State
from referendum.lifecycle.stages import ActNotAllowed
from referendum.lifecycle.tables import Measure
from referendum.web.desk.acts import on_desk
from referendum.web.desk.asking import (
    Errors,
    Sent,
    choice,
    crumb,
    day_of,
    desk_page,
    text,
    told,
    typed,
    whole,
)
from referendum.web.pages import go

router = APIRouter(prefix="/desk/measures/{number}/follow-up")


@router.get("")
def show(request: Request, number: int, officer: Staff) -> Response:
    """Every item, and the form of a new one."""
    return _page(request, officer, number, None)


@router.post("")
def add(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Keep a new item."""
    return _keep(request, officer, number, None, form)


@router.get("/{item}")
def edit(request: Request, number: int, item: int, officer: Staff) -> Response:
    """One item as it stands, in its form."""
    return _page(request, officer, number, item)


@router.post("/{item}")
def change(request: Request, number: int, item: int, officer: Staff, form: Sent) -> Response:
    """Keep a new version; the earlier ones stay for everyone to see."""
    return _keep(request, officer, number, item, form)


def _keep(
    request: Request, officer: Officer, number: int, item: int | None, form: FormData
) -> Response:
    try:
        with services_of(request).begin() as uow:
            measure = _answered(uow, officer, number)
            if item is None:
                following_up.add(uow, measure.id, content=_content(form), by=officer)
            else:
                following_up.change(uow, measure.id, item, content=_content(form), by=officer)
    except DomainError as refused:
        errors, status = told(request, refused)
        return _page(
            request, officer, number, item, values=typed(form), errors=errors, status=status
        )
    return go(request, f"/desk/measures/{number}/follow-up", flash="follow-up.flash.kept")


def _content(form: FormData) -> Content:
    amount = text(form, "amount")
    won = whole(amount) if amount else None
    if amount and won is None:
        raise FollowUpNotUsable(field="amount", most=following_up.MOST_WON)
    return Content(
        kind=choice(Kind, text(form, "kind") or Kind.MILESTONE),
        title_ko=text(form, "title_ko"),
        title_en=text(form, "title_en"),
        amount=won,
        planned=day_of(text(form, "planned")),
        state=choice(State, text(form, "state") or State.PLANNED),
        done_on=day_of(text(form, "done_on")),
        note=text(form, "note"),
    )


def _answered(uow: UnitOfWork, officer: Officer, number: int) -> Measure:
    measure = on_desk(uow.session, officer, number)
    drawing.insist_on_office(uow.session, measure, officer, act="follow_up")
    if not answering.given(uow.session, measure.id):
        raise ActNotAllowed(stage=measure.stage, act="follow_up", possible=[])
    return measure


def _page(
    request: Request,
    officer: Officer,
    number: int,
    item: int | None,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    words = words_of(request)
    base = f"/desk/measures/{number}/follow-up"
    with services_of(request).begin() as uow:
        measure = _answered(uow, officer, number)
        now = uow.now()
        progress = following_up.progress(uow.session, measure, now)
        found = following_up.find(uow.session, measure, item, now) if item is not None else None
    trail = [crumb(request, number), (words("follow-up.title"), "" if found is None else base)]
    if found is not None:
        trail.append((found.now.title_ko, ""))
    return desk_page(
        request,
        "desk/follow-up.html" if found is None else "desk/follow-up-item.html",
        officer,
        status=status,
        errors=errors,
        trail=trail,
        measure=measure,
        progress=progress,
        item=found,
        kinds=[(one.value, words(f"follow-up.kind.{one.value}")) for one in Kind],
        states=[(one.value, words(f"follow-up.state.{one.value}")) for one in State],
        values=values if values is not None else _values(found),
    )


def _values(item: Item | None) -> dict[str, str]:
    """The item as it stands, to be changed."""
    if item is None:
        return {}
    row = item.now
    return {
        "kind": row.kind,
        "title_ko": row.title_ko,
        "title_en": row.title_en or "",
        "amount": "" if row.amount is None else f"{row.amount:,}",
        "planned": row.planned.isoformat(),
        "state": row.state,
        "done_on": "" if row.done_on is None else row.done_on.isoformat(),
        "note": row.note or "",
    }
