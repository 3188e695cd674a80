"""Runs every check, shows which failed, and leaves no process behind."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
"""pytest processes at once; the reference machine has two cores."""

_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)
_GRACE_SECONDS = 5
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_CLOSING = re.compile(r"=* ?.*\b(passed|failed|errors?|no tests ran)\b.* in [\d.:hms ()]+=*")


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    code: int
    seconds: float
    left_behind: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return self.code == 0 and not self.left_behind


def commands(python: Path, pytest_arguments: list[str]) -> dict[str, list[str]]:
    run = [str(python), "-m"]
    return {
        "format": [*run, "ruff", "format", "--check"],
        "lint": [*run, "ruff", "check"],
        "types": [*run, "mypy"],
        "contracts": [str(python.with_name("lint-imports"))],
        "tests": [*run, "pytest", "-n", str(WORKERS), *pytest_arguments],
    }


def run(python: Path, pytest_arguments: list[str], environment: dict[str, str]) -> int:
    """The exit code. pytest's closing line is repeated last, for whoever reads only the end."""
    _inherit_orphans()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    results: list[Result] = []
    closing = ""
    for name, command in commands(python, pytest_arguments).items():
        print(f"\n== {name}: {' '.join(command[1:] or command)}", flush=True)
        result, last = _watched(name, command, {**os.environ, **environment})
        results.append(result)
        closing = last or closing
    print(f"\n{summary(results)}")
    if closing:
        print(closing, flush=True)
    return 0 if all(result.ok for result in results) else 1


def summary(results: list[Result]) -> str:
    lines = [f"{'check':<12}{'seconds':>8}  outcome"]
    for each in results:
        outcome = "ok" if each.ok else "FAILED"
        if each.left_behind:
            outcome += f" (left running: {'; '.join(each.left_behind)})"
        lines.append(f"{each.name:<12}{each.seconds:>8.1f}  {outcome}")
    return "\n".join(lines)


def closing_line(text: str) -> str | None:
    """The last line of pytest, "12 passed in 3.45s", without colours."""
    plain = _COLOURS.sub("", text).strip()
    return plain if _CLOSING.fullmatch(plain) else None


def _watched(name: str, command: list[str], environment: dict[str, str]) -> tuple[Result, str]:
    began = time.monotonic()
    if sys.stdout.isatty():
        environment = {"FORCE_COLOR": "1", **environment}
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    closing = ""

    def show() -> None:
        nonlocal closing
        for line in process.stdout or ():
            print(line, end="", flush=True)
            closing = closing_line(line) or closing

    reader = threading.Thread(target=show)
    reader.start()
    try:
        process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    finally:
        left_behind = _end_orphans()
        reader.join()
    seconds = time.monotonic() - began
    return Result(name, process.returncode, seconds, tuple(left_behind)), closing


def _inherit_orphans() -> None:
    """Whatever a test leaves running becomes our child, so that it can be found."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_orphans() -> list[str]:
    """Ends what is still there after a moment of grace, and says what it was."""
    deadline = time.monotonic() + _GRACE_SECONDS
    while (running := _children()) and time.monotonic() < deadline:
        time.sleep(0.1)
    found = list(running.values())
    while running := _children():
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    return found


def _children() -> dict[int, str]:
    """Our living children by number; the dead ones are buried on the way."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(process.name)] = words.decode(errors="replace").strip()[:80]
    return found
