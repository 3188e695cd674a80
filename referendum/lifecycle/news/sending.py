"""Sending letters to those who follow, up to a hundred at a time (`kernel.errands`).

A letter is its own row of the outbox: whatever becomes of a worker, it waits until it is settled,
and goes under the same key. Its address is opened when it goes out, and nowhere kept in the clear.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from referendum.identity.timing import machine_now
from referendum.kernel import errands
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.lifecycle.news import following
from referendum.lifecycle.news.following import Channel
from referendum.lifecycle.news.tables import Following, FollowLetter
from referendum.notices.carriers import Message
from referendum.notices.sending import Handover

BATCH: Final = 100
TRIES: Final = 8
LEASE: Final = timedelta(minutes=4)
"""Longer than all carriers' time-outs for a batch together."""
AGAIN: Final = timedelta(minutes=1)
"""How long until it is tried again, the more so the more often it was."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter on its way. Never logged, never stored."""

    letter: UUID
    channel: Channel
    message: Message = field(repr=False)
    only: str | None


Compose = Callable[[UnitOfWork, FollowLetter, Following, str], Message | None]
"""What a letter says now, to this address; None where there is nothing to say any more."""
Deliver = Callable[[Sequence[Outgoing]], Sequence[Handover]]
"""Gives one outcome a letter, in order."""


def send_due(
    begin: Begin, vault: Vault, compose: Compose, deliver: Deliver, *, most: int = BATCH
) -> int:
    """Send what is due and in nobody's hands; gives how many were looked at."""
    sending = _Sending(vault, compose, deliver, most)
    errands.carry(begin, sending)
    return sending.looked_at


@dataclass(slots=True)
class _Sending:
    """The round of letters."""

    vault: Vault
    compose: Compose
    deliver: Deliver
    most: int
    looked_at: int = 0

    def claim(self, uow: UnitOfWork) -> Sequence[Outgoing]:
        session, now = uow.session, machine_now(uow.session)
        free = or_(FollowLetter.claimed_until.is_(None), FollowLetter.claimed_until <= now)
        due = select(FollowLetter).where(FollowLetter.due_at <= now, free)
        due = due.order_by(FollowLetter.due_at, FollowLetter.id).limit(self.most)
        letters = session.scalars(due.with_for_update(skip_locked=True)).all()
        self.looked_at = len(letters)
        found = []
        for letter in letters:
            row = session.get_one(Following, letter.following_id)
            to = following.address_of(session, self.vault, row)
            message = self.compose(uow, letter, row, to)
            if message is None:
                _end(session, self.vault, letter)
                continue
            letter.tries += 1
            letter.claimed_until = now + LEASE
            found.append(Outgoing(letter.id, Channel(row.channel), message, letter.carrier))
        return found

    def call(self, asked: Sequence[Outgoing]) -> Sequence[Handover]:
        return self.deliver(asked)

    def settle(self, uow: UnitOfWork, answered: Sequence[tuple[Outgoing, Handover]]) -> None:
        """What went out, or never will, is over; what nobody took, or may have, comes again."""
        session, now = uow.session, machine_now(uow.session)
        outcomes = {asked.letter: handover for asked, handover in answered}
        held = select(FollowLetter).where(FollowLetter.id.in_(outcomes)).order_by(FollowLetter.id)
        for letter in session.scalars(held.with_for_update()).all():
            handover = outcomes[letter.id]
            taken = handover.carrier is not None and not handover.unsure
            if taken or letter.tries >= TRIES:
                _end(session, self.vault, letter)
                continue
            letter.carrier, letter.claimed_until = handover.carrier, None
            letter.due_at = now + AGAIN * letter.tries


def _end(session: Session, vault: Vault, letter: FollowLetter) -> None:
    """The letter goes; who wanted to hear of the end alone goes with the last of it."""
    row = session.get_one(Following, letter.following_id, with_for_update=True)
    session.execute(delete(FollowLetter).where(FollowLetter.id == letter.id))
    session.expunge(letter)
    if row.only_end and letter.final:
        following.forget(session, vault, row)
