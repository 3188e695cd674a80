"""How an officer gets in: setting the account up, signing in, giving a fresh code.

A failed sign-in or step-up is counted, so both give a value: commit first, then `errors.insist`.
A sign-in's failures are counted for its place (`pausing`), a step-up's for its own session: nobody
else can use them up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from referendum.identity import accounts, deputising, factors, passwords, pausing, sessions, staff
from referendum.identity.errors import (
    ConfirmationPaused,
    ConfirmationRefused,
    NotSignedIn,
    Refused,
    SealNotConfirmed,
    SecondFactorWrong,
    SetupLinkNotUsable,
    SignInRefused,
)
from referendum.identity.inviting import Way
from referendum.identity.passwords import HASHER
from referendum.identity.pausing import Place, Whence
from referendum.identity.sessions import Opened, SessionView, SessionWay
from referendum.identity.tables import SessionRow, SetupLink, Staff
from referendum.identity.timing import machine_now
from referendum.kernel import record
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

FRESH: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the set-up page shows: the authenticator's new secret, as text and as a URI."""

    username: str
    display_name: str
    secret: str = field(repr=False)
    uri: str = field(repr=False)
    printed: bool
    """Whether the link came on a sheet, of which its holder says that it was closed."""


def offer_set_up(uow: UnitOfWork, vault: Vault, token: str, *, issuer: str) -> Offer:
    """Open a set-up link: each look makes a new secret, and only the last one counts."""
    link = _usable_link(uow.session, token)
    account = staff.held(uow.session, link.staff_id)
    secret = factors.new_secret(uow.session, vault, account)
    address = factors.uri(secret, username=account.username, issuer=issuer)
    return Offer(
        account.username, account.display_name, secret, address, printed=link.way == Way.SHEET
    )


def offered(session: Session, vault: Vault, token: str, *, issuer: str) -> Offer:
    """What was offered at the last look, to be shown again: the link decides, not what was sent."""
    link = _usable_link(session, token)
    account = staff.held(session, link.staff_id)
    seen = account.totp_sealed is not None
    read = factors.secret_of if seen else factors.new_secret
    secret = read(session, vault, account)
    address = factors.uri(secret, username=account.username, issuer=issuer)
    return Offer(
        account.username, account.display_name, secret, address, printed=link.way == Way.SHEET
    )


def set_up(
    uow: UnitOfWork,
    vault: Vault,
    token: str,
    *,
    password: str,
    code: str,
    closed: bool = False,
    hasher: PasswordHasher = HASHER,
) -> tuple[str, ...]:
    """Finish with a password and a code from the authenticator; gives the ten spare codes once.

    `closed`: whether the sheet came closed on which the link was printed, if it was.
    """
    session = uow.session
    link = _usable_link(session, token)
    if link.way == Way.SHEET and not closed:
        raise SealNotConfirmed
    account = staff.held(session, link.staff_id)
    passwords.insist_strong(password, username=account.username)
    now = machine_now(session)
    step = factors.step_of(session, vault, account, code, now=now)
    if step is None:
        raise SecondFactorWrong
    account.password_hash = passwords.hashed(password, hasher=hasher)
    account.totp_last_step, link.used_at = step, now
    accounts.wait(account, now)
    record.append(
        session,
        "staff.set_up",
        by=f"officer:{account.id}",
        at=uow.now(),
        facts={"staff": str(account.id), "way": link.way},
    )
    return factors.new_spares(session, vault, account)


def sign_in(
    uow: UnitOfWork,
    vault: Vault,
    *,
    username: str,
    password: str,
    code: str,
    whence: Whence,
    hasher: PasswordHasher = HASHER,
) -> Opened | Refused:
    """Open a session for name, password and second factor (or a spare code).

    Whatever is wrong, the answer is SignInRefused after one argon2 verification, and failures
    are counted by name and place, whether or not an account has the name.
    """
    session, place = uow.session, Place.of(vault, username, whence)
    now = machine_now(session)
    if (barred := pausing.why_not(session, place, now)) is not None:
        return Refused(barred)
    account = staff.named(session, username)
    kept = account.password_hash if account else None
    known = passwords.fits(password, kept, hasher=hasher)
    if account is None or not _second_factor(session, vault, account, code, now, use=known):
        strange = pausing.count_failure(session, place)
        if strange is not None and account is not None:
            _record_closing(uow, account.id, strange)
        return Refused(SignInRefused())
    pausing.forgive(session, place)
    if kept and passwords.is_outdated(kept, hasher=hasher):
        account.password_hash = passwords.hashed(password, hasher=hasher)
    return _opened(uow, account, SessionWay.PASSWORD)


def sign_in_by_directory(
    uow: UnitOfWork, vault: Vault, account: Staff, *, code: str, whence: Whence
) -> Opened | Refused:
    """Open a session for whoever their directory recognised, and for the second factor.

    Only `linking` may come to this. Pauses and closings hold as with a password.
    """
    session, place = uow.session, Place.of(vault, account.username, whence)
    now = machine_now(session)
    if (barred := pausing.why_not(session, place, now)) is not None:
        return Refused(barred)
    if not _second_factor(session, vault, account, code, now, use=True):
        strange = pausing.count_failure(session, place)
        if strange is not None:
            _record_closing(uow, account.id, strange)
        return Refused(SecondFactorWrong())
    pausing.forgive(session, place)
    return _opened(uow, account, SessionWay.DIRECTORY)


def _opened(uow: UnitOfWork, account: Staff, way: SessionWay) -> Opened:
    """Whoever signs in acts for themselves until they say otherwise."""
    opened = sessions.open_staff(uow, account, way=way)
    deputising.lay_down(uow, by=staff.officer(uow.session, opened.view))
    return opened


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
    session.refresh(account, with_for_update=True)
    row = session.get(SessionRow, view.id_hash, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotSignedIn
    now = machine_now(session)
    if row.paused_until is not None and now < row.paused_until:
        return Refused(ConfirmationPaused(**pausing.waiting(row.paused_until - now)))
    known = password is None or passwords.fits(password, account.password_hash, hasher=hasher)
    step = factors.step_of(session, vault, account, code, now=now)
    if step is None or not known:
        row.missed += 1
        row.paused_until = now + pausing.pause(row.missed)
        return Refused(SecondFactorWrong() if password is None else ConfirmationRefused())
    account.totp_last_step, row.missed, row.paused_until = step, 0, None
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


def _second_factor(
    session: Session, vault: Vault, account: Staff, code: str, now: datetime, *, use: bool
) -> bool:
    """Whether the code is good; used up only with the right password and an open account.

    Whoever does not know the password does not hold the account's row either.
    """
    session.refresh(account, with_for_update=use or None)
    step = factors.step_of(session, vault, account, code, now=now)
    spare = factors.spare_of(session, vault, account, code)
    if not use or account.disabled_at is not None or (step is None and spare is None):
        return False
    if step is not None:
        account.totp_last_step = step
    elif spare is not None:
        spare.used_at = now
    return True


def _record_closing(uow: UnitOfWork, staff_id: UUID, failed: int) -> None:
    facts = {"staff": str(staff_id), "failed": failed}
    record.append(uow.session, "staff.locked", by="service", at=uow.now(), facts=facts)
