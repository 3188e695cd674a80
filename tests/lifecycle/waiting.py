"""Two transactions at once: how a test knows that the other one waits."""

from __future__ import annotations

from threading import Thread

from sqlalchemy import text

from tests.town import Town


def until_it_waits(town: Town, thread: Thread) -> None:
    """Until the other transaction stands at a lock, or has gone past it."""
    waiting = text("select count(*) from pg_locks where not granted")
    while thread.is_alive():
        with town.begin() as uow:
            if uow.session.scalar(waiting):
                return
