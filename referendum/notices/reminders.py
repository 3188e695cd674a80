"""Reminders to officers by mail: each asked for once, composed as it goes out, handed over once.

One is asked for by its officer, what it is about and the day: a second asking finds it there. What
it says is not kept: it is worked out when a worker has it in hand, so that nothing is told that was
done meanwhile, and nothing stands here that a copy of the table could tell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.db import Base
from referendum.kernel.erasing import PIECE, erase
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.uow import UnitOfWork
from referendum.notices.carriers import Carrier, Message
from referendum.notices.sending import TRIES, Handover, hand_over

TASK: Final = "reminders.send"
DAILY: Final = "daily"
"""What a day's digest is about; what presses is about itself."""


class Reminder(Base):
    """One mail to one officer. Its day is the place's; its other times are the machine's."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("staff_id", "about", "day", name="uq_reminder_day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    about: Mapped[str]
    day: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    carrier: Mapped[str | None]
    """Who took it, or who alone may be asked again because they may have taken it."""
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    """When there was nothing to say, or nobody to say it to."""


Compose = Callable[[UnitOfWork, Reminder], Message | None]
"""What a reminder says now, and to which mailbox; nothing where there is nothing to say."""


def ask(uow: UnitOfWork, staff_id: UUID, about: str, day: date) -> bool:
    """Ask for one, and for its sending; False where it was asked for before."""
    row = {"id": uuid4(), "staff_id": staff_id, "about": about, "day": day}
    asked = insert(Reminder).values(row).on_conflict_do_nothing().returning(Reminder.id)
    made = uow.session.scalar(asked)
    if made is None:
        return False
    uow.later(TASK, reminder_id=str(made))
    return True


def asked(session: Session, about: str, days: Collection[date]) -> set[tuple[UUID, date]]:
    """Which officers were asked about on these days."""
    rows = select(Reminder.staff_id, Reminder.day).where(
        Reminder.about == about, Reminder.day.in_(days)
    )
    return {(row.staff_id, row.day) for row in session.execute(rows)}


@dataclass(frozen=True, slots=True)
class Letter:
    """A reminder on its way, and the carrier that alone may be asked, if any."""

    reminder_id: UUID
    message: Message
    only: str | None


@dataclass(frozen=True, slots=True)
class Reminding:
    """The errand of reminders (`kernel.errands`)."""

    carriers: Sequence[Carrier]
    compose: Compose

    def claim(self, uow: UnitOfWork, messages: Sequence[OutboxMessage]) -> dict[UUID, Letter]:
        """Those that wait, with what each says now. Each claim counts as one try."""
        by_reminder = {UUID(one.arguments["reminder_id"]): one.id for one in messages}
        found = {}
        for row in _locked(uow.session, by_reminder):
            if row.sent_at or row.failed_at or row.dropped_at:
                continue
            message = self.compose(uow, row)
            if message is None:
                row.dropped_at = _machine_now(uow.session)
                continue
            row.tries += 1
            found[by_reminder[row.id]] = Letter(row.id, message, row.carrier)
        return found

    def call(self, letters: Sequence[Letter]) -> list[Handover]:
        return [
            hand_over(self.carriers, one.message, key=str(one.reminder_id), only=one.only)
            for one in letters
        ]

    def settle(
        self, uow: UnitOfWork, answered: Mapping[UUID, tuple[Letter, Handover]]
    ) -> list[UUID]:
        """Note what went out; what nobody took comes again until it is given up."""
        now = _machine_now(uow.session)
        by_reminder = {
            letter.reminder_id: (message, handover)
            for message, (letter, handover) in answered.items()
        }
        done = []
        for row in _locked(uow.session, by_reminder):
            message, handover = by_reminder[row.id]
            row.carrier = handover.carrier
            if handover.carrier is not None and not handover.unsure:
                row.sent_at = now
            elif row.tries >= TRIES:
                row.failed_at = now
            else:
                continue
            done.append(message)
        return done


def lately(session: Session, staff_id: UUID, *, limit: int) -> Sequence[Reminder]:
    """What was asked for last for an officer, the newest first."""
    rows = select(Reminder).where(Reminder.staff_id == staff_id)
    return session.scalars(rows.order_by(Reminder.asked_at.desc()).limit(limit)).all()


def forget(session: Session, *, older_than: timedelta, size: int = PIECE) -> int:
    """Delete up to `size` reminders that were asked for so long ago; how many there were."""
    now = _machine_now(session)
    return erase(session, Reminder, Reminder.asked_at < now - older_than, size=size)


def _locked(session: Session, reminders: Collection[UUID]) -> Sequence[Reminder]:
    rows = select(Reminder).where(Reminder.id.in_(reminders)).order_by(Reminder.id)
    return session.scalars(rows.with_for_update()).all()


def _machine_now(session: Session) -> datetime:
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now
