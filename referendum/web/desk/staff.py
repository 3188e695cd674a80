"""The accounts of the own authority: made, given roles, set up anew, closed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff, Visitor
from referendum.identity import staff
from referendum.identity.errors import StaffNotFound
from referendum.identity.staff import Link
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.lifecycle.errors import ParticularMissing
from referendum.web.desk.asking import Errors, freshly, told
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go
from referendum.web.sent import Sent, text, typed

router = APIRouter(prefix="/desk/staff")


@router.get("")
def show(request: Request, officer: Staff) -> Response:
    """The colleagues of the own authority."""
    return _page(request, officer)


@router.post("")
def add(request: Request, caller: Visitor, officer: Staff, form: Sent) -> Response:
    """A new account; its one-time link is shown now and never again."""
    services = services_of(request)
    try:
        by = freshly(request, caller, text(form, "code"))
        for name in ("display_name", "office_title"):
            if not text(form, name):
                raise ParticularMissing(field=name)
        with services.begin() as uow:
            made = staff.add(
                uow,
                vault=services.vault,
                jurisdiction_id=officer.jurisdiction,
                username=text(form, "username"),
                display_name=text(form, "display_name"),
                office_title=text(form, "office_title"),
                authority=officer.authority,
                roles=_roles(form),
                by=by,
            )
    except DomainError as refused:
        errors, status = told(request, refused, field="username")
        return _page(request, officer, values=typed(form), errors=errors, status=status)
    return _page(request, officer, link=made)


@router.get("/{staff_id}")
def show_one(request: Request, staff_id: UUID, officer: Staff) -> Response:
    """One account and what can be done with it."""
    return _one(request, officer, staff_id)


@router.post("/{staff_id}")
def change(
    request: Request, staff_id: UUID, caller: Visitor, officer: Staff, form: Sent
) -> Response:
    """Roles, a new link, or the end of the account: each with a fresh code."""
    what = text(form, "what")
    try:
        by = freshly(request, caller, text(form, "code"))
        with services_of(request).begin() as uow:
            match what:
                case "link":
                    made = staff.renew_link(uow, staff_id, by=by)
                case "disable":
                    staff.disable(uow, staff_id, by=by)
                case _:
                    staff.change_roles(uow, staff_id, _roles(form), by=by)
    except DomainError as refused:
        errors, status = told(request, refused)
        return _one(request, officer, staff_id, errors=errors, status=status)
    if what == "link":
        return _page(request, officer, link=made)
    flash = "staff-disabled" if what == "disable" else "roles-changed"
    return go(request, "/desk/staff", flash=f"desk.flash.{flash}")


def _roles(form: FormData) -> list[Role]:
    return [role for role in Role if role.value in form.getlist("roles")]


def _page(
    request: Request,
    officer: Officer,
    *,
    link: Link | None = None,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    services = services_of(request)
    with services.begin() as uow:
        accounts = staff.colleagues(uow.session, officer)
    address = f"{services.settings.public_url}/desk/set-up/{link.token}" if link else None
    return desk_page(
        request,
        "desk/staff.html",
        officer,
        status=status,
        errors=errors,
        trail=[(words_of(request)("desk.nav.staff"), "")],
        accounts=accounts,
        link=link,
        address=address,
        roles=[role.value for role in Role],
        values=values or {},
    )


def _one(
    request: Request,
    officer: Officer,
    staff_id: UUID,
    *,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    with services_of(request).begin() as uow:
        accounts = staff.colleagues(uow.session, officer)
    account = next((one for one in accounts if one.id == staff_id), None)
    if account is None:
        raise StaffNotFound
    return desk_page(
        request,
        "desk/account.html",
        officer,
        status=status,
        errors=errors,
        trail=[(words_of(request)("desk.nav.staff"), "/desk/staff"), (account.username, "")],
        account=account,
        roles=[role.value for role in Role],
    )
