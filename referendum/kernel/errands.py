"""Errands: whatever calls something outside. Claimed, called, settled.

A carrier, a broker, a time-stamping authority or a key store may take a minute or never answer. So
one transaction claims what is to be asked, none is open during the call, and another keeps what
came of it. A worker that is lost in between leaves a claim that ends by itself, and it comes again:
what is called must bear being asked twice with the same key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from referendum.kernel import outbox
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.uow import Begin, UnitOfWork

LEASE: Final = timedelta(seconds=60)
"""How long a claim lasts; longer than all time-outs of one call together."""

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Round(Protocol[Asked, Answer]):
    """One round of asking outside, a list at a time, over rows that are claimed in some way."""

    def claim(self, uow: UnitOfWork) -> Sequence[Asked]:
        """Take in hand, beyond this transaction, what is to be asked."""
        ...

    def call(self, asked: Sequence[Asked]) -> Sequence[Answer]:
        """Ask outside, with no transaction open: an answer for each, in the same order."""
        ...

    def settle(self, uow: UnitOfWork, answered: Sequence[tuple[Asked, Answer]]) -> None:
        """Keep what came of it, and give back what is to be asked again."""
        ...


def carry(begin: Begin, its: Round[Asked, Answer]) -> int:
    """Claim, call, settle; gives how many were asked. `claim` commits before the call."""
    with begin() as uow:
        asked = its.claim(uow)
    if not asked:
        return 0
    answers = its.call(asked)
    with begin() as uow:
        its.settle(uow, list(zip(asked, answers, strict=True)))
    return len(asked)


class Errand(Protocol[Asked, Answer]):
    """What one kind of the outbox's messages wants from outside: one is a list of one."""

    def claim(self, uow: UnitOfWork, messages: Sequence[OutboxMessage]) -> Mapping[UUID, Asked]:
        """What is to be asked, by message. A message that is left out has nothing left to do."""
        ...

    def call(self, asked: Sequence[Asked]) -> Sequence[Answer]:
        """Ask outside, with no transaction open: an answer for each, in the same order."""
        ...

    def settle(
        self, uow: UnitOfWork, answered: Mapping[UUID, tuple[Asked, Answer]]
    ) -> Collection[UUID]:
        """Keep what came of it; gives the messages that are done. The others come again."""
        ...


def run(
    begin: Begin,
    errand: Errand[Asked, Answer],
    messages: Sequence[UUID],
    *,
    lease: timedelta = LEASE,
) -> int:
    """Run the errand of these messages; any number of times, by any number of workers.

    Gives how many asked. Messages that are done, gone or in another worker's hands are left alone.
    What `settle` writes commits with the messages' end.
    """
    return carry(begin, _Messages(errand, messages, lease))


@dataclass(frozen=True, slots=True)
class _Messages(Generic[Asked, Answer]):
    """The round of an errand: its rows are messages of the outbox."""

    errand: Errand[Asked, Answer]
    messages: Sequence[UUID]
    lease: timedelta

    def claim(self, uow: UnitOfWork) -> Sequence[tuple[UUID, Asked]]:
        held = outbox.claim(uow.session, self.messages, lease=self.lease)
        asked = self.errand.claim(uow, held) if held else {}
        outbox.end(uow.session, [message.id for message in held if message.id not in asked])
        return list(asked.items())

    def call(self, asked: Sequence[tuple[UUID, Asked]]) -> Sequence[Answer]:
        return self.errand.call([one for _, one in asked])

    def settle(
        self, uow: UnitOfWork, answered: Sequence[tuple[tuple[UUID, Asked], Answer]]
    ) -> None:
        by_message = {message: (asked, answer) for (message, asked), answer in answered}
        mine = outbox.hold(uow.session, list(by_message))
        done = self.errand.settle(uow, {each: by_message[each] for each in mine})
        outbox.end(uow.session, done)
        outbox.release(uow.session, [each for each in mine if each not in done])
