"""Work to be done after a commit: written with it, carried to the queue at least once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Index, func, or_, select, text, update
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
    claimed_until: Mapped[datetime | None]
    """Until then one worker has it in hand, with no transaction open (`errands`)."""
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


def claim(
    session: Session, messages: Collection[UUID], *, lease: timedelta
) -> Sequence[OutboxMessage]:
    """Take messages in hand beyond this transaction: those not done and in nobody else's hands."""
    machine_now = func.clock_timestamp()
    free = or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= machine_now)
    takeable = (
        select(OutboxMessage.id)
        .where(OutboxMessage.id.in_(messages), OutboxMessage.done_at.is_(None), free)
        .order_by(OutboxMessage.id)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(takeable.scalar_subquery()))
        .values(claimed_until=machine_now + lease)
        .returning(OutboxMessage)
        .execution_options(populate_existing=True)
    )
    return sorted(session.scalars(taken), key=lambda message: (message.created_at, message.id))


def hold(session: Session, messages: Collection[UUID]) -> Sequence[UUID]:
    """Those of the messages that are not done, held for this transaction."""
    undone = (
        select(OutboxMessage.id)
        .where(OutboxMessage.id.in_(messages), OutboxMessage.done_at.is_(None))
        .order_by(OutboxMessage.id)
        .with_for_update()
    )
    return session.scalars(undone).all()


def end(session: Session, messages: Collection[UUID]) -> None:
    """Mark messages done, in the transaction that commits their effect."""
    if messages:
        ended = update(OutboxMessage).where(OutboxMessage.id.in_(messages))
        session.execute(ended.values(done_at=func.clock_timestamp(), claimed_until=None))


def release(session: Session, messages: Collection[UUID]) -> None:
    """Give messages back, to be taken again when they come again."""
    if messages:
        given_back = update(OutboxMessage).where(OutboxMessage.id.in_(messages))
        session.execute(given_back.values(claimed_until=None))


def oldest_waiting(session: Session) -> timedelta | None:
    """The age of the oldest message that is not done."""
    age = func.clock_timestamp() - func.min(OutboxMessage.created_at)
    return session.scalar(select(age).where(OutboxMessage.done_at.is_(None)))
