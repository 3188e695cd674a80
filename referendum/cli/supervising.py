"""Keeps child processes running: starts them again when they die, ends them all at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from referendum.cli.postmaster import dies_with_us

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 15.0
SETTLED: Final = 30.0
"""A child that ran for so many seconds is started again at once; before, after longer pauses."""

GRACE: Final = 20.0
"""Seconds that a child has to finish what it does."""


Tell = Callable[[str, int], None]
"""Hears which part ended, and with what status, before it is started again."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the service, and how it is started."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    pass_fds: Sequence[int] = ()
    log: Path | None = None
    """Where it writes; without one, where we write."""


@dataclass(slots=True)
class _Child:
    part: Part
    process: subprocess.Popen[bytes]
    started: float
    pause: float = FIRST_PAUSE
    restart_at: float | None = None


class Supervisor:
    """Used as a block: what it started is gone when the block is left.

    To be used from one thread that lives as long: a child ends with the thread that started it.
    """

    def __init__(self, tell: Tell = lambda _part, _status: None) -> None:
        self._children: dict[str, _Child] = {}
        self._tell = tell

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_given: object) -> None:
        self.stop()

    def start(self, part: Part) -> None:
        self._children[part.name] = _Child(part, _started(part), time.monotonic())

    def pids(self) -> dict[str, int]:
        """The children that run now, by name."""
        return {
            name: child.process.pid
            for name, child in self._children.items()
            if child.process.poll() is None
        }

    def look(self) -> None:
        """Bury who has died, and start again whose pause is over. Call it often."""
        now = time.monotonic()
        for child in self._children.values():
            if child.process.poll() is None:
                continue
            if child.restart_at is None:
                self._mourn(child, now)
            elif now >= child.restart_at:
                child.process, child.started = _started(child.part), now
                child.restart_at = None

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Look after the children until a signal, or the condition, ends it."""
        while not until():
            self.look()
            time.sleep(0.1)

    def stop(self) -> None:
        """Ask every child to end, and kill what has not by the end of its grace."""
        children = list(self._children.values())
        self._children.clear()
        for child in children:
            with suppress(ProcessLookupError):
                child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            _kill_family(child.process)

    def _mourn(self, child: _Child, now: float) -> None:
        _kill_family(child.process)
        lived = now - child.started
        child.pause = FIRST_PAUSE if lived > SETTLED else min(child.pause * 2, LONGEST_PAUSE)
        child.restart_at = now + child.pause
        self._tell(child.part.name, child.process.returncode)


def _started(part: Part) -> subprocess.Popen[bytes]:
    sys.stdout.flush()
    with nullcontext() if part.log is None else part.log.open("ab") as log:
        return subprocess.Popen(
            list(part.command),
            env=dict(part.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=tuple(part.pass_fds),
            # A Ctrl-C on the terminal is ours to hear; we then end the children one by one.
            start_new_session=True,
            preexec_fn=dies_with_us(),  # noqa: PLW1509  # two system calls, loaded before
        )


def _kill_family(process: subprocess.Popen[bytes]) -> None:
    """Whatever is left of a child's session, its own children included."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
