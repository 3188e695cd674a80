"""Gathering: what many ask for at once is written by one statement (group commit).

One thread takes whatever waits, writes it as a list in one transaction, and answers each once
that is committed: a crowd costs one commit instead of hundreds. Alone, a list is a list of one and
waits for nothing. After a list of several the thread rests, the longer the longer it has worked and
the more there were: the busier the machine is, the more come together, and the less each costs.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import Final, Generic, TypeVar

from sqlalchemy import Engine

from referendum.kernel.wire import Own, Wire

MOST: Final = 64
"""What one statement takes: enough for a crowd, and short enough to wait for."""

RESTS: Final = 4
"""How many times as long as a list took the thread rests, at most: once for each further one."""
LONGEST_REST: Final = 0.05
"""Seconds."""

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Gathered(Exception):
    """The gatherer was closed before this was written: nothing was kept of it."""


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

    def submit(self, item: Item) -> Future[Outcome]:
        """Have this written with whatever else waits; the future is done once it is committed."""
        future: Future[Outcome] = Future()
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
        while taken := self._take():
            items, began = [item for item, _ in taken], time.monotonic()
            try:
                outcomes = self._written(items)
            except Exception:  # noqa: BLE001  # told to whoever it concerns, one by one
                for item, future in taken:
                    self._alone(item, future)
            else:
                for (_, future), outcome in zip(taken, outcomes, strict=True):
                    future.set_result(outcome)
            if len(items) > 1:
                rest = (time.monotonic() - began) * min(len(items) - 1, RESTS)
                self._closing.wait(min(rest, LONGEST_REST))

    def _take(self) -> list[tuple[Item, Future[Outcome]]]:
        """What is written next; nothing once this was closed and all is written."""
        with self._changed:
            while not self._waiting:
                if self._closed:
                    return []
                self._changed.wait()
            taken: dict[Hashable, tuple[Item, Future[Outcome]]] = {}
            later = []
            while self._waiting and len(taken) < self._most:
                one = self._waiting.popleft()
                turn = self._turn(one[0])
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
            future.set_exception(error)
        else:
            future.set_result(outcome)
