"""What is kept so that a request sent twice is done once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.db import Base
from referendum.kernel.erasing import PIECE, erase
from referendum.kernel.sealing import Vault

LIFE: Final = timedelta(hours=24)
"""How long an answer is given again, at least; at most an hour longer."""
BRIEF: Final = timedelta(minutes=5)
"""The same for a receipt, which stands in a row beside its answer's; at most as much again."""
HOUR: Final = timedelta(hours=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class IdempotencyDay(Base):
    """The data key of one day's answers; destroyed, it takes them with it."""

    __tablename__ = "idempotency_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))


class IdempotencyKey(Base):
    """One key of one caller, and the answer that its request was given.

    A receipt stands in a row of its own, under a hash of the key's, and is deleted within minutes.

    Nothing here tells who asked or for what: key, caller, route and body are keyed hashes, the
    answer is sealed, and the time is that of the day.
    """

    __tablename__ = "idempotency_key"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    day: Mapped[date] = mapped_column(ForeignKey("idempotency_day.day"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    """On the hour, or on five minutes: the moment of one signature is nobody's business."""
    answer: Mapped[bytes]


def last_moment(now: datetime, life: timedelta) -> datetime:
    """When what is kept from now on is forgotten, rounded up to the hour or to its own length."""
    step = min(life, HOUR)
    steps = -((EPOCH - now - life) // step)
    return EPOCH + steps * step


def forget(session: Session, now: datetime, *, size: int = PIECE) -> int:
    """Delete up to `size` answers whose time is over; how many there were."""
    return erase(session, IdempotencyKey, IdempotencyKey.expires_at <= now, size=size)


def forget_days(session: Session, vault: Vault, *, before: date) -> None:
    """Destroy the keys of days past: no answer of theirs opens any more, whatever is left of it.

    Answers go by the piece (`forget`), and a day once it has none: this is done within somebody's
    request, which waits for no day of a million answers.
    """
    past = select(IdempotencyDay).where(IdempotencyDay.day < before)
    for day in session.scalars(past):
        vault.destroy_key(session, day.key_id)
    session.flush()
    left = exists().where(IdempotencyKey.day == IdempotencyDay.day)
    session.execute(delete(IdempotencyDay).where(IdempotencyDay.day < before, ~left))
