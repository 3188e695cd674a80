"""Accounts and offices' own directories: linked, signed in through, and parted again.

An account is linked to the directory's name for its holder by the holder, signed in with password
and code. Nobody is found by a mailbox or a name. The directory stands in for the password alone:
the authenticator's code is asked for as ever, so that whoever runs a directory is no officer.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.identity import accounts, entering, sessions
from referendum.identity.directory_errors import (
    DirectoryUnlinked,
    DirectoryVisitUnknown,
    LinkedAlready,
    NotLinked,
    PasswordSessionNeeded,
)
from referendum.identity.errors import NotSignedIn, Refused
from referendum.identity.pausing import Whence
from referendum.identity.sessions import Opened, SessionView, SessionWay
from referendum.identity.tables import DirectoryLink, DirectoryVisit, Staff
from referendum.identity.timing import machine_now
from referendum.kernel.db import violates
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

LASTS: Final = timedelta(minutes=10)
"""How long somebody may be away at their directory, code and all."""


Marks = frozenset[bytes]
"""Hashes of what a browser has: its own cookie, and that of its session."""


class Errand(StrEnum):
    """What a browser is sent to a directory for."""

    SIGN_IN = "sign_in"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Visit:
    """One way to a directory and back. The state is in the address and nowhere else."""

    authority: Authority
    errand: Errand
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def begin(
    uow: UnitOfWork,
    vault: Vault,
    authority: Authority,
    *,
    browser: bytes,
    view: SessionView | None = None,
) -> Visit:
    """Of a browser that wants to sign in; or, with a session, of an officer who makes a link."""
    state = secrets.token_urlsafe(32)
    errand = Errand.SIGN_IN if view is None else Errand.LINK
    if view is not None:
        _insist_may_link(uow.session, view)
    uow.session.add(
        DirectoryVisit(
            state_hash=sessions.mark(state),
            authority=authority.value,
            errand=errand.value,
            browser=browser,
            session_hash=view.id_hash if view else None,
            expires_at=machine_now(uow.session) + LASTS,
        )
    )
    uow.session.flush()
    return _visit(vault, state, authority, errand)


def back(uow: UnitOfWork, vault: Vault, state: str, *, browser: Marks) -> Visit:
    """Somebody comes back from a directory, once and in the browser that went there."""
    row = _row(uow.session, state, browser)
    if row.back_at is not None:
        raise DirectoryVisitUnknown
    row.back_at = machine_now(uow.session)
    return _visit(vault, state, Authority(row.authority), Errand(row.errand))


def recognise(uow: UnitOfWork, vault: Vault, visit: Visit, issuer: str, subject: str) -> None:
    """The directory said who it is: the account that is linked to them may go on with a code."""
    row = uow.session.get_one(DirectoryVisit, sessions.mark(visit.state), with_for_update=True)
    account = uow.session.scalars(
        select(Staff)
        .join(DirectoryLink, DirectoryLink.staff_id == Staff.id)
        .where(
            DirectoryLink.subject_index == _index(vault, issuer, subject),
            Staff.authority == visit.authority.value,
            Staff.disabled_at.is_(None),
        )
    ).one_or_none()
    if account is None:
        raise DirectoryUnlinked
    row.staff_id = account.id


def is_recognised(session: Session, state: str, *, browser: Marks) -> bool:
    """Whether somebody was, and gives their code now."""
    try:
        return _row(session, state, browser).staff_id is not None
    except DirectoryVisitUnknown:
        return False


def sign_in(
    uow: UnitOfWork,
    vault: Vault,
    state: str,
    *,
    browser: Marks,
    code: str,
    whence: Whence,
) -> tuple[Opened | Refused, str]:
    """Open a session for whoever was recognised and gives the code; gives their username too.

    Wrong codes are counted for name and place, as those beside a password are.
    """
    row = _row(uow.session, state, browser)
    if row.staff_id is None:
        raise DirectoryVisitUnknown
    account = uow.session.get_one(Staff, row.staff_id)
    if uow.session.get(DirectoryLink, account.id) is None:
        raise DirectoryUnlinked
    outcome = entering.sign_in_by_directory(uow, vault, account, code=code, whence=whence)
    if isinstance(outcome, Opened):
        uow.session.delete(row)
    return outcome, account.username


def link(
    uow: UnitOfWork, vault: Vault, visit: Visit, issuer: str, subject: str, *, view: SessionView
) -> None:
    """The officer's account is linked to the directory's name for them."""
    row = uow.session.get_one(DirectoryVisit, sessions.mark(visit.state), with_for_update=True)
    if row.session_hash is None or not hmac.compare_digest(row.session_hash, view.id_hash):
        raise DirectoryVisitUnknown
    account = _insist_may_link(uow.session, view)
    made = DirectoryLink(
        staff_id=account.id,
        subject_index=_index(vault, issuer, subject),
        linked_at=machine_now(uow.session),
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(made)
    except IntegrityError as upheld:
        if violates(upheld, "uq_directory_link_subject") or violates(upheld, "pk_directory_link"):
            raise LinkedAlready from upheld
        raise
    uow.session.delete(row)
    accounts.write(uow, "staff.linked", account, _themselves(account))


def linked(session: Session, staff_id: UUID) -> DirectoryLink | None:
    """The link that an account has."""
    return session.get(DirectoryLink, staff_id)


def unlink(uow: UnitOfWork, staff_id: UUID, *, by: Officer) -> None:
    """By another administrator of the authority. Sessions that came through it end."""
    account = accounts.managed(uow.session, staff_id, by)
    row = uow.session.get(DirectoryLink, account.id)
    if row is None:
        raise NotLinked
    uow.session.delete(row)
    sessions.revoke_all(uow.session, staff_id=account.id)
    accounts.write(uow, "staff.unlinked", account, by)


def _insist_may_link(session: Session, view: SessionView) -> Staff:
    account = session.get(Staff, view.staff_id) if view.staff_id else None
    if account is None or account.disabled_at is not None:
        raise NotSignedIn
    if view.way is not SessionWay.PASSWORD:
        raise PasswordSessionNeeded
    if not view.fresh:
        raise FreshCodeNeeded
    if session.get(DirectoryLink, account.id) is not None:
        raise LinkedAlready
    return account


def _themselves(account: Staff) -> Officer:
    return Officer(
        account.id, account.jurisdiction_id, Authority(account.authority), account.role_set
    )


def _row(session: Session, state: str, browser: Marks) -> DirectoryVisit:
    row = session.get(
        DirectoryVisit, sessions.mark(state), with_for_update=True, populate_existing=True
    )
    over = row is None or machine_now(session) >= row.expires_at
    if row is None or over or row.browser not in browser:
        raise DirectoryVisitUnknown
    return row


def _visit(vault: Vault, state: str, authority: Authority, errand: Errand) -> Visit:
    """Nonce and verifier derive from the state and a key outside the database."""
    derived = vault.mac("directory visits")
    nonce, verifier = (derived.of(f"{what}:{state}").hex() for what in ("nonce", "verifier"))
    return Visit(authority, errand, state, nonce, verifier)


def _index(vault: Vault, issuer: str, subject: str) -> bytes:
    return vault.mac("directory subjects").of(f"{issuer}\n{subject}")
