"""Opening again what strangers have closed: a resident's number, the name of an officer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from referendum.identity import accounts, staff
from referendum.identity.errors import AdministratorCanUnlock
from referendum.identity.limits import DEFAULT, Limits, number_index
from referendum.identity.pausing import name_index
from referendum.identity.tables import PhoneLock, SignInLock, Staff
from referendum.identity.timing import machine_now
from referendum.identity.turning import DAY
from referendum.kernel.people import Officer, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork


def unlock_phone(
    uow: UnitOfWork, vault: Vault, phone: str, *, by: Officer, limits: Limits = DEFAULT
) -> bool:
    """Open a number again that strangers have closed, after its holder came to the desk.

    False, and nothing is done, where too little was asked for with it to close it to anybody: so
    nobody at the desk can find out who was sent a code today.
    """
    by.insist(Role.REGISTRAR, fresh=True)
    lock = uow.session.get(
        PhoneLock, number_index(vault, phone), with_for_update=True, populate_existing=True
    )
    now = machine_now(uow.session)
    if lock is None or not _is_closed(lock, now, limits):
        return False
    lock.lifted_at = now
    uow.record("phone.unlocked", by=by)
    return True


def unlock_officer(uow: UnitOfWork, vault: Vault, staff_id: UUID, *, by: Officer | None) -> bool:
    """Let an officer sign in again from wherever it is paused; False where it is not.

    By another administrator of the authority. `by` is None on the command line, which does it only
    where none of them could.
    """
    found = staff.held(uow.session, staff_id)
    account = found if by is None else accounts.managed(uow.session, staff_id, by)
    if by is None and _others_can(uow.session, vault, account):
        raise AdministratorCanUnlock
    index = name_index(vault, account.username)
    if paused(uow.session, vault, [account]) == {}:
        return False
    uow.session.execute(
        delete(SignInLock)
        .where(SignInLock.name_index == index)
        .execution_options(synchronize_session=False)
    )
    accounts.write(uow, "staff.unlocked", account, by)
    return True


def paused(session: Session, vault: Vault, accounts: Iterable[Staff]) -> dict[UUID, datetime]:
    """Of accounts whose sign-in is paused from anywhere, until when at the latest."""
    by_index = {name_index(vault, one.username): one.id for one in accounts}
    until = (
        select(SignInLock.name_index, func.max(SignInLock.locked_until))
        .where(
            SignInLock.name_index.in_(by_index), SignInLock.locked_until > func.clock_timestamp()
        )
        .group_by(SignInLock.name_index)
    )
    return {by_index[index]: ends for index, ends in session.execute(until) if ends}


def _others_can(session: Session, vault: Vault, account: Staff) -> bool:
    """Whether another administrator of the same authority has an account that is open."""
    found = session.scalars(
        select(Staff).where(
            Staff.jurisdiction_id == account.jurisdiction_id,
            Staff.authority == account.authority,
            Staff.id != account.id,
            Staff.disabled_at.is_(None),
            Staff.password_hash.is_not(None),
        )
    )
    others = [one for one in found if Role.ADMINISTRATOR in one.role_set]
    return len(paused(session, vault, others)) < len(others)


def _is_closed(lock: PhoneLock, now: datetime, limits: Limits) -> bool:
    """Whether what was sent within a day and never given back may keep anybody out."""
    since = max(now - DAY, lock.lifted_at or now - DAY)
    entries = zip(lock.sends, lock.misses, lock.answered, strict=True)
    counts = [missed for at, missed, answered in entries if at > since and not answered]
    is_much = len(counts) >= limits.sends_per_asker_an_hour
    return is_much or sum(counts) >= limits.tries_in_a_row_per_number
