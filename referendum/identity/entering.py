"""How an officer gets in: setting the account up, signing in, giving a fresh code.

A failed sign-in or step-up is counted, so both give a value: commit first, then `errors.insist`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.identity import factors, passwords, sessions, staff
from referendum.identity.errors import (
    ConfirmationRefused,
    NotSignedIn,
    Refused,
    SecondFactorWrong,
    SetupLinkNotUsable,
    SignInLocked,
    SignInRefused,
)
from referendum.identity.passwords import HASHER
from referendum.identity.sessions import Opened, SessionView
from referendum.identity.tables import SessionRow, SetupLink, SignInLock, Staff
from referendum.identity.timing import machine_now
from referendum.kernel import record
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

FREE_FAILURES: Final = 5
LONGEST_LOCK: Final = timedelta(days=1)
FRESH: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the set-up page shows: the authenticator's new secret, as text and as a URI."""

    username: str
    display_name: str
    secret: str = field(repr=False)
    uri: str = field(repr=False)


def offer_set_up(uow: UnitOfWork, vault: Vault, token: str, *, issuer: str) -> Offer:
    """Open a set-up link: each look makes a new secret, and only the last one counts."""
    link = _usable_link(uow.session, token)
    account = staff.held(uow.session, link.staff_id)
    secret = factors.new_secret(uow.session, vault, account)
    address = factors.uri(secret, username=account.username, issuer=issuer)
    return Offer(account.username, account.display_name, secret, address)


def offered(session: Session, vault: Vault, token: str, *, issuer: str) -> Offer:
    """What was offered at the last look, to be shown again: the link decides, not what was sent."""
    link = _usable_link(session, token)
    account = staff.held(session, link.staff_id)
    seen = account.totp_sealed is not None
    read = factors.secret_of if seen else factors.new_secret
    secret = read(session, vault, account)
    address = factors.uri(secret, username=account.username, issuer=issuer)
    return Offer(account.username, account.display_name, secret, address)


def set_up(
    uow: UnitOfWork,
    vault: Vault,
    token: str,
    *,
    password: str,
    code: str,
    hasher: PasswordHasher = HASHER,
) -> tuple[str, ...]:
    """Finish with a password and a code from the authenticator; gives the ten spare codes once."""
    session = uow.session
    link = _usable_link(session, token)
    account = staff.held(session, link.staff_id)
    passwords.insist_strong(password, username=account.username)
    now = machine_now(session)
    step = factors.step_of(session, vault, account, code, now=now)
    if step is None:
        raise SecondFactorWrong
    account.password_hash = passwords.hashed(password, hasher=hasher)
    account.totp_last_step, link.used_at = step, now
    record.append(
        session,
        "staff.set_up",
        by=f"officer:{account.id}",
        at=uow.now(),
        facts={"staff": str(account.id)},
    )
    return factors.new_spares(session, vault, account)


def sign_in(
    uow: UnitOfWork,
    vault: Vault,
    *,
    username: str,
    password: str,
    code: str,
    hasher: PasswordHasher = HASHER,
) -> Opened | Refused:
    """Open a session for name, password and second factor (or a spare code).

    Whatever is wrong, the answer is SignInRefused after one argon2 verification, and failures
    are counted and locked by name, whether or not an account has it.
    """
    session = uow.session
    lock, now = _lock_of(session, vault, username), machine_now(session)
    barred = _barred(lock, now)
    if lock is None or barred is not None:
        return Refused(barred or SignInLocked(wait_seconds=1))
    account = staff.named(session, username)
    kept = account.password_hash if account else None
    known = passwords.fits(password, kept, hasher=hasher)
    if account is None or not _second_factor(session, vault, account, code, now, use=known):
        _count_failure(uow, lock, account, now)
        return Refused(SignInRefused())
    lock.failed, lock.locked_until = 0, None
    if kept and passwords.is_outdated(kept, hasher=hasher):
        account.password_hash = passwords.hashed(password, hasher=hasher)
    return sessions.open_staff(uow, account)


