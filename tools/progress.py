"""Lines that tell how far a set-up has come."""

import sys
import time


class Progress:
    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._step = 0
        self._began = time.monotonic()

    def step(self, what: str) -> None:
        self._step += 1
        self._line(f"[{self._step}/{self._steps}]", what)

    def note(self, what: str) -> None:
        self._line(" " * len(f"[{self._step}/{self._steps}]"), what)

    def _line(self, margin: str, what: str) -> None:
        print(f"{margin} {time.monotonic() - self._began:6.1f} s  {what}")
        sys.stdout.flush()
