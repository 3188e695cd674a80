"""What public pages cost, against another tree; and how many readers one petition's page bears.

`python -m tests.load pages [CHECKOUT]`. Both trees are measured in one run by the same file
(`visiting`), each on a demo of its own, with a hundred thousand signatures put in place. Then one
web process of this tree answers readers of a second process over loopback, with its answers kept
and without.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from tests.load.flows import cpu_of

HERE: Final = Path(__file__).parents[2]
VISITING: Final = Path(__file__).parent / "visiting.py"
READERS: Final = (8, 32, 64)
READY_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured. `lines` are signatures that stand on the petition, in each tree."""

    against: Path | None
    lines: int
    seconds: int


def measure(plan: Plan) -> None:
    """Print both, with ratios."""
    with _place() as place:
        ours = _costs(HERE, place / "ours", plan.lines)
        theirs = _costs(plan.against, place / "theirs", plan.lines) if plan.against else {}
        print(f"load of this machine meanwhile: {os.getloadavg()[0]:.1f}")
        _tell(ours, theirs)
        _crowd(place / "ours", plan.seconds)


def _tell(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    print(f"{'web CPU of a page, built anew':32} {'ms':>8} {'statements':>11} {'before':>15} ratio")
    for name, found in ours.items():
        before = theirs.get(name)
        then = f"{before['ms']:8.1f} {before['statements']:6.0f}" if before else ""
        ratio = f"{before['ms'] / found['ms']:5.1f}" if before else ""
        print(f"{name:32} {found['ms']:8.1f} {found['statements']:11.0f} {then:>15} {ratio}")


def _costs(tree: Path, folder: Path, lines: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-P", str(VISITING), str(folder), str(lines)],
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _crowd(folder: Path, seconds: int) -> None:
    for kept in ("3", "0"):
        with _service(folder, kept) as (address, web):
            for readers in READERS:
                before = cpu_of(web)
                command = [sys.executable, "-m", "tests.load.readers", address, str(readers)]
                done = subprocess.run(
                    [*command, str(seconds)], cwd=HERE, stdout=subprocess.PIPE, check=True
                )
                told = json.loads(done.stdout)
                each = (cpu_of(web) - before) * 1000 / max(1, told["rate"] * seconds)
                what = "answers kept" if kept != "0" else "each built anew"
                print(
                    f"one petition, {what}, {readers:3} readers {told['rate']:9,.0f} /s"
                    f"   p50 {told['p50']:7.1f} ms   p99 {told['p99']:7.1f} ms"
                    f"   web CPU {each:6.2f} ms a page"
                )


@contextmanager
def _service(folder: Path, kept: str) -> Iterator[tuple[str, int]]:
    """One web process on the demo of that folder; gives the petition's address and its id."""
    command = [sys.executable, "-P", str(VISITING), str(folder), "serve", kept]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(HERE)}, cwd=HERE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        address, web = running.stdout.readline().decode().split()
        try:
            _await(address)
            yield address, int(web)
        finally:
            running.terminate()
            running.wait()


def _await(address: str) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            with urlopen(address, timeout=5):  # our own process
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@contextmanager
def _place() -> Iterator[Path]:
    """A folder that PostgreSQL's account may enter, too."""
    with tempfile.TemporaryDirectory(prefix="referendum-pages-") as made:
        place = Path(made)
        place.chmod(0o755)
        yield place
