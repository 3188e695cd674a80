"""Accounts of officers: first ones, invited ones, given roles, set up anew, confirmed, closed.

What one administrator gives alone counts for nothing: a second one consents (`consenting`), since
whoever made two accounts could be both officers. A certifier's account waits a while besides, after
it was set up or changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.identity import deputising, inviting, sessions
from referendum.identity.errors import (
    AdministratorsEnough,
    OwnAccount,
    RolesExclude,
    SecondAdministratorFirst,
    StaffOfOtherAuthority,
    UsernameNotUsable,
    UsernameTaken,
)
from referendum.identity.inviting import Link, Way
from referendum.identity.staff import EXCLUDING, canonical, held
from referendum.identity.tables import DirectoryLink, RecoveryCode, Staff
from referendum.identity.timing import machine_now
from referendum.kernel import assignments, proposals, record
from referendum.kernel.db import violates
from referendum.kernel.people import Authority, Officer, OtherJurisdiction, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll.tables import Jurisdiction

USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
CONFIRMED_FOR: Final = timedelta(days=182)
"""Half a year."""
ADMINISTRATORS: Final = 2
"""How many of an authority whoever has the machine makes: one to invite, one to consent."""

OPERATOR: Final = "operator"
"""How the record names whoever has the machine itself, on the command line."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an operator has set for accounts."""

    mails: bool
    """Whether links go by mail: else they are printed."""
    waits: timedelta
    """Before a new or changed account certifies."""
    grace: timedelta
    """After the half-year, before unconfirmed roles rest."""

    @property
    def way(self) -> Way:
        return Way.MAIL if self.mails else Way.SHEET


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who is to have an account, and with what."""

    username: str
    display_name: str
    office_title: str
    roles: Iterable[Role]
    email: str | None = None


def begin(
    uow: UnitOfWork, vault: Vault, terms: Terms, wanted: Wanted, *, of: UUID, authority: Authority
) -> Link:
    """One of the first two administrators of an authority in a place, for its operator.

    More than two in use are never made in this way. Where one of two has lost their account, the
    other cannot renew it alone: then this makes a third, who consents.
    """
    place = uow.session.get_one(Jurisdiction, of, with_for_update=True)
    if len(in_use(uow.session, place.id, authority)) >= ADMINISTRATORS:
        raise AdministratorsEnough(administrators=ADMINISTRATORS)
    account = made(uow, vault, wanted, of=of, authority=authority, grace=terms.grace)
    write(uow, "staff.added", account, None, roles=account.roles, authority=account.authority)
    return inviting.make(uow, vault, account, Way.SHOWN)


def invite(
    uow: UnitOfWork, vault: Vault, terms: Terms, wanted: Wanted, *, by: Officer
) -> Link | None:
    """Make an account of the own authority, whose holder sets it up with a link.

    Gives the link where it has to be printed, and none where it goes by mail.
    """
    by.insist(Role.ADMINISTRATOR, fresh=True)
    address = inviting.mailbox(wanted.email) if terms.mails else None
    account = made(
        uow, vault, wanted, of=by.jurisdiction, authority=by.authority, grace=terms.grace
    )
    account.waits = terms.waits
    _ask(uow, account, by, gained=account.role_set)
    if address is not None:
        inviting.keep_mailbox(uow.session, vault, account, address)
    write(uow, "staff.added", account, by, roles=account.roles, authority=account.authority)
    return _hand_out(uow, vault, account, terms, by)


def renew_link(
    uow: UnitOfWork,
    vault: Vault,
    terms: Terms,
    staff_id: UUID,
    *,
    by: Officer,
    email: str | None = None,
) -> Link | None:
    """A new link for someone who lost password or phone; until it is used nothing lets them in.

    It is as good as a new account: what that would have to wait for, this waits for too.
    """
    account = managed(uow.session, staff_id, by)
    session = uow.session
    known = inviting.mailbox_of(session, vault, account)
    address = inviting.mailbox(email or known) if terms.mails else None
    account.password_hash = account.totp_sealed = None
    account.waits = terms.waits
    _ask(uow, account, by, gained=account.role_set)
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    session.execute(delete(DirectoryLink).where(DirectoryLink.staff_id == staff_id))
    sessions.revoke_all(session, staff_id=staff_id)
    deputising.end_all(uow, staff_id, by=by)
    proposals.lapse_of(uow, staff_id)
    if address is not None:
        inviting.keep_mailbox(session, vault, account, address)
    moved = address is not None and address != known
    write(uow, "staff.reset", account, by, mailbox="changed" if moved else "kept")
    return _hand_out(uow, vault, account, terms, by)


def change_roles(
    uow: UnitOfWork, terms: Terms, staff_id: UUID, roles: Iterable[Role], *, by: Officer
) -> None:
    """What the officer may do from the next request on, or once a second one has consented."""
    account = managed(uow.session, staff_id, by)
    wanted = frozenset(roles)
    insist_apart(wanted)
    gained, lost = wanted - account.role_set, account.role_set - wanted
    account.roles = sorted(role.value for role in wanted)
    account.waits = terms.waits
    await_consent(account, account.awaiting & wanted)
    _ask(uow, account, by, gained=gained)
    wait(account, machine_now(uow.session))
    proposals.lapse_of(uow, staff_id)
    if lost:
        assignments.give_all_back(uow, staff_id, by=by.id)
    write(uow, "staff.roles_changed", account, by, roles=account.roles)


def confirm(uow: UnitOfWork, terms: Terms, staff_id: UUID, *, by: Officer) -> None:
    """Say that an officer still needs the roles that they have, for another half-year."""
    account = managed(uow.session, staff_id, by)
    _count_from(account, machine_now(uow.session), terms.grace)
    write(uow, "staff.confirmed", account, by, roles=account.roles)


def disable(uow: UnitOfWork, staff_id: UUID, *, by: Officer) -> None:
    """Close an account and all its sessions. Disabling a disabled one changes nothing."""
    account = _of_authority(uow.session, staff_id, by)
    if account.disabled_at is not None:
        return
    account.disabled_at = machine_now(uow.session)
    inviting.end_unused(uow.session, staff_id)
    sessions.revoke_all(uow.session, staff_id=staff_id)
    deputising.end_all(uow, staff_id, by=by)
    proposals.lapse_of(uow, staff_id)
    assignments.give_all_back(uow, staff_id, by=by.id)
    write(uow, "staff.disabled", account, by)


def managed(session: Session, staff_id: UUID, by: Officer) -> Staff:
    """An account, locked, that this administrator may change: of the own authority, not the own."""
    account = _of_authority(session, staff_id, by)
    if account.id == by.id:
        raise OwnAccount
    return account


def in_use(session: Session, place: UUID, authority: Authority) -> list[Staff]:
    """The administrators of an authority who can act or be waited for: none that needs consent."""
    rows = select(Staff).where(
        Staff.jurisdiction_id == place,
        Staff.authority == authority.value,
        Staff.disabled_at.is_(None),
    )
    held = session.scalars(rows.order_by(Staff.username))
    return [one for one in held if Role.ADMINISTRATOR in one.role_set - one.awaiting]


def insist_apart(roles: Iterable[Role]) -> None:
    """Refuse two roles that make a third pair of eyes superfluous."""
    if frozenset(roles) >= EXCLUDING:
        raise RolesExclude(roles=sorted(role.value for role in EXCLUDING))


def await_consent(account: Staff, roles: Iterable[Role]) -> None:
    """Which roles of an account wait for a second administrator; with none nothing waits."""
    account.consent_roles = sorted(role.value for role in roles)
    if not account.consent_roles:
        account.consent_asked_at = account.consent_asked_by = None


def wait(account: Staff, now: datetime) -> None:
    """Have a certifier's account rest from now for as long as was set when it was changed."""
    if Role.CERTIFIER in account.role_set:
        account.certifies_from = now + account.waits