def step_up(
    uow: UnitOfWork,
    vault: Vault,
    view: SessionView,
    code: str,
    *,
    password: str | None = None,
    hasher: PasswordHasher = HASHER,
) -> datetime | Refused:
    """Confirm with a new code of the authenticator that it is still them; gives until when.

    What is signed in an office's name asks for the `password` once more as well.
    """
    session = uow.session
    account = session.get(Staff, view.staff_id) if view.staff_id else None
    if account is None or account.disabled_at is not None:
        raise NotSignedIn
    lock, now = _lock_of(session, vault, account.username), machine_now(session)
    barred = _barred(lock, now)
    if lock is None or barred is not None:
        return Refused(barred or SignInLocked(wait_seconds=1))
    session.refresh(account, with_for_update=True)
    known = password is None or passwords.fits(password, account.password_hash, hasher=hasher)
    step = factors.step_of(session, vault, account, code, now=now)
    if step is None or not known:
        _count_failure(uow, lock, account, now)
        return Refused(SecondFactorWrong() if password is None else ConfirmationRefused())
    account.totp_last_step, lock.failed = step, 0
    row = session.get_one(SessionRow, view.id_hash, with_for_update=True)
    row.fresh_until = now + FRESH
    return row.fresh_until


def _usable_link(session: Session, token: str) -> SetupLink:
    """The link, held so that it is used once only."""
    link = session.get(
        SetupLink, sessions.mark(token), with_for_update=True, populate_existing=True
    )
    if link is None or link.used_at is not None or machine_now(session) >= link.expires_at:
        raise SetupLinkNotUsable
    return link


def _lock_of(session: Session, vault: Vault, username: str) -> SignInLock | None:
    """The count of failures for a name; None while another try for that name is being looked at.

    Waiting for it would let a flood of tries for one name hold every connection of the pool.
    """
    index = vault.mac("username").of(staff.canonical(username))
    key = int.from_bytes(index[:8], "big", signed=True)
    if not session.scalar(select(func.pg_try_advisory_xact_lock(key))):
        return None
    lock = session.get(SignInLock, index, populate_existing=True)
    if lock is None:
        lock = SignInLock(username_index=index, failed=0)
        session.add(lock)
    return lock


def _barred(lock: SignInLock | None, now: datetime) -> SignInLocked | None:
    if lock is None or lock.locked_until is None or now >= lock.locked_until:
        return None
    return SignInLocked(wait_seconds=ceil((lock.locked_until - now).total_seconds()))


def _second_factor(
    session: Session, vault: Vault, account: Staff, code: str, now: datetime, *, use: bool
) -> bool:
    """Whether the code is good; used up only with the right password and an open account."""
    session.refresh(account, with_for_update=True)
    step = factors.step_of(session, vault, account, code, now=now)
    spare = factors.spare_of(session, vault, account, code)
    if not use or account.disabled_at is not None or (step is None and spare is None):
        return False
    if step is not None:
        account.totp_last_step = step
    elif spare is not None:
        spare.used_at = now
    return True


def _count_failure(uow: UnitOfWork, lock: SignInLock, account: Staff | None, now: datetime) -> None:
    """One more failure; from the fifth on the name waits 1, 2, 4 ... minutes."""
    lock.failed += 1
    if lock.failed >= FREE_FAILURES:
        minutes = 2 ** min(lock.failed - FREE_FAILURES, 16)
        lock.locked_until = now + min(timedelta(minutes=minutes), LONGEST_LOCK)
        if account is not None:
            _record_lock(uow, account.id, lock.failed)


def _record_lock(uow: UnitOfWork, staff_id: UUID, failed: int) -> None:
    facts = {"staff": str(staff_id), "failed": failed}
    record.append(uow.session, "staff.locked", by="service", at=uow.now(), facts=facts)
