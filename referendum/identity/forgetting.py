"""Letting go of what is no longer needed: who asked for which code would tell who signed what."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, or_, update

from referendum.identity.tables import (
    Challenge,
    CodeKey,
    CodeSend,
    CodeSpending,
    PhoneLock,
    SessionRow,
    SignInLock,
)
from referendum.identity.timing import machine_now
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

ENDED: Final = timedelta(days=1)
COUNTED: Final = timedelta(days=2)
"""Longer than the longest window of any limit."""


def forget(uow: UnitOfWork, vault: Vault) -> None:
    """Erase ended challenges and sessions, the numbers' traces and their keys. Runs daily."""
    session = uow.session
    now = machine_now(session)
    session.execute(delete(Challenge).where(Challenge.expires_at < now - ENDED))
    ended = or_(SessionRow.expires_at < now - ENDED, SessionRow.revoked_at < now - ENDED)
    session.execute(delete(SessionRow).where(ended))
    past = CodeSend.at < now - COUNTED
    counted = update(CodeSend).where(past, CodeSend.address_index.is_not(None))
    session.execute(counted.values(address_index=None))
    session.execute(delete(CodeSpending).where(CodeSpending.minute < now - COUNTED))
    # A number with misses is kept: its count in a row ends with a success, not with time.
    quiet = (PhoneLock.consecutive_wrong == 0, PhoneLock.locked_at.is_(None))
    latest = PhoneLock.sends[func.cardinality(PhoneLock.sends)]
    session.execute(
        delete(PhoneLock).where(*quiet, func.coalesce(latest < now - COUNTED, True))  # SQL's own
    )
    idle = or_(SignInLock.locked_until.is_(None), SignInLock.locked_until < now - ENDED)
    session.execute(delete(SignInLock).where(idle, SignInLock.failed > 0))
    gone = delete(CodeKey).where(CodeKey.day < func.date(now - COUNTED)).returning(CodeKey.key_id)
    for key_id in session.scalars(gone).all():
        vault.destroy_key(session, key_id)
