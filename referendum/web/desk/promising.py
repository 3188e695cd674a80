"""The mayor's promises at the desk: drafted, previewed, signed, published, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Caller, Staff, Visitor
from referendum.identity import entering, staff
from referendum.identity.errors import NotSignedIn, insist
from referendum.identity.tables import Staff as Account
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle.advisory import delegating
from referendum.lifecycle.advisory.delegating import Hand
from referendum.lifecycle.advisory.delegation_tables import Delegation
from referendum.lifecycle.advisory.promise_errors import BeyondEnvelope, PromiseFrozen
from referendum.lifecycle.errors import NotYourAct
from referendum.web.desk.asking import Errors, freshly, told
from referendum.web.desk.promise_forms import (
    AGES,
    BLANK,
    NUMBERS,
    PAPERS,
    STATUSES,
    SUBJECTS,
    UNDERTAKINGS,
    errors_of,
    table_of,
    typed_values,
    values_of,
)
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go
from referendum.web.promise_pages import shown
from referendum.web.promises import constants, mark
from referendum.web.sent import Sent
from thresholds.delegation import Identification, ProjectKind

router = APIRouter(prefix="/desk/promises")
HOME = "/desk/promises"
Text = Annotated[str, Form()]


@router.get("")
def listing(request: Request, officer: Staff) -> Response:
    """All of them, drafts among them."""
    _insist_on_office(officer)
    with services_of(request).begin() as uow:
        today = delegating.today(uow, officer.jurisdiction)
        running = delegating.in_force(uow.session, officer.jurisdiction, today)
        found = delegating.listed(uow.session, officer.jurisdiction)
    promises = [shown(one, today, running) for one in found]
    trail = [(words_of(request)("promises.desk.title"), "")]
    return desk_page(
        request, "desk/promises.html", officer, trail=trail, **_marked(request), promises=promises
    )


@router.get("/new")
def begin(request: Request, officer: Staff) -> Response:
    """An empty form, with the values that are usual."""
    return _form(request, officer, None, values=BLANK)


@router.post("/new")
def draft(request: Request, officer: Staff, form: Sent) -> Response:
    """Keep a draft; what goes too far is said at its field."""
    try:
        with services_of(request).begin() as uow:
            made = delegating.draft(
                uow, terms=delegating.read(table_of(form)), by=officer, demo=_is_demo(request)
            )
    except DomainError as refused:
        return _refused(request, officer, None, form, refused)
    return go(request, f"{HOME}/{made.id}", flash="promises.flash.saved")


@router.get("/{promise_id}")
def show(request: Request, promise_id: UUID, officer: Staff) -> Response:
    """The text as it will be, or is, published, and what can be done with it."""
    return _page(request, officer, promise_id)


@router.get("/{promise_id}/edit")
def edit(request: Request, promise_id: UUID, officer: Staff) -> Response:
    """The draft in its form; a signed text has none."""
    with services_of(request).begin() as uow:
        found = delegating.get(uow.session, officer.jurisdiction, promise_id)
    if found.signed_at is not None:
        raise PromiseFrozen(number=found.number)
    values = values_of(delegating.terms_of(found))
    return _form(request, officer, found, values=values)


@router.post("/{promise_id}/edit")
def save(request: Request, promise_id: UUID, officer: Staff, form: Sent) -> Response:
    """Rewrite the draft."""
    try:
        with services_of(request).begin() as uow:
            terms = delegating.read(table_of(form))
            delegating.edit(uow, promise_id, terms=terms, by=officer)
    except DomainError as refused:
        with services_of(request).begin() as uow:
            found = delegating.get(uow.session, officer.jurisdiction, promise_id)
        return _refused(request, officer, found, form, refused)
    return go(request, f"{HOME}/{promise_id}", flash="promises.flash.saved")


@router.post("/{promise_id}/signature")
def sign(
    request: Request,
    promise_id: UUID,
    caller: Visitor,
    officer: Staff,
    name: Text = "",
    office: Text = "",
    password: Text = "",
    code: Text = "",
) -> Response:
    """Freeze it under the mayor's name, with the officer's own password and code."""
    try:
        _insist_on_office(officer)
        signing = _confirmed(request, caller, password=password, code=code)
        with services_of(request).begin() as uow:
            hand = _hand(uow.session, signing, name=name, office=office)
            delegating.sign(uow, promise_id, hand=hand)
    except DomainError as refused:
        errors, status = told(request, refused, field="password")
        values = {"name": name, "office": office}
        return _page(request, officer, promise_id, values=values, errors=errors, status=status)
    return go(request, f"{HOME}/{promise_id}", flash="promises.flash.signed")


@router.post("/{promise_id}/publication")
def publish(
    request: Request, promise_id: UUID, caller: Visitor, officer: Staff, code: Text = ""
) -> Response:
    """Make it known."""
    try:
        _insist_on_office(officer)
        by = freshly(request, caller, code)
        with services_of(request).begin() as uow:
            delegating.publish(uow, promise_id, by=by)
    except DomainError as refused:
        errors, status = told(request, refused)
        return _page(request, officer, promise_id, errors=errors, status=status)
    return go(request, f"{HOME}/{promise_id}", flash="promises.flash.published")


@router.post("/{promise_id}/revocation")
def revoke(
    request: Request,
    promise_id: UUID,
    caller: Visitor,
    officer: Staff,
    reason: Text = "",
    code: Text = "",
) -> Response:
    """End it for the future, with a reason."""
    try:
        _insist_on_office(officer)
        by = freshly(request, caller, code)
        with services_of(request).begin() as uow:
            delegating.revoke(uow, promise_id, reason=reason, by=by)
    except DomainError as refused:
        errors, status = told(request, refused)
        values = {"reason": reason}
        return _page(request, officer, promise_id, values=values, errors=errors, status=status)
    return go(request, f"{HOME}/{promise_id}", flash="promises.flash.revoked")


def _confirmed(request: Request, caller: Caller, *, password: str, code: str) -> Officer:
    """The officer, whose password and code were both given in this form, however fresh they are."""
    if caller.session is None:
        raise NotSignedIn
    services, view = services_of(request), caller.session
    with services.begin() as uow:
        outcome = entering.step_up(uow, services.vault, view, code, password=password)
    insist(outcome)
    request.state.fresh = True
    with services.begin() as uow:
        by = staff.officer(uow.session, view)
    return Officer(by.id, by.jurisdiction, by.authority, by.roles, fresh=True)


def _hand(session: Session, officer: Officer, *, name: str, office: str) -> Hand:
    account = session.get_one(Account, officer.id)
    return Hand(
        name=name,
        office=office,
        officer=officer,
        officer_name=account.display_name,
        officer_office=account.office_title,
    )


def _insist_on_office(officer: Officer) -> None:
    if officer.authority is not Authority.MAYOR:
        raise NotYourAct(act="promise", by=officer.authority.value)
    officer.insist(Role.CLERK)


def _marked(request: Request) -> dict[str, Any]:
    return {"vote_label": mark(request)}


def _is_demo(request: Request) -> bool:
    return services_of(request).is_demo


def _refused(
    request: Request,
    officer: Officer,
    found: Delegation | None,
    form: Sent,
    refused: DomainError,
) -> Response:
    if isinstance(refused, BeyondEnvelope):
        errors, status = errors_of(form, refused, words_of(request)), 422
    else:
        errors, status = told(request, refused, field="title-ko")
    return _form(request, officer, found, values=typed_values(form), errors=errors, status=status)


def _form(
    request: Request,
    officer: Officer,
    found: Delegation | None,
    *,
    values: Mapping[str, str],
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    _insist_on_office(officer)
    words = words_of(request)
    title = words("promises.desk.new" if found is None else "promises.desk.edit")
    return desk_page(
        request,
        "desk/promise-form.html",
        officer,
        status=status,
        errors=errors,
        trail=[(words("promises.desk.title"), HOME), (title, "")],
        **_marked(request),
        title=title,
        action=f"{HOME}/new" if found is None else f"{HOME}/{found.id}/edit",
        values=values,
        kinds=list(ProjectKind),
        ages=AGES,
        statuses=STATUSES,
        papers=PAPERS,
        numbers=NUMBERS,
        subjects=range(SUBJECTS),
        undertakings=range(UNDERTAKINGS),
        identifications=list(Identification),
    )


def _page(
    request: Request,
    officer: Officer,
    promise_id: UUID,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    _insist_on_office(officer)
    words = words_of(request)
    with services_of(request).begin() as uow:
        found = delegating.get(uow.session, officer.jurisdiction, promise_id)
        today = delegating.today(uow, officer.jurisdiction)
        running = delegating.in_force(uow.session, officer.jurisdiction, today)
    promise = shown(found, today, running)
    name = words("promises.numbered", number=found.number) if found.number else ""
    return desk_page(
        request,
        "desk/promise.html",
        officer,
        status=status,
        errors=errors,
        trail=[
            (words("promises.desk.title"), HOME),
            (name or words("promises.desk.untitled"), ""),
        ],
        **_marked(request),
        promise=promise,
        values=values or {},
        **constants(),
    )
