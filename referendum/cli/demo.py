"""`referendum demo`: a city service with invented people, on this machine, as one command."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from referendum.cli import postgres, seeding, serving
from referendum.i18n.words import Language, Words
from referendum.kernel.errors import DomainError, Refusal

FILLING: Final = {
    "database": 2.0,
    "city": 0.2,
    "residents": 3.3,
    "officers": 1.0,
    "totals": 1.5,
    "referendum": 4.9,
    "answers": 1.5,
    "recall": 0.6,
    "initiative": 3.8,
    "advisory": 0.2,
    "vote": 1.2,
}
STARTING: Final = {"starting": 5.0}
"""Seconds of each step on a quiet machine: they weigh the steps, this machine sets the pace."""


@dataclass(slots=True)
class Telling:
    """Tells each step as it begins, with the time that is left as the steps before foretell it."""

    words: Words
    steps: Mapping[str, float]
    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def __call__(self, step: str) -> None:
        """Print one line; a step that is not among `steps` is a KeyError."""
        passed = self.clock() - self.began
        what = self.words(f"demo_command.{step}")
        line = self.words("demo_command.step", seconds=round(passed), what=what)
        if left := self.left(step, passed):
            line += " " + self.words("demo_command.left", seconds=left)
        print(line, flush=True)

    def pass_over(self, steps: Mapping[str, float]) -> None:
        """What is there already foretells nothing."""
        self.steps = {name: took for name, took in self.steps.items() if name not in steps}

    def left(self, step: str, passed: float) -> int | None:
        """Seconds to go when `step` begins, to the next five; None before anything was done."""
        names = list(self.steps)
        done = sum(self.steps[name] for name in names[: names.index(step)])
        if not done:
            return None
        return max(1, round(passed / done * (sum(self.steps.values()) - done) / 5)) * 5


class DemoHalfMade(DomainError):
    """The filling of a database that is not ours to delete was broken off."""

    code: ClassVar[str] = "demo-half-made"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


def run(port: int, folder: Path | None, *, fill: bool, language: Language) -> None:
    """Set up what is missing, start everything, print where to look, and run until Ctrl-C.

    `fill`: only make the city, and start nothing. A city whose making was broken off is made anew;
    raises DemoHalfMade where it stands in a database that `DATABASE_URL` names.
    """
    words = Words.load(language)
    home = folder or postgres.default_folder() / "demo"
    tell = Telling(words, FILLING if fill else FILLING | STARTING)
    tell("database")
    if not _open(port, home, fill=fill, tell=tell):
        shutil.rmtree(home)
        _open(port, home, fill=fill, tell=tell)


def _open(port: int, home: Path, *, fill: bool, tell: Telling) -> bool:
    """False, and nothing done, where a half-made city stands in the way."""
    with serving.installed(folder=home, mode="demo", port=port) as installation:
        match seeding.filled(installation.services):
            case seeding.Filled.NOT:
                seeding.Seeding(installation.services, tell).run()
            case seeding.Filled.HALF:
                if os.environ.get("DATABASE_URL"):
                    raise DemoHalfMade
                return False
            case seeding.Filled.WHOLE:
                tell.pass_over(FILLING)
        if not fill:
            tell("starting")
            serving.run_all(
                installation,
                log=home / "demo.log",
                announce=lambda address: print(
                    tell.words("demo_command.ready", address=address, folder=str(home)), flush=True
                ),
            )
    return True
