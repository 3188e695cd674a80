"""Work to be done after a commit: written with it, carried to the queue at least once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Index, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.db import Base
from referendum.kernel.erasing import PIECE, erase

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
        Index("ix_outbox_message_done", "done_at", postgresql_where=text("done_at is not null")),
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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message to be put on the queue."""

    id: UUID
    task: str
    arguments: Mapping[str, str]


def give_out(session: Session) -> Sequence[Waiting]:
    """What waits, oldest first, as published from now on: until its time is over nobody else's.

    Whoever is lost before it is on the queue, or with it in hand, leaves it to be published again.
    """
    machine_now = func.clock_timestamp()
    due = or_(
        OutboxMessage.published_at.is_(None),
        OutboxMessage.published_at
        < machine_now - REDELIVER_AFTER * func.least(OutboxMessage.attempts, 30),
    )
    waiting = (
        select(OutboxMessage.id)
        .where(OutboxMessage.done_at.is_(None), due)
        .order_by(OutboxMessage.created_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    given = (
        update(OutboxMessage)
        .where(OutboxMessage.id == waiting.c.id)
        .values(published_at=machine_now, attempts=OutboxMessage.attempts + 1)
        .returning(
            OutboxMessage.id, OutboxMessage.task, OutboxMessage.arguments, OutboxMessage.created_at
        )
        .execution_options(synchronize_session=False)
    )
    rows = sorted(session.execute(given), key=lambda row: (row.created_at, row.id))
    return [Waiting(row.id, row.task, row.arguments) for row in rows]


def put_back(session: Session, messages: Collection[UUID]) -> None:
    """Messages that did not reach the queue wait as before; those in a worker's hands stay."""
    if not messages:
        return
    free = (
        select(OutboxMessage.id)
        .where(OutboxMessage.id.in_(messages), OutboxMessage.done_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    back = update(OutboxMessage).where(OutboxMessage.id.in_(free.scalar_subquery()))
    session.execute(
        back.values(published_at=None, attempts=OutboxMessage.attempts - 1).execution_options(
            synchronize_session=False
        )
    )


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


def forget(session: Session, *, older_than: timedelta, size: int = PIECE) -> int:
    """Delete up to `size` messages that have been done for so long; how many there were.

    One that comes again after that finds none, as one that is done: there is nothing to do.
    """
    # As a value: by a moment that moves on while it is asked, no index is looked through.
    now = session.scalars(select(func.clock_timestamp())).one()
    return erase(session, OutboxMessage, OutboxMessage.done_at < now - older_than, size=size)


def oldest_waiting(session: Session) -> timedelta | None:
    """The age of the oldest message that is not done."""
    age = func.clock_timestamp() - func.min(OutboxMessage.created_at)
    return session.scalar(select(age).where(OutboxMessage.done_at.is_(None)))
