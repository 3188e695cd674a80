"""One unit of work: one transaction, its record entries and its outgoing messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from referendum.kernel import clock, record
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Actor, Officer


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """Handed to every function that changes something. Only `begin` below commits."""

    session: Session

    def now(self) -> datetime:
        """The clock, read at this call: take the lock first, then ask."""
        return clock.read(self.session)

    def record(
        self,
        act: str,
        *,
        by: Actor,
        measure: UUID | None = None,
        facts: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> UUID:
        """Append one entry (`noun.past`) to the record, in this transaction; gives its id.

        `at` dates an effect by its deadline; without it the entry is dated now. Where a second
        officer confirmed what is done, the entry names both.
        """
        return record.append(
            self.session,
            act,
            by=by.mark,
            measure=measure,
            facts=told_by(facts or {}, by),
            at=at or self.now(),
        )

    def record_each(
        self,
        acts: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        by: Actor,
        measure: UUID | None = None,
    ) -> list[UUID]:
        """An entry for each act with its facts, all of this moment: what was done to many."""
        told = [(act, told_by(facts, by)) for act, facts in acts]
        return record.append_all(self.session, told, by=by.mark, measure=measure, at=self.now())

    def later(self, task: str, **arguments: str) -> None:
        """Ask for a background task once this transaction has committed. Ids only, no secrets."""
        self.session.add(OutboxMessage(task=task, arguments=arguments))


def told_by(facts: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    """The facts of an entry, with whoever confirmed them, and in whose stead it was done.

    For those who write an entry by themselves; `UnitOfWork.record` adds it to its own.
    """
    if not isinstance(by, Officer):
        return facts
    others = {"confirmed_by": by.seconded_by, "deputising_for": by.deputising_for}
    return {**facts, **{name: mark for name, mark in others.items() if mark is not None}}


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


def beginner(sessions: sessionmaker[Session]) -> Begin:
    """The one way to open a transaction: `with begin() as uow`."""

    @contextmanager
    def begin() -> Iterator[UnitOfWork]:
        with sessions.begin() as session:
            yield UnitOfWork(session)

    return begin


def looker(engine: Engine) -> Begin:
    """The one way to read what is only shown: `with look() as uow`.

    All of it is of one moment, whoever writes meanwhile, and nothing can be written in it.
    """
    still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return beginner(sessionmaker(still, expire_on_commit=False))


@contextmanager
def alone(begin: Begin) -> Iterator[Begin]:
    """The same on one connection of its own, for work that goes on over many transactions.

    Temporary tables and locks of the session last from one to the next, and end with it.
    """
    with begin() as uow:
        engine = uow.session.get_bind().engine
    with engine.connect() as connection:
        try:
            yield beginner(sessionmaker(connection, expire_on_commit=False))
        finally:
            connection.invalidate()
