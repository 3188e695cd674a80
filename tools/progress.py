"""Lines that tell how far a set-up has come, and about how long it will still take."""

import sys
import time
from collections.abc import Callable, Sequence


class Progress:
    """`seconds`: what each step takes on a quiet machine of two cores, in order.

    They weigh the steps against each other; how fast this machine is, its own first steps tell.
    """

    def __init__(
        self, seconds: Sequence[float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = tuple(seconds)
        self._step = 0
        self._clock = clock
        self._began = clock()

    def step(self, what: str) -> None:
        self._step += 1
        self._line(f"[{self._step}/{len(self._seconds)}]", what + self._left())

    def note(self, what: str) -> None:
        self._line(" " * len(f"[{self._step}/{len(self._seconds)}]"), what)

    def _left(self) -> str:
        """Nothing before the first step has been done: there is nothing to tell it from."""
        done = sum(self._seconds[: self._step - 1])
        if not done:
            return ""
        left = (self._clock() - self._began) / done * (sum(self._seconds) - done)
        return f" (about {max(5, round(left / 5) * 5)} s left)"

    def _line(self, margin: str, what: str) -> None:
        print(f"{margin} {self._clock() - self._began:6.1f} s  {what}")
        sys.stdout.flush()
