"""Ties a process to the one that started it, so that none outlives its worker."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

DEATH_SIGNAL_OPTION: Final = 1
"""PR_SET_PDEATHSIG, prctl(2)."""


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends, kill -9 included. Linux only."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(DEATH_SIGNAL_OPTION, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
