"""The accounts of the own authority: made, given roles, set up anew, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from referendum.identity import staff, unlocking
from referendum.identity.errors import StaffNotFound
from referendum.identity.staff import Link
from referendum.identity.tables import Staff as Account
from referendum.kernel.people import Role
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Form, Page, Shown, Went, first
from referendum.web.fields import Given, Text, Ticks


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The accounts of an authority, and the one among them that is looked at."""

    accounts: Sequence[Account]
    paused: Mapping[UUID, datetime]
    """Of those that cannot sign in from somewhere, until when."""
    account: Account | None = None


def _all(desk: Desk) -> Colleagues:
    accounts = staff.colleagues(desk.session, desk.officer)
    return Colleagues(accounts, unlocking.paused(desk.session, desk.vault, accounts))


def _one(desk: Desk, staff_id: UUID) -> Colleagues:
    found = _all(desk)
    one = first((each for each in found.accounts if each.id == staff_id), StaffNotFound())
    return replace(found, account=one)


def _show(desk: Desk, about: Colleagues) -> Context:
    account = about.account
    held = desk.ticked("roles", account.roles if account else ())
    said = {"roles": list(Role), "held": held, "link": None, "address": None}
    return said if account is None else said | {"title": account.username}


def _add(desk: Desk, _about: Colleagues, given: Given) -> Shown:
    made = staff.add(
        desk.uow,
        vault=desk.vault,
        jurisdiction_id=desk.place,
        authority=desk.officer.authority,
        by=desk.officer,
        **given,
    )
    return _linked(desk, made)


def _change(desk: Desk, about: Colleagues, given: Given) -> Went | Shown:
    """Roles, a new link, a way in for whom failures keep out, or the end of the account."""
    assert about.account is not None
    match given["what"]:
        case "link":
            return _linked(desk, staff.renew_link(desk.uow, about.account.id, by=desk.officer))
        case "unlock":
            done = unlocking.unlock_officer(desk.uow, desk.vault, about.account.id, by=desk.officer)
            return Went(COLLEAGUES, f"desk.flash.staff-{'unlocked' if done else 'not-paused'}")
        case "disable":
            staff.disable(desk.uow, about.account.id, by=desk.officer)
            return Went(COLLEAGUES, "desk.flash.staff-disabled")
        case _:
            staff.change_roles(desk.uow, about.account.id, given["roles"], by=desk.officer)
            return Went(COLLEAGUES, "desk.flash.roles-changed")


def _linked(desk: Desk, link: Link) -> Shown:
    """The one-time link is shown now and never again."""
    address = desk.services.addresses.set_up(link.token)
    return Shown(COLLEAGUES, {"link": link, "address": address})


COLLEAGUES: Final = Page("/desk/staff", "staff", "desk.nav.staff", _all, _show)
ADDING: Final = Form(
    COLLEAGUES,
    _add,
    {
        "username": Text(label="desk.username"),
        "display_name": Text(needed=True, label="desk.staff.display-name"),
        "office_title": Text(needed=True),
        "roles": Ticks(Role),
    },
    confirm=by_code,
    usual="username",
)
CHANGING: Final = Form(
    COLLEAGUES.below("/{staff_id}", "account", "desk.nav.staff", _one, _show),
    _change,
    {"what": Text(), "roles": Ticks(Role)},
    confirm=by_code,
)
