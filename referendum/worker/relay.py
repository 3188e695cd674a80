"""Carries the outbox to the queue: at least once, so that every task must bear a repeat."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from celery import Celery

from referendum.bootstrap import Services
from referendum.kernel import outbox
from referendum.kernel.outbox import Publish
from referendum.worker.queues import WORK


def publisher(app: Celery) -> Publish:
    """Puts a message on the queue under its own id."""

    def publish(task: str, arguments: Mapping[str, str], message_id: UUID) -> None:
        given = {**arguments, "message_id": str(message_id)}
        app.send_task(task, kwargs=given, task_id=str(message_id), queue=WORK)

    return publish


def carry(services: Services, publish: Publish) -> None:
    """Publish all that waits, batch by batch."""
    carried = outbox.BATCH
    while carried == outbox.BATCH:
        with services.begin() as uow:
            carried = outbox.relay(uow.session, publish)
