"""Many ask at once, one statement writes, and each hears of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Event

import pytest
from sqlalchemy import Engine

from referendum.kernel.db import connect
from referendum.kernel.gathering import Gathered, Gatherer
from referendum.kernel.wire import Wire

Write = Callable[[Wire, Sequence[str]], Sequence[str]]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = connect(database_url, pool=2)
    yield made
    made.dispose()


def gatherer(engine: Engine, write: Write) -> Gatherer[str, str]:
    return Gatherer(engine, write, turn=lambda one: one[0], most=4)


def test_what_comes_while_one_is_written_is_written_together(engine: Engine) -> None:
    begun, go, lists = Event(), Event(), []

    def write(_: Wire, items: Sequence[str]) -> list[str]:
        lists.append(list(items))
        begun.set()
        go.wait()
        return [item.upper() for item in items]

    port = gatherer(engine, write)
    first = port.submit("a")
    begun.wait()
    rest = [port.submit(one) for one in ("b", "b2", "c", "d", "e", "f")]
    go.set()
    assert [one.result() for one in (first, *rest)] == ["A", "B", "B2", "C", "D", "E", "F"]
    assert lists == [["a"], ["b", "c", "d", "e"], ["b2", "f"]]
    port.close()


def test_nobody_suffers_from_what_is_wrong_with_anothers(engine: Engine) -> None:
    begun, go = Event(), Event()

    def write(_: Wire, items: Sequence[str]) -> list[str]:
        begun.set()
        go.wait()
        if "x" in items:
            raise ValueError("x")
        return list(items)

    port = gatherer(engine, write)
    port.submit("a")
    begun.wait()
    good, bad, also = (port.submit(one) for one in ("b", "x", "c"))
    go.set()
    assert (good.result(), also.result()) == ("b", "c")
    with pytest.raises(ValueError, match="x"):
        bad.result()
    port.close()


def test_what_waits_at_the_end_is_written_and_nothing_is_taken_after_it(engine: Engine) -> None:
    port = gatherer(engine, lambda _, items: list(items))
    waiting = [port.submit(one) for one in "abcdef"]
    port.close()
    assert [one.result() for one in waiting] == list("abcdef")
    with pytest.raises(Gathered):
        port.submit("g").result()
