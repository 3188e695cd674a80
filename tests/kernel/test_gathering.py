"""Many ask at once, one statement writes, and each hears of their own."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Callable, Iterator, Sequence
from threading import Event

import pytest
from sqlalchemy import Engine

from referendum.kernel.db import connect
from referendum.kernel.gathering import CALM, CROWDED, LONGEST_WAIT, Gathered, Gatherer, Pace
from referendum.kernel.wire import Wire
from tests.coroutines import finished

Write = Callable[[Wire, Sequence[str]], Sequence[str]]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = connect(database_url, pool=2)
    yield made
    made.dispose()


def gatherer(engine: Engine, write: Write) -> Gatherer[str, str]:
    return Gatherer(engine, write, turn=lambda one: one[0], most=4)


class Writer:
    """Writes when it is let go, and keeps what came to it; an x is wrong with it."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()
        self.lists: list[list[str]] = []

    def __call__(self, _: Wire, items: Sequence[str]) -> list[str]:
        self.lists.append(list(items))
        self.begun.set()
        self.go.wait()
        if "x" in items:
            raise ValueError("x")
        return [item.upper() for item in items]


def test_what_comes_while_one_is_written_is_written_together(engine: Engine) -> None:
    write = Writer()
    port = gatherer(engine, write)

    async def ask() -> list[str]:
        first = port.submit("a")
        write.begun.wait()
        rest = [port.submit(one) for one in ("b", "b2", "c", "d", "e", "f")]
        write.go.set()
        return await gather(first, *rest)

    assert finished(ask()) == ["A", "B", "B2", "C", "D", "E", "F"]
    assert write.lists == [["a"], ["b", "c", "d", "e"], ["b2", "f"]]
    port.close()


def test_nobody_suffers_from_what_is_wrong_with_anothers(engine: Engine) -> None:
    write = Writer()
    port = gatherer(engine, write)

    async def ask() -> None:
        first = port.submit("a")
        write.begun.wait()
        good, bad, also = (port.submit(one) for one in ("b", "x", "c"))
        write.go.set()
        assert list(await gather(first, good, also)) == ["A", "B", "C"]
        with pytest.raises(ValueError, match="x"):
            await bad

    finished(ask())
    port.close()


def test_who_has_gone_is_left_out_and_the_rest_go_on(engine: Engine) -> None:
    write = Writer()
    port = gatherer(engine, write)

    async def ask() -> None:
        first = port.submit("a")
        write.begun.wait()
        port.submit("b").cancel()
        write.go.set()
        await first
        first, second = port.submit("c"), port.submit("d")
        assert list(await gather(first, second)) == ["C", "D"]

    finished(ask())
    assert [one for each in write.lists for one in each] == ["a", "c", "d"]
    port.close()


def test_a_loop_that_ends_before_it_is_told_takes_nobody_else_with_it(engine: Engine) -> None:
    write = Writer()
    port = gatherer(engine, write)

    async def leave() -> None:
        port.submit("a")
        write.begun.wait()

    async def ask(item: str) -> str:
        return await port.submit(item)

    finished(leave())
    write.go.set()
    assert finished(ask("b")) == "B"
    port.close()


def test_what_waits_at_the_end_is_written_and_nothing_is_taken_after_it(engine: Engine) -> None:
    port = gatherer(engine, lambda _, items: list(items))

    async def ask() -> None:
        waiting = [port.submit(one) for one in "abcdef"]
        port.close()
        assert await gather(*waiting) == list("abcdef")
        with pytest.raises(Gathered):
            await port.submit("g")

    finished(ask())


def paced(apart: float, lists: int, *, took: float = 0.001) -> tuple[Pace, float]:
    """A pace after so many lists of one, so far apart, and the rest after the last."""
    pace = Pace()
    for turn in range(lists):
        pace.came(1, turn * apart)
    return pace, pace.rest(1, took)


@pytest.mark.parametrize("apart", [CALM, 10 * CALM, 2 * CROWDED])
def test_who_comes_alone_keeps_nobody_waiting(apart: float) -> None:
    assert paced(apart, 1_000)[1] == 0


def test_in_a_crowd_the_next_is_waited_for_and_never_for_long() -> None:
    rests = [paced(1 / a_second, 200)[1] for a_second in (50, 100, 500, 5_000)]
    assert rests == sorted(rests, reverse=True)
    assert all(0 <= rest < LONGEST_WAIT for rest in rests)
    assert rests[0] > rests[-1]


def test_a_list_that_took_as_long_has_waited_already() -> None:
    assert paced(0.01, 200, took=LONGEST_WAIT)[1] <= 0


def test_when_the_crowd_is_gone_the_first_to_come_is_alone_again() -> None:
    pace, rest = paced(0.005, 200)
    assert rest > 0
    pace.came(1, 200 * 0.005 + CALM)
    assert pace.rest(1, 0.001) == 0


def test_after_a_list_of_several_the_rest_is_longer_the_more_there_were() -> None:
    pace = Pace()
    rests = [pace.rest(count, 0.002) for count in (1, 2, 3, 5, 64)]
    assert rests == [0, 0.002, 0.004, 0.008, 0.008]
