"""A second process that works out batches of a register's file beside the first.

Python computes on one core at a time; a city's file is a minute's computing. The helper is told the
terms, with their keys, and the batches through a pipe and answers through another: it touches no
disk and no database, and ends when the pipe does, however its parent ended.
"""

from __future__ import annotations

import gc
import os
import pickle  # between two processes of this program, through pipes that nobody else holds
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO, Final

from referendum.roll.working_out import Batch, Terms, WorkedOut

HELD: Final = 2
"""Batches that the helper has before it at most: with so many to do it is not idle, and the parent
works one out itself."""
TURN: Final = 0.0001
"""Seconds that the parent's computing goes on while its other thread wants to."""
AHEAD: Final = 2
"""Batches that are read before the first of them is written."""


def worked_out(
    terms: Terms, batches: Iterable[Batch], *, helped: bool
) -> Iterator[tuple[Batch, WorkedOut]]:
    """Each batch with what it becomes, in their order; `helped` by a second process."""
    if not helped:
        for batch in batches:
            yield batch, terms.work_out(batch)
        return
    with _taking_turns(), _helper(terms) as process, ThreadPoolExecutor(1) as asking:
        begun: deque[tuple[Batch, Future[WorkedOut] | WorkedOut]] = deque()
        for batch in batches:
            theirs = sum(isinstance(work, Future) and not work.done() for _, work in begun) < HELD
            work = asking.submit(_ask, process, batch) if theirs else terms.work_out(batch)
            begun.append((batch, work))
            if len(begun) > AHEAD:
                yield _done(*begun.popleft())
        while begun:
            yield _done(*begun.popleft())


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Let whoever asks the helper not wait long for the interpreter.

    It needs it for a moment at a time, and the helper would have nothing to do meanwhile.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _done(batch: Batch, work: Future[WorkedOut] | WorkedOut) -> tuple[Batch, WorkedOut]:
    return batch, work.result() if isinstance(work, Future) else work


def _helper(terms: Terms) -> subprocess.Popen[bytes]:
    found = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": found},
    )
    assert process.stdin is not None
    _say(process.stdin, terms)
    return process


def _ask(process: subprocess.Popen[bytes], batch: Batch) -> WorkedOut:
    """EOFError or BrokenPipeError where the helper is no more."""
    assert process.stdin is not None
    assert process.stdout is not None
    _say(process.stdin, batch)
    answer: WorkedOut = pickle.load(process.stdout)  # noqa: S301  # our own process
    return answer


def _say(pipe: IO[bytes], what: Terms | Batch | WorkedOut) -> None:
    pickle.dump(what, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _help(heard: IO[bytes], said: IO[bytes]) -> None:
    """Answer batch by batch until nobody asks any more."""
    gc.disable()  # Nothing here goes in circles; looking for some costs.
    terms: Terms = pickle.load(heard)  # noqa: S301  # our own process
    while True:
        try:
            batch: Batch = pickle.load(heard)  # noqa: S301  # our own process
        except EOFError:
            return
        _say(said, terms.work_out(batch))


if __name__ == "__main__":
    _help(sys.stdin.buffer, sys.stdout.buffer)
