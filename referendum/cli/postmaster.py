"""The server's first process as the system sees it: who it is, whether it lives, when it ends."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_DEATH_SIGNAL_OPTION = 1  # PR_SET_PDEATHSIG, prctl(2)
_HAS_PROC = Path("/proc/self").exists()


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a running server writes about itself into `postmaster.pid`."""

    pid: int
    socket_folder: Path
    ready: bool

    @classmethod
    def of(cls, data: Path) -> "Postmaster | None":
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        if len(lines) < 5 or not lines[0].strip("-").isdigit():  # noqa: PLR2004  # line 5: socket
            return None
        return cls(
            pid=int(lines[0]),
            socket_folder=Path(lines[4]),
            ready=len(lines) > 7 and lines[7].strip() == "ready",  # noqa: PLR2004  # line 8: state
        )

    def runs_over(self, data: Path) -> bool:
        """Whether that process is a server over this folder, not a stranger with its number."""
        try:
            command = Path(f"/proc/{self.pid}/cmdline").read_bytes().decode(errors="replace")
        except FileNotFoundError:
            if _HAS_PROC:
                return False
            asked = ["/bin/ps", "-o", "command=", "-p", str(self.pid)]
            command = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        return str(data) in command


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def dies_with_us() -> Callable[[], None] | None:
    """Has the kernel stop the server when the thread that started it ends, kill -9 included."""
    if not _HAS_PROC:
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_DEATH_SIGNAL_OPTION, int(signal.SIGINT), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask
