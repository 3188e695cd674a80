"""Work in a process of its own that is killed at one place of it, which is no matter of time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from referendum.kernel.uow import Begin, beginner
from tests.patience import patient, until

PROCESSES: Final = multiprocessing.get_context("forkserver")
"""Each is a copy of one that holds no key, no connection and no thread."""
PROCESSES.set_forkserver_preload(["pytest", "tests.town", "tests.worker.office"])
WAITING = text(
    "select pid from pg_stat_activity"
    " where datname = current_database() and wait_event_type = 'Lock'"
)


def own(url: str) -> Begin:
    """How such a process opens its transactions."""
    return beginner(sessionmaker(patient(url), expire_on_commit=False))


@contextmanager
def killed(
    owner: Engine, work: Callable[..., None], *given: Any, held: str, **at: Any
) -> Iterator[None]:
    """The work, killed as it waits for the row that `held` writes and never commits."""
    process = PROCESSES.Process(target=work, args=given)
    with owner.connect() as holding, owner.connect() as looking:
        looking.execution_options(isolation_level="AUTOCOMMIT")
        holding.execute(text(held), at)
        process.start()
        until(lambda: bool(looking.execute(WAITING).all()))
        process.kill()
        process.join()
        assert process.exitcode == -9
        # The server notices that nobody is there any more when it has something to say to them.
        for (pid,) in looking.execute(WAITING).all():
            looking.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        until(lambda: not looking.execute(WAITING).all())
        yield
        holding.rollback()
