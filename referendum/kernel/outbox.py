"""Work to be done after a commit: written with it, carried to the queue at least once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Index, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.db import Base

BATCH: Final = 200
REDELIVER_AFTER: Final = timedelta(seconds=20)
"""A published row that is not done by then is published again: its worker may be gone."""


class OutboxMessage(Base):
    """One task to run. Done when the task has committed its effect, not when it was published.

    Its times are the machine's, never the shifted clock's: they are about processes.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_waiting", "created_at", postgresql_where=text("done_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    task: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    published_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    done_at: Mapped[datetime | None]


Publish = Callable[[str, Mapping[str, str], UUID], None]


def relay(session: Session, publish: Publish) -> int:
    """Publish what waits; a crash before the commit publishes it again, under the same ids."""
    machine_now = func.clock_timestamp()
    due = or_(
        OutboxMessage.published_at.is_(None),
        OutboxMessage.published_at
        < machine_now - REDELIVER_AFTER * func.least(OutboxMessage.attempts, 30),
    )
    waiting = (
        select(OutboxMessage)
        .where(OutboxMessage.done_at.is_(None), due)
        .order_by(OutboxMessage.created_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    messages = session.scalars(waiting).all()
    for message in messages:
        publish(message.task, message.arguments, message.id)
        message.published_at = session.scalar(select(machine_now))
        message.attempts += 1
    return len(messages)


def take(session: Session, message_id: UUID) -> bool:
    """Hold a message for this transaction. False where it is done, or gone: then do nothing."""
    message = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    return message is not None and message.done_at is None


def done(session: Session, message_id: UUID) -> None:
    """Mark a message done, in the transaction that commits its effect."""
    message = session.get_one(OutboxMessage, message_id)
    message.done_at = session.scalar(select(func.clock_timestamp()))


def oldest_waiting(session: Session) -> timedelta | None:
    """The age of the oldest message that is not done."""
    age = func.clock_timestamp() - func.min(OutboxMessage.created_at)
    return session.scalar(select(age).where(OutboxMessage.done_at.is_(None)))
