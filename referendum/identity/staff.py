"""Accounts of officers: made, given roles, disabled. Each belongs to one authority."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.identity import sessions
from referendum.identity.errors import (
    NotSignedIn,
    StaffNotFound,
    StaffOfOtherAuthority,
    UsernameNotUsable,
    UsernameTaken,
)
from referendum.identity.sessions import SessionView
from referendum.identity.tables import RecoveryCode, SetupLink, Staff
from referendum.identity.timing import machine_now
from referendum.kernel import proposals, record
from referendum.kernel.db import violates
from referendum.kernel.people import Authority, Officer, OtherJurisdiction, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
LINK_LIFE: Final = timedelta(hours=48)

OPERATOR: Final = "operator"
"""How the record names whoever has the machine itself, on the command line."""


@dataclass(frozen=True, slots=True)
class Link:
    """A set-up link's token, shown once to whoever made it."""

    staff_id: UUID
    token: str = field(repr=False)
    expires_at: datetime


def add(
    uow: UnitOfWork,
    *,
    vault: Vault,
    jurisdiction_id: UUID,
    username: str,
    display_name: str,
    office_title: str,
    authority: Authority,
    roles: Iterable[Role],
    by: Officer | None,
) -> Link:
    """Make an account that its holder sets up with the link. `by` is None on the command line."""
    _insist_may_manage(by, jurisdiction_id, authority)
    name = canonical(username)
    if not USERNAME.fullmatch(name):
        raise UsernameNotUsable
    key = vault.new_key(uow.session, purpose="staff")
    account = Staff(
        id=uuid4(),
        jurisdiction_id=jurisdiction_id,
        username=name,
        display_name=display_name,
        office_title=office_title,
        authority=authority.value,
        roles=sorted(role.value for role in roles),
        key_id=key.id,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(account)
    except IntegrityError as upheld:
        if violates(upheld, "uq_staff_username"):
            raise UsernameTaken from upheld
        raise
    _record(uow, "staff.added", account, by, roles=account.roles, authority=account.authority)
    return _new_link(uow.session, account)


def renew_link(uow: UnitOfWork, staff_id: UUID, *, by: Officer | None) -> Link:
    """A new link for someone who lost password or phone; until it is used nothing lets them in."""
    account = held(uow.session, staff_id)
    _insist_may_manage(by, account.jurisdiction_id, Authority(account.authority))
    account.password_hash = account.totp_sealed = None
    session = uow.session
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    unused = update(SetupLink).where(SetupLink.staff_id == staff_id, SetupLink.used_at.is_(None))
    session.execute(unused.values(expires_at=machine_now(session)))
    sessions.revoke_all(session, staff_id=staff_id)
    _record(uow, "staff.reset", account, by)
    return _new_link(session, account)


def change_roles(
    uow: UnitOfWork, staff_id: UUID, roles: Iterable[Role], *, by: Officer | None
) -> None:
    """What the officer may do from the next request on."""
    account = held(uow.session, staff_id)
    _insist_may_manage(by, account.jurisdiction_id, Authority(account.authority))
    account.roles = sorted(role.value for role in roles)
    proposals.lapse_of(uow, staff_id)
    _record(uow, "staff.roles_changed", account, by, roles=account.roles)


def disable(uow: UnitOfWork, staff_id: UUID, *, by: Officer | None) -> None:
    """Close an account and all its sessions. Disabling a disabled one changes nothing."""
    account = held(uow.session, staff_id)
    _insist_may_manage(by, account.jurisdiction_id, Authority(account.authority))
    if account.disabled_at is not None:
        return
    account.disabled_at = machine_now(uow.session)
    proposals.lapse_of(uow, staff_id)
    sessions.revoke_all(uow.session, staff_id=staff_id)
    _record(uow, "staff.disabled", account, by)


def officer(session: Session, view: SessionView) -> Officer:
    """Who acts in this session, with the roles held now; NotSignedIn if it is no officer's."""
    account = session.get(Staff, view.staff_id) if view.staff_id else None
    if account is None or account.disabled_at is not None:
        raise NotSignedIn
    return Officer(
        account.id,
        account.jurisdiction_id,
        Authority(account.authority),
        account.role_set,
        fresh=view.fresh,
    )


def officer_now(session: Session, staff_id: UUID) -> Officer:
    """Who asked for something that a worker does, with the roles held now."""
    account = session.get(Staff, staff_id)
    if account is None or account.disabled_at is not None:
        raise StaffNotFound
    return Officer(
        account.id, account.jurisdiction_id, Authority(account.authority), account.role_set
    )


def works_here(session: Session, place: UUID, authority: Authority) -> bool:
    """Whether an officer of that authority has an account here that was set up and is open."""
    open_ones = select(Staff.id).where(
        Staff.jurisdiction_id == place,
        Staff.authority == authority.value,
        Staff.disabled_at.is_(None),
        Staff.password_hash.is_not(None),
    )
    return session.scalar(open_ones.limit(1)) is not None


def colleagues(session: Session, by: Officer) -> list[Staff]:
    """The accounts that an administrator manages: those of the own authority, by name."""
    by.insist(Role.ADMINISTRATOR)
    own = select(Staff).where(
        Staff.jurisdiction_id == by.jurisdiction, Staff.authority == by.authority.value
    )
    return list(session.scalars(own.order_by(Staff.username)))


def named(session: Session, username: str) -> Staff | None:
    return session.scalars(select(Staff).where(Staff.username == canonical(username))).one_or_none()


def held(session: Session, staff_id: UUID) -> Staff:
    """The account, locked; StaffNotFound without one."""
    account = session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise StaffNotFound
    return account


def canonical(username: str) -> str:
    """One spelling for a name, however it is typed."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def insist_may_manage(by: Officer | None, account: Staff) -> None:
    """Refuse whoever does not manage this account, or gave no code just now."""
    _insist_may_manage(by, account.jurisdiction_id, Authority(account.authority))


def _insist_may_manage(by: Officer | None, jurisdiction_id: UUID, authority: Authority) -> None:
    if by is None:
        return
    by.insist(Role.ADMINISTRATOR, fresh=True)
    if by.jurisdiction != jurisdiction_id:
        raise OtherJurisdiction
    if by.authority is not authority:
        raise StaffOfOtherAuthority


def _new_link(session: Session, account: Staff) -> Link:
    token, expires_at = sessions.new_token(), machine_now(session) + LINK_LIFE
    link = SetupLink(token_hash=sessions.mark(token), staff_id=account.id, expires_at=expires_at)
    session.add(link)
    return Link(account.id, token, expires_at)


def _record(
    uow: UnitOfWork, act: str, account: Staff, by: Officer | None, **facts: str | list[str]
) -> None:
    mark = by.mark if by else OPERATOR
    entry = {"staff": str(account.id), **facts}
    record.append(uow.session, act, by=mark, at=uow.now(), facts=entry)


def names_of(session: Session, marks: Iterable[str]) -> dict[str, str]:
    """Officers of the record by the name that their account states."""
    ids = [UUID(mark.removeprefix("officer:")) for mark in marks if mark.startswith("officer:")]
    rows = session.scalars(select(Staff).where(Staff.id.in_(ids)))
    return {f"officer:{row.id}": f"{row.display_name} ({row.office_title})" for row in rows}
