"""A pass over lines that were handed in: asked for, halted in its midst, killed and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from referendum.kernel.keys import Keyring
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Officer
from referendum.lifecycle import reviewing
from referendum.worker.app import TASKS
from signatures import examinations, tallying
from signatures.examinations import Course
from tests import killing
from tests.doors.gate import services as serving
from tests.town import Town
from tests.worker.office import Office

GOOD, BAD = 20, 5
TASK = reviewing.TASK


def asks(office: Office, measure: UUID, examiner: Officer) -> OutboxMessage:
    with office.services.begin() as uow:
        reviewing.ask(uow, measure, examiner)
    (ask,) = office.waiting(TASK)
    return ask


def course(town: Town, measure: UUID) -> Course:
    petition = town.petition(measure)
    with town.begin() as uow:
        found = examinations.latest(uow.session, petition)
    assert found is not None
    return found


def blocked(office: Office) -> list[Any]:
    """Who waits for a lock in this database."""
    return office.rows(
        "select pid from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )


@contextmanager
def halted(owner: Engine) -> Iterator[Connection]:
    """Holds a pass in the middle of deciding, until it is rolled back."""
    with owner.connect() as halting:
        halting.execute(text("lock table examined_line in share mode"))
        yield halting


def open_lines(town: Town, measure: UUID) -> int:
    with town.begin() as uow:
        return tallying.exact(uow.session, town.petition(measure)).open


def carries(keyring: Keyring, database_url: str, message: str, arguments: dict[str, str]) -> None:
    """A worker's process, for this one message."""
    TASKS[TASK](serving(keyring, database_url, mode="demo"), message_id=message, **arguments)


def kill(
    owner: Engine,
    keyring: Keyring,
    database_url: str,
    ask: OutboxMessage,
    halt: str,
) -> None:
    """A worker carries a message and is killed as it comes to a table."""
    given = keyring, database_url, str(ask.id), ask.arguments
    with killing.killed(owner, carries, *given, held=f"lock table {halt} in share mode"):
        pass
