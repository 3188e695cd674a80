"""Carries the outbox to the queue: at least once, so that every task must bear a repeat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from celery import Celery

from referendum.bootstrap import Services
from referendum.doors import failures
from referendum.kernel import errands, outbox
from referendum.kernel.erasing import PIECE
from referendum.kernel.outbox import Waiting
from referendum.kernel.uow import UnitOfWork
from referendum.worker.queues import WORK

Publish = Callable[[Waiting], object]


def publisher(app: Celery) -> Publish:
    """Puts a message on the queue under its own id."""

    def publish(message: Waiting) -> None:
        given = {**message.arguments, "message_id": str(message.id)}
        app.send_task(message.task, kwargs=given, task_id=str(message.id), queue=WORK)

    return publish


def carry(services: Services, publish: Publish) -> None:
    """Publish all that waits, batch by batch, as long as the broker takes it."""
    relaying = Relaying(publish)
    while errands.carry(services.begin, relaying) == outbox.BATCH and not relaying.failed:
        pass


def forget(services: Services) -> None:
    """Delete what was done long ago, in pieces; what waits is never deleted."""
    gone = PIECE
    while gone == PIECE:
        with services.begin() as uow:
            gone = outbox.forget(uow.session, older_than=services.done_kept)


@dataclass(slots=True)
class Relaying:
    """The broker is outside: no transaction is open while it is spoken to."""

    publish: Publish
    failed: bool = False

    def claim(self, uow: UnitOfWork) -> Sequence[Waiting]:
        return outbox.give_out(uow.session)

    def call(self, asked: Sequence[Waiting]) -> Sequence[bool]:
        """Whether each is on the queue. After a failure no further one is tried."""
        return [not self.failed and self._published(message) for message in asked]

    def settle(self, uow: UnitOfWork, answered: Sequence[tuple[Waiting, bool]]) -> None:
        outbox.put_back(uow.session, [message.id for message, taken in answered if not taken])

    def _published(self, message: Waiting) -> bool:
        try:
            self.publish(message)
        except Exception as error:  # noqa: BLE001  # each broker fails in ways of its own
            failures.note(error)
            self.failed = True
        return not self.failed
