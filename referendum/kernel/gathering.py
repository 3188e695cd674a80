"""Gathering: what many ask for at once is written by one statement (group commit).

One thread takes whatever waits, writes it as a list in one transaction, and answers each once
that is committed: a crowd costs one commit instead of hundreds. Alone, a list is a list of one and
waits for nothing. In a crowd the thread rests after each list, so that more come together and each
costs less.
"""

from __future__ import annotations

import threading
import time
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sqlalchemy import Engine

from referendum.kernel.wire import Own, Wire

MOST: Final = 64
"""What one statement takes: enough for a crowd, and short enough to wait for."""

RESTS: Final = 4
"""How many times as long as a list took the thread rests, at most: once for each further one."""
LONGEST_REST: Final = 0.05
"""Seconds."""
CALM: Final = 1.0
"""Seconds: whoever comes as long after the one before comes alone."""
CROWDED: Final = 0.025
"""Seconds: where they come as soon after each other there is a crowd."""
COMPANY: Final = 2
"""For so many more it pays to wait there."""
LONGEST_WAIT: Final = 0.01
"""Seconds for which a list of one keeps the next waiting, at most: nobody sees it on a page."""
LATELY: Final = 0.2
"""What the latest list weighs in how soon after each other they come."""

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Gathered(Exception):
    """The gatherer was closed before this was written: nothing was kept of it."""


@dataclass(slots=True)
class Pace:
    """How soon after each other they come, and how long it pays to rest for more of them.

    Two reasons to rest: a list of several, the longer it took and the more there were (a machine
    with more to do than it can); and a crowd, whose next are about to come anyway. A list of one
    costs hardly less than one of three.
    """

    apart: float = CALM
    """Seconds between two, as it was lately."""
    last: float = float("-inf")

    def came(self, count: int, at: float) -> None:
        """So many were taken together, at this moment of the process's clock."""
        since = min(at - self.last, CALM) / count
        self.apart += (since - self.apart) * LATELY
        self.last = at

    def rest(self, count: int, took: float) -> float:
        """Seconds to rest after a list of so many that took so long."""
        busy = min(took * min(count - 1, RESTS), LONGEST_REST)
        if self.apart > CROWDED:
            return busy
        return max(busy, min(COMPANY * self.apart, LONGEST_WAIT) - took)


class Gatherer(Generic[Item, Outcome]):
    """Writes items with `write`, which is one statement and gives an outcome for each, in order.

    Items of the same `turn` come into different lists, in the order in which they came: a
    statement sees no effect of its own. Where a list fails, each item of it is written alone, so
    that nobody suffers from another's.
    """

    def __init__(
        self,
        engine: Engine,
        write: Callable[[Wire, Sequence[Item]], Sequence[Outcome]],
        *,
        turn: Callable[[Item], Hashable],
        most: int = MOST,
    ) -> None:
        self._wire = Own(engine)
        self._write = write
        self._turn = turn
        self._most = most
        self._waiting: deque[tuple[Item, Future[Outcome]]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._closing = threading.Event()
        self._pace = Pace()

    def submit(self, item: Item) -> Future[Outcome]:
        """Have this written with whatever else waits; the future is done once it is committed.

        It is of the loop that runs here. Who no longer waits when their turn comes is left out.
        """
        future: Future[Outcome] = get_running_loop().create_future()
        with self._changed:
            if self._closed:
                future.set_exception(Gathered())
                return future
            self._waiting.append((item, future))
            if self._thread is None:
                # Not before it is needed: a process that forks first has no thread to lose.
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            self._changed.notify()
        return future

    def close(self) -> None:
        """Write what waits, and take nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        self._wire.close()

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            if not taken:
                continue
            items, began = [item for item, _ in taken], time.monotonic()
            self._pace.came(len(items), began)
            try:
                outcomes = self._written(items)
            except Exception:  # noqa: BLE001  # told to whoever it concerns, one by one
                for item, future in taken:
                    self._alone(item, future)
            else:
                _answer(zip((future for _, future in taken), outcomes, strict=True))
            rest = self._pace.rest(len(items), time.monotonic() - began)
            if rest > 0:
                self._closing.wait(rest)

    def _take(self) -> list[tuple[Item, Future[Outcome]]] | None:
        """What is written next; None once this was closed and all is written."""
        with self._changed:
            while not self._waiting:
                if self._closed:
                    return None
                self._changed.wait()
            taken: dict[Hashable, tuple[Item, Future[Outcome]]] = {}
            later = []
            while self._waiting and len(taken) < self._most:
                one = self._waiting.popleft()
                turn = self._turn(one[0])
                if one[1].cancelled():
                    continue
                if turn in taken:
                    later.append(one)
                else:
                    taken[turn] = one
            self._waiting.extendleft(reversed(later))
            return list(taken.values())

    def _written(self, items: Sequence[Item]) -> Sequence[Outcome]:
        return self._write(self._wire, items)

    def _alone(self, item: Item, future: Future[Outcome]) -> None:
        try:
            (outcome,) = self._written([item])
        except Exception as error:  # noqa: BLE001  # it is the asker's to tell
            with suppress(RuntimeError):  # as in `_answer`
                future.get_loop().call_soon_threadsafe(_refuse, future, error)
        else:
            _answer([(future, outcome)])


def _answer(told: Iterable[tuple[Future[Outcome], Outcome]]) -> None:
    """Each hears of their own, all of one loop at once: to wake it costs more than what is told."""
    loops: defaultdict[AbstractEventLoop, list[tuple[Future[Outcome], Outcome]]] = defaultdict(list)
    for one in told:
        loops[one[0].get_loop()].append(one)
    for loop, own in loops.items():
        with suppress(RuntimeError):  # It has ended, and whoever asked with it.
            loop.call_soon_threadsafe(_tell, own)


def _tell(told: Iterable[tuple[Future[Outcome], Outcome]]) -> None:
    for future, outcome in told:
        if not future.done():  # they may have gone meanwhile
            future.set_result(outcome)


def _refuse(future: Future[Outcome], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
