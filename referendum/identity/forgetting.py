"""Letting go of what is no longer needed: who asked for which code would tell who signed what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, update
from sqlalchemy.orm import Session

from referendum.identity.pausing import COUNTED_FOR
from referendum.identity.sessions import SPANS, SessionKind
from referendum.identity.tables import (
    Challenge,
    CodeKey,
    CodeSend,
    CodeSpending,
    DirectoryVisit,
    PhoneLock,
    SessionRow,
    SignInLock,
)
from referendum.identity.timing import machine_now
from referendum.identity.turning import DAY
from referendum.kernel.db import Base
from referendum.kernel.erasing import PIECE, among, erase
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

LOOKED_AT: Final = SPANS[SessionKind.RESIDENT].idle
"""For so long after a code's end a page still says what became of it, or goes by it."""
ENDED: Final = timedelta(days=1)
COUNTED: Final = timedelta(days=2)
"""Longer than the longest window of any limit."""
PLACED: Final = timedelta(hours=1)
"""The window in which sends are counted by address and by range of numbers."""
KEPT: Final = timedelta(days=30)


def forget_ended(uow: UnitOfWork, *, size: int = PIECE) -> bool:
    """Erase codes and sessions that have ended, as `forget` does, every minute."""
    return _erased(uow.session, _ended(machine_now(uow.session)), size=size)


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
    sends = {CodeSend: (CodeSend.at < now - max(sends_kept, COUNTED),)}
    more = _erased(session, _ended(now) | _over(now) | sends, size=size)
    places = _without_place(session, now, size=size)
    return more or places == size


Over = dict[type[Base], tuple[ColumnElement[bool], ...]]
"""By table, of which of its rows nobody has need any more."""


def _erased(session: Session, over: Over, *, size: int) -> bool:
    return size in [erase(session, table, *past, size=size) for table, past in over.items()]


def _ended(now: datetime) -> Over:
    """What would tell most, for as long as it is there, and what is needed shortest."""
    return {
        # One that was used was so before it expired.
        Challenge: (Challenge.expires_at < now - LOOKED_AT,),
        SessionRow: (SessionRow.idle_until <= now,),
        DirectoryVisit: (DirectoryVisit.expires_at <= now,),
    }


def _over(now: datetime) -> Over:
    latest = PhoneLock.sends[func.cardinality(PhoneLock.sends)]
    return {
        CodeSpending: (CodeSpending.minute < now - COUNTED,),
        # Whatever a number's row holds counts for a day: misses, locks and who asked.
        PhoneLock: (latest < now - DAY,),
        SignInLock: (
            SignInLock.failed_at < now - COUNTED_FOR,
            func.coalesce(SignInLock.locked_until < now, True),  # SQL's own
        ),
    }


def _without_place(session: Session, now: datetime, *, size: int) -> int:
    """Forget of up to `size` messages whence they were asked for and into which range they went."""
    past = (CodeSend.at < now - PLACED, CodeSend.prefix.is_not(None))
    counted = update(CodeSend).where(*past, among(CodeSend, *past, size=size))
    unsaid = counted.values(address_index=None, prefix=None).execution_options(
        synchronize_session=False
    )
    return int(getattr(session.execute(unsaid), "rowcount", 0))
