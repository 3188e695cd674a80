"""The accounts of the own authority: invited, consented to, changed, confirmed, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import segno

from referendum.identity import accounts, consenting, inviting, linking, staff, unlocking
from referendum.identity.accounts import ADMINISTRATORS, Wanted
from referendum.identity.errors import StaffNotFound
from referendum.identity.inviting import Link
from referendum.identity.tables import Staff as Account
from referendum.identity.timing import machine_now
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
    account, officer = about.account, desk.officer
    session = desk.session
    now = machine_now(session)
    said: dict[str, Any] = {
        "roles": list(Role),
        "held": desk.ticked("roles", account.roles if account else ()),
        "mails": desk.services.sends_mail,
        "alone": len(accounts.in_use(session, desk.place, officer.authority)) < ADMINISTRATORS,
        "resting": {one.id: staff.resting(one, now) for one in about.accounts},
        "now": now,
    }
    if account is None:
        return said
    asker = account.consent_asked_by
    return said | {
        "title": account.username,
        "values": {"email": inviting.mailbox_of(session, desk.vault, account) or ""},
        "asked_by": first((one for one in about.accounts if one.id == asker), StaffNotFound())
        if asker
        else None,
        "may_consent": consenting.is_for(account, officer),
        "own": account.id == officer.id,
        "link": inviting.latest(session, account.id),
        "directory": linking.linked(session, account.id),
    }


def _add(desk: Desk, _about: Colleagues, given: Given) -> Went | Shown:
    wanted = Wanted(**given)
    link = accounts.invite(desk.uow, desk.vault, desk.services.terms, wanted, by=desk.officer)
    return _handed(desk, link, wanted.username)


def _change(desk: Desk, about: Colleagues, given: Given) -> Went | Shown:
    """Consent, roles, a new link, a confirmation, a way in for whom failures keep out, the end."""
    assert about.account is not None
    uow, by, terms, this = desk.uow, desk.officer, desk.services.terms, about.account.id
    done = "roles-changed"
    match given["what"]:
        case "link":
            email = given["email"]
            link = accounts.renew_link(uow, desk.vault, terms, this, by=by, email=email)
            return _handed(desk, link, about.account.username)
        case "consent":
            consenting.consent(uow, this, by=by)
            done = "staff-consented"
        case "refuse":
            consenting.refuse(uow, this, by=by)
            done = "staff-refused"
        case "confirm":
            accounts.confirm(uow, terms, this, by=by)
            done = "staff-confirmed"
        case "unlock":
            opened = unlocking.unlock_officer(uow, desk.vault, this, by=by)
            done = f"staff-{'unlocked' if opened else 'not-paused'}"
        case "unlink":
            linking.unlink(uow, this, by=by)
            done = "staff-unlinked"
        case "disable":
            accounts.disable(uow, this, by=by)
            done = "staff-disabled"
        case _:
            accounts.change_roles(uow, terms, this, given["roles"], by=by)
    return Went(COLLEAGUES, f"desk.flash.{done}")


def _handed(desk: Desk, link: Link | None, username: str) -> Went | Shown:
    """The link is on its way to its holder; where no mail is set up it is printed, once, now."""
    if link is None:
        return Went(COLLEAGUES, "desk.flash.staff-invited")
    address = desk.services.addresses.set_up(link.token)
    picture = segno.make(address, error="m").svg_data_uri(border=3, scale=5)
    sheet = {"address": address, "picture": picture, "until": link.expires_at}
    return Shown(SHEET, {**sheet, "username": username})


COLLEAGUES: Final = Page("/desk/staff", "staff", "desk.nav.staff", _all, _show)
SHEET: Final = COLLEAGUES.below("", "account-sheet", "desk.sheet.title", _all)
"""The answer alone to whoever has to print a link."""
ADDING: Final = Form(
    COLLEAGUES,
    _add,
    {
        "username": Text(label="desk.username"),
        "display_name": Text(needed=True, label="desk.staff.display-name"),
        "office_title": Text(needed=True),
        "email": Text(label="desk.staff.email"),
        "roles": Ticks(Role),
    },
    confirm=by_code,
    usual="username",
)
CHANGING: Final = Form(
    COLLEAGUES.below("/{staff_id}", "account", "desk.nav.staff", _one, _show),
    _change,
    {"what": Text(), "email": Text(label="desk.staff.email"), "roles": Ticks(Role)},
    confirm=by_code,
)
