"""Claim, call, settle: what is asked outside is asked with no transaction open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from referendum.kernel import errands
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.uow import Begin, UnitOfWork

OPEN = """
select count(*) from pg_stat_activity
 where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
"""


@dataclass
class Letters:
    """An errand that posts letters; a number that is known already is nothing to do."""

    known: set[str] = field(default_factory=set)
    posted: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    meanwhile: Callable[[], object] = lambda: None

    def claim(self, uow: UnitOfWork, messages: Sequence[OutboxMessage]) -> dict[UUID, str]:
        del uow
        return {
            message.id: message.arguments["letter"]
            for message in messages
            if message.arguments["letter"] not in self.known
        }

    def call(self, asked: Sequence[str]) -> list[bool]:
        self.posted += asked
        self.meanwhile()
        return [letter not in self.lost for letter in asked]

    def settle(self, uow: UnitOfWork, answered: Mapping[UUID, tuple[str, bool]]) -> list[UUID]:
        for letter, _taken in answered.values():
            uow.later("letters.file", letter=letter)
        return [message for message, (_letter, taken) in answered.items() if taken]


def write(begin: Begin, *letters: str) -> list[UUID]:
    with begin() as uow:
        for letter in letters:
            uow.later("letters.post", letter=letter)
    return waiting(begin)


def waiting(begin: Begin, task: str = "letters.post") -> list[UUID]:
    undone = (
        select(OutboxMessage.id)
        .where(OutboxMessage.done_at.is_(None), OutboxMessage.task == task)
        .order_by(OutboxMessage.created_at)
    )
    with begin() as uow:
        return list(uow.session.scalars(undone))


def forget_claims(begin: Begin) -> None:
    """As when the lease of a lost worker has run out."""
    with begin() as uow:
        uow.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.claimed_until.is_not(None))
            .values(claimed_until=text("clock_timestamp()"))
        )


def test_a_list_is_asked_in_one_call_and_no_transaction_is_open(begin: Begin) -> None:
    letters, seen = Letters(), []

    def look() -> None:
        with begin() as beside:
            seen.append(beside.session.scalar(text(OPEN)))

    letters.meanwhile = look
    assert errands.run(begin, letters, write(begin, "a", "b", "c")) == 3
    assert letters.posted == ["a", "b", "c"]
    assert seen == [0]
    assert waiting(begin) == []
    assert len(waiting(begin, "letters.file")) == 3


def test_nothing_to_do_ends_the_message_without_a_call(begin: Begin) -> None:
    letters = Letters(known={"a"})
    assert errands.run(begin, letters, write(begin, "a")) == 0
    assert letters.posted == []
    assert waiting(begin) == []


def test_ops_03_what_is_done_is_not_asked_again(begin: Begin) -> None:
    letters, messages = Letters(), write(begin, "a", "b")
    errands.run(begin, letters, messages)
    errands.run(begin, letters, messages)
    assert letters.posted == ["a", "b"]


def test_what_was_not_taken_comes_again_at_once_and_the_rest_does_not(begin: Begin) -> None:
    letters, messages = Letters(lost={"b"}), write(begin, "a", "b")
    errands.run(begin, letters, messages)
    assert waiting(begin) == [messages[1]]
    errands.run(begin, letters, messages)
    assert letters.posted == ["a", "b", "b"]


def test_ops_03_a_worker_lost_in_the_call_leaves_it_to_the_next_after_its_lease(
    begin: Begin,
) -> None:
    def dies() -> None:
        raise RuntimeError

    messages = write(begin, "a")
    with pytest.raises(RuntimeError):
        errands.run(begin, Letters(meanwhile=dies), messages)
    next_one = Letters()
    errands.run(begin, next_one, messages)
    assert next_one.posted == []
    forget_claims(begin)
    errands.run(begin, next_one, messages)
    assert next_one.posted == ["a"]
    assert waiting(begin) == []


def test_two_workers_with_overlapping_lists_ask_for_each_message_once(begin: Begin) -> None:
    messages = write(begin, "a", "b", "c")
    other = Letters()
    one = Letters(meanwhile=lambda: errands.run(begin, other, messages))
    errands.run(begin, one, messages[:2])
    assert (one.posted, other.posted) == (["a", "b"], ["c"])


def test_who_comes_back_after_another_has_finished_settles_nothing(begin: Begin) -> None:
    messages = write(begin, "a")

    def overtaken() -> None:
        forget_claims(begin)
        errands.run(begin, Letters(), messages, lease=timedelta(seconds=60))

    errands.run(begin, Letters(meanwhile=overtaken), messages)
    assert len(waiting(begin, "letters.file")) == 1
