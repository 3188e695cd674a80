"""A second administrator's consent, without which no role that was given counts."""

from __future__ import annotations

from uuid import UUID

from referendum.identity import accounts, inviting
from referendum.identity.errors import ConsentNotAwaited, ConsentNotYours
from referendum.identity.tables import Staff
from referendum.identity.timing import machine_now
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork


def is_for(account: Staff, by: Officer) -> bool:
    """Whether an account waits for consent that this administrator may give or refuse."""
    return account.consent_asked_at is not None and account.consent_asked_by != by.id != account.id


def consent(uow: UnitOfWork, staff_id: UUID, *, by: Officer) -> None:
    """What the account was given counts; a certifier's begins to wait for its time."""
    account = _awaiting(uow, staff_id, by)
    accounts.await_consent(account, ())
    accounts.wait(account, machine_now(uow.session))
    accounts.write(uow, "staff.consented", account, by, roles=account.roles)


def refuse(uow: UnitOfWork, staff_id: UUID, *, by: Officer) -> None:
    """The account goes without what waited, and no link that is on its way lets anybody in."""
    account = _awaiting(uow, staff_id, by)
    account.roles = sorted(role.value for role in account.role_set - account.awaiting)
    accounts.await_consent(account, ())
    inviting.end_unused(uow.session, account.id)
    accounts.write(uow, "staff.consent_refused", account, by, roles=account.roles)


def _awaiting(uow: UnitOfWork, staff_id: UUID, by: Officer) -> Staff:
    account = accounts.managed(uow.session, staff_id, by)
    if account.consent_asked_at is None:
        raise ConsentNotAwaited
    if not is_for(account, by):
        raise ConsentNotYours
    return account