def write(
    uow: UnitOfWork, act: str, account: Staff, by: Officer | None, **facts: str | list[str]
) -> None:
    """One entry of the record about an account."""
    entry = {"staff": str(account.id), **facts}
    if by is not None:
        uow.record(act, by=by, facts=entry)
    else:
        record.append(uow.session, act, by=OPERATOR, at=uow.now(), facts=entry)


def made(
    uow: UnitOfWork,
    vault: Vault,
    wanted: Wanted,
    *,
    of: UUID,
    authority: Authority,
    grace: timedelta,
) -> Staff:
    """An account as it stands before anybody can use it."""
    name, roles = canonical(wanted.username), frozenset(wanted.roles)
    if not USERNAME.fullmatch(name):
        raise UsernameNotUsable
    insist_apart(roles)
    account = Staff(
        id=uuid4(),
        jurisdiction_id=of,
        username=name,
        display_name=wanted.display_name,
        office_title=wanted.office_title,
        authority=authority.value,
        roles=sorted(role.value for role in roles),
        key_id=vault.new_key(uow.session, purpose="staff").id,
    )
    _count_from(account, machine_now(uow.session), grace)
    try:
        with uow.session.begin_nested():
            uow.session.add(account)
    except IntegrityError as upheld:
        if violates(upheld, "uq_staff_username"):
            raise UsernameTaken from upheld
        raise
    return account


def _ask(uow: UnitOfWork, account: Staff, by: Officer, *, gained: Iterable[Role]) -> None:
    """Have what is given wait for a second administrator; refused where there is none."""
    if not (given := frozenset(gained)):
        return
    others = in_use(uow.session, account.jurisdiction_id, Authority(account.authority))
    if not [one for one in others if one.id not in {by.id, account.id}]:
        raise SecondAdministratorFirst
    account.consent_asked_at, account.consent_asked_by = machine_now(uow.session), by.id
    await_consent(account, account.awaiting | given)


def _hand_out(
    uow: UnitOfWork, vault: Vault, account: Staff, terms: Terms, by: Officer
) -> Link | None:
    link = inviting.make(uow, vault, account, terms.way)
    if terms.way is Way.MAIL:
        return None
    write(uow, "staff.link_printed", account, by)
    return link


def _of_authority(session: Session, staff_id: UUID, by: Officer) -> Staff:
    account = held(session, staff_id)
    by.insist(Role.ADMINISTRATOR, fresh=True)
    if by.jurisdiction != account.jurisdiction_id:
        raise OtherJurisdiction
    if by.authority.value != account.authority:
        raise StaffOfOtherAuthority
    return account


def _count_from(account: Staff, now: datetime, grace: timedelta) -> None:
    account.confirm_by = now + CONFIRMED_FOR
    account.rests_from = account.confirm_by + grace


def overdue(session: Session, place: UUID) -> int:
    """How many open accounts of a place were due to be confirmed and were not."""
    due = select(func.count()).where(
        Staff.jurisdiction_id == place,
        Staff.disabled_at.is_(None),
        Staff.confirm_by <= func.clock_timestamp(),
    )
    return session.scalar(due) or 0
