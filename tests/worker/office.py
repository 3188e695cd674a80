"""A worker without a queue: carries out what waits in the outbox, as often as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from referendum.bootstrap import Services
from referendum.kernel.intake import Intakes
from referendum.kernel.outbox import OutboxMessage
from referendum.worker import codes
from referendum.worker.app import TASKS


@dataclass(frozen=True)
class Office:
    services: Services

    def waiting(self, task: str | None = None) -> list[OutboxMessage]:
        with self.services.begin() as uow:
            undone = select(OutboxMessage).where(OutboxMessage.done_at.is_(None))
            if task is not None:
                undone = undone.where(OutboxMessage.task == task)
            return list(uow.session.scalars(undone.order_by(OutboxMessage.created_at)))

    def carries(self, message: OutboxMessage, *, times: int = 1) -> None:
        for _ in range(times):
            TASKS[message.task](self.services, message_id=str(message.id), **message.arguments)

    def empties(self, *, times: int = 2) -> int:
        """Carry out all that waits, and what that asks for in turn; gives how many there were."""
        carried = 0
        while messages := self.waiting():
            for message in messages:
                self.carries(message, times=times)
                carried += 1
        return carried

    def sends_codes(self, *, times: int = 2) -> None:
        """Send what is due, as the pulse does."""
        for _ in range(times):
            codes.send(self.services)

    def asks(self, task: str, **arguments: str) -> OutboxMessage:
        with self.services.begin() as uow:
            uow.later(task, **arguments)
        return self.waiting(task)[-1]

    def ages(self, files: Intakes[Any], intake: UUID, by: timedelta) -> None:
        """Nothing was done with a file for so long."""
        theirs = update(files.table).where(files.table.id == intake)
        with self.services.begin() as uow:
            uow.session.execute(theirs.values(touched_at=func.clock_timestamp() - by))

    def stage_of(self, files: Intakes[Any], intake: UUID) -> str:
        with self.services.begin() as uow:
            return str(files.get(uow.session, intake).stage)

    def count(self, table: Any, *where: Any) -> int:
        with self.services.begin() as uow:
            return uow.session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def rows(self, statement: str, **given: Any) -> list[Any]:
        with self.services.begin() as uow:
            return [tuple(row) for row in uow.session.execute(text(statement), given)]
