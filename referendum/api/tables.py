"""What is kept so that a request sent twice is done once."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import Base


class IdempotencyDay(Base):
    """The data key of one day's answers; destroyed, it takes them with it."""

    __tablename__ = "idempotency_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))


class IdempotencyKey(Base):
    """One key of one caller, and the answer that its request was given.

    Nothing here tells who asked or for what: key, caller, route and body are keyed hashes, the
    answer is sealed, and the time is that of the day.
    """

    __tablename__ = "idempotency_key"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    day: Mapped[date] = mapped_column(ForeignKey("idempotency_day.day"), index=True)
    expires_at: Mapped[datetime]
    """On the hour: the moment of one signature is nobody's business."""
    answer: Mapped[bytes]
