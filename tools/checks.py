"""Runs every check, shows which failed, and leaves no process behind.

The short checks run in a row beside the tests: their minute costs no minute of its own.
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

WORKERS = 3
"""pytest processes at once; the reference machine has two cores, and of three there is one that
waits for a browser, a program that starts or one that was killed."""

SHARING = "worksteal"
"""Each process begins with its own half of the list, so a module's tests, and what they set up
once, stay together; one that is through takes from the end of the other's."""
SLOWEST = 10
"""So many tests are named with the time they took."""

KEPT = {"PYTHONDONTWRITEBYTECODE": ""}
"""Compiled modules are kept, whatever the machine's habit: some of the tests start programs of
ours, each of which would compile two thousand files anew."""

_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)
_GRACE_SECONDS = 60
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_CLOSING = re.compile(r"=* ?.*\b(passed|failed|errors?|no tests ran)\b.* in [\d.:hms ()]+=*")


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    code: int
    seconds: float


def commands(python: Path, pytest_arguments: list[str]) -> dict[str, list[str]]:
    run = [str(python), "-m"]
    return {
        "format": [*run, "ruff", "format", "--check"],
        "lint": [*run, "ruff", "check"],
        "types": [*run, "mypy"],
        "contracts": [str(python.with_name("lint-imports"))],
        "tests": [
            *(*run, "pytest", "-n", str(WORKERS), "--dist", SHARING, f"--durations={SLOWEST}"),
            *pytest_arguments,
        ],
    }


def run(python: Path, pytest_arguments: list[str], environment: dict[str, str]) -> int:
    """The exit code. pytest's closing line is repeated last, for whoever reads only the end.

    The last of the commands is shown as it runs; what the others said is shown whole after it,
    so that no line of one stands within another's.
    """
    _inherit_orphans()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    *short, (name, command) = commands(python, pytest_arguments).items()
    environment = {**os.environ, **KEPT, **environment}
    print(f"\n== {_title(name, command)}", flush=True)
    tests = _Check(name, command, _coloured(environment), subprocess.PIPE)
    closing = ""

    def show() -> None:
        nonlocal closing
        for line in tests.process.stdout or ():
            print(line, end="", flush=True)
            closing = closing_line(line) or closing

    reader = threading.Thread(target=show)
    reader.start()
    try:
        beside = [_quietly(*each, environment) for each in short]
        results = [*(result for result, _ in beside), tests.result()]
    except KeyboardInterrupt:
        tests.end()
        raise
    finally:
        left_behind = _end_orphans()
        reader.join()
    for said in (said for _, said in beside):
        print(f"\n== {said}", flush=True)
    print(f"\n{summary(results, left_behind)}")
    if closing:
        print(closing, flush=True)
    return 0 if all(result.code == 0 for result in results) and not left_behind else 1


def summary(results: list[Result], left_behind: list[str]) -> str:
    lines = [f"{'check':<12}{'seconds':>8}  outcome"]
    for each in results:
        outcome = "FAILED" if each.code else "ok"
        lines.append(f"{each.name:<12}{each.seconds:>8.1f}  {outcome}")
    if left_behind:
        lines.append(f"{'processes':<12}{'':>8}  FAILED (left running: {'; '.join(left_behind)})")
    return "\n".join(lines)


def closing_line(text: str) -> str | None:
    """The last line of pytest, "12 passed in 3.45s", without colours."""
    plain = _COLOURS.sub("", text).strip()
    return plain if _CLOSING.fullmatch(plain) else None


class _Check:
    """One that runs; it is timed to its own end, whatever ends later."""

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], output: int | IO[str]
    ) -> None:
        self.name = name
        self._began = self._ended = time.monotonic()
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._waiting = threading.Thread(target=self._wait, daemon=True)
        self._waiting.start()

    def _wait(self) -> None:
        self.process.wait()
        self._ended = time.monotonic()

    def result(self) -> Result:
        self._waiting.join()
        return Result(self.name, self.process.returncode, self._ended - self._began)

    def end(self) -> None:
        self.process.terminate()
        self._waiting.join()


def _quietly(name: str, command: list[str], environment: dict[str, str]) -> tuple[Result, str]:
    """How it ended, and its title with all that it said.

    It writes into a file: a process that it leaves behind could hold a pipe open for ever.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        check = _Check(name, command, _coloured(environment), output)
        try:
            result = check.result()
        except KeyboardInterrupt:
            check.end()
            raise
        output.seek(0)
        return result, f"{_title(name, command)}\n{output.read().rstrip()}"


def _title(name: str, command: list[str]) -> str:
    return f"{name}: {' '.join(command[1:] or command)}"


def _coloured(environment: dict[str, str]) -> dict[str, str]:
    return {"FORCE_COLOR": "1", **environment} if sys.stdout.isatty() else environment


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
