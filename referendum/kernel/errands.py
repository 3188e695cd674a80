"""Errands: messages of the outbox that call something outside. Claimed, called, settled.

A carrier, a time-stamping authority or a key store may take a minute or never answer. So one
transaction claims the messages, none is open during the call, and another keeps what came of it.
A worker that is lost in between leaves a claim that ends by itself, and the message comes again:
what is called must bear being asked twice with the same key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final, Protocol, TypeVar
from uuid import UUID

from referendum.kernel import outbox
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.uow import Begin, UnitOfWork

LEASE: Final = timedelta(seconds=60)
"""How long a claim lasts; longer than all time-outs of one call together."""

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Errand(Protocol[Asked, Answer]):
    """What one kind of message wants from outside, a list at a time: one is a list of one."""

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
    """Claim, call, settle; any number of times, by any number of workers. Gives how many asked.

    Messages that are done, gone or in another worker's hands are left alone. What `claim` wrote
    is committed before the call; what `settle` writes commits with the messages' end.
    """
    with begin() as uow:
        held = outbox.claim(uow.session, messages, lease=lease)
        asked = errand.claim(uow, held) if held else {}
        outbox.end(uow.session, [message.id for message in held if message.id not in asked])
    if not asked:
        return 0
    answers = dict(zip(asked, errand.call(list(asked.values())), strict=True))
    with begin() as uow:
        mine = outbox.hold(uow.session, list(asked))
        done = errand.settle(uow, {each: (asked[each], answers[each]) for each in mine})
        outbox.end(uow.session, done)
        outbox.release(uow.session, [each for each in mine if each not in done])
    return len(asked)
