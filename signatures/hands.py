"""Pieces of one piece of work, done side by side: each hand has a connection of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import Final, TypeVar

from referendum.kernel.uow import Begin, alone

HANDS: Final = 2
"""What one database does at once for one pass, and leaves room for everybody else."""

Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True)
class Hands:
    """Some connections, on each of which one piece at a time is done."""

    begins: Sequence[Begin]

    def each(self, work: Callable[[Begin], object]) -> None:
        """Do something once on every connection."""
        with ThreadPoolExecutor(len(self.begins)) as pool:
            list(pool.map(work, self.begins))

    def side_by_side(
        self, work: Callable[[Begin, Piece], object], pieces: Iterable[Piece]
    ) -> Iterator[Piece]:
        """Gives the pieces, in their order, as they and all before them are done."""
        free: SimpleQueue[Begin] = SimpleQueue()
        for begin in self.begins:
            free.put(begin)

        def take(piece: Piece) -> Piece:
            begin = free.get()
            try:
                work(begin, piece)
            finally:
                free.put(begin)
            return piece

        rest = iter(pieces)
        with ThreadPoolExecutor(len(self.begins)) as pool:
            # No piece is begun before the one that many places ahead was told of: who breaks off
            # here breaks off there.
            begun = deque(pool.submit(take, one) for one in islice(rest, len(self.begins)))
            while begun:
                yield begun.popleft().result()
                begun.extend(pool.submit(take, one) for one in islice(rest, 1))


@contextmanager
def some(begin: Begin, count: int) -> Iterator[Hands]:
    """So many hands, as long as the block runs."""
    with ExitStack() as leaving:
        yield Hands([leaving.enter_context(alone(begin)) for _ in range(count)])
