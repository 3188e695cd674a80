"""Letting go of what is no longer needed: who asked for which code would tell who signed what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, update
from sqlalchemy.orm import Session

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
from referendum.kernel.db import Base
from referendum.kernel.erasing import PIECE, among, erase
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

ENDED: Final = timedelta(days=1)
COUNTED: Final = timedelta(days=2)
"""Longer than the longest window of any limit."""
KEPT: Final = timedelta(days=30)


def forget(
    uow: UnitOfWork, vault: Vault, *, sends_kept: timedelta = KEPT, size: int = PIECE
) -> bool:
    """Erase ended challenges and sessions, the numbers' traces and their keys.

    The keys go at once, and with them whatever they sealed; the rows go up to `size` of each kind.
    That a message was sent, without its number or address, is kept for `sends_kept`, and as long
    as any limit counts it. Gives whether there may be more: call again, in a transaction of its
    own.
    """
    session = uow.session
    now = machine_now(session)
    gone = delete(CodeKey).where(CodeKey.day < func.date(now - COUNTED)).returning(CodeKey.key_id)
    for key_id in session.scalars(gone).all():
        vault.destroy_key(session, key_id)
    over = _over(now) | {CodeSend: (CodeSend.at < now - max(sends_kept, COUNTED),)}
    erased = [erase(session, table, *past, size=size) for table, past in over.items()]
    return size in (*erased, _without_address(session, now, size=size))


def _over(now: datetime) -> dict[type[Base], tuple[ColumnElement[bool], ...]]:
    """By table, of which of its rows nobody has need any more."""
    latest = PhoneLock.sends[func.cardinality(PhoneLock.sends)]
    return {
        Challenge: (Challenge.expires_at < now - ENDED,),
        SessionRow: (
            or_(SessionRow.expires_at < now - ENDED, SessionRow.revoked_at < now - ENDED),
        ),
        CodeSpending: (CodeSpending.minute < now - COUNTED,),
        # A number with misses is kept: its count in a row ends with a success, not with time.
        PhoneLock: (
            PhoneLock.consecutive_wrong == 0,
            PhoneLock.locked_at.is_(None),
            func.coalesce(latest < now - COUNTED, True),  # SQL's own
        ),
        SignInLock: (
            or_(SignInLock.locked_until.is_(None), SignInLock.locked_until < now - ENDED),
            SignInLock.failed > 0,
        ),
    }


def _without_address(session: Session, now: datetime, *, size: int) -> int:
    """Forget of up to `size` messages from where they were asked for; the messages are counted."""
    past = (CodeSend.at < now - COUNTED, CodeSend.address_index.is_not(None))
    counted = update(CodeSend).where(*past, among(CodeSend, *past, size=size))
    unsaid = counted.values(address_index=None).execution_options(synchronize_session=False)
    return int(getattr(session.execute(unsaid), "rowcount", 0))
