"""What is done to a whole city at once, at several sizes, here and in a checkout of another tree.

Each is measured in a process and on a database of its own, the other tree first. Only ratios
within a run mean anything.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from referendum.projects.reading import MOST_LINES
from tests.load.many import PATHS

TREE: Final = Path(__file__).resolve().parents[2]
MEASURED: Final = Path(__file__).with_name("measured.py")
MANY: Final = Path(__file__).with_name("many.py")
SHORT: Final = dict.fromkeys(("projects", "projects-out"), MOST_LINES)
"""Lists that end somewhere."""
COMPARED: Final = (
    "pass, s",
    "pass, CPU s",
    "pass, CPU s of the database",
    "roll frozen for it, s",
    "decision, large petition, ms",
    "import, s",
    "import, CPU s",
)
GROWING: Final = ("ms", "statements", "rows read", "blocks read")


def measure(what: str, sizes: Sequence[int], against: Path | None) -> None:
    """`examination` or `register`, each size in each tree; prints seconds, memory and ratios."""
    for lines in sizes:
        print(f"{what}, {lines:,} lines (load {os.getloadavg()[0]:.1f})", flush=True)
        before = None if against is None else _in(against.resolve(), what, lines)
        now = _in(TREE, what, lines)
        for name, value in now.items():
            beside = "" if before is None else f"{before[name]:14,.2f}"
            times = f"{before[name] / value:10,.2f}" if before and name in COMPARED else ""
            print(f"    {name:40} {beside}{value:14,.2f}{times}", flush=True)
        for name in GROWING:
            large, small = (
                now.get(f"decision, {one} petition, {name}") for one in ("large", "small")
            )
            if large is not None and small:
                print(f"    {f'{name}: large over small':40} {large / small:14,.2f}", flush=True)


def paths(rows: int) -> None:
    """Every other bulk path of this tree, each by itself, a line each."""
    for what in PATHS:
        found = _in(TREE, what, rows if what not in SHORT else min(rows, SHORT[what]), MANY)
        print(
            what, *(f"{name} {value:,.2f}" for name, value in found.items()), sep="; ", flush=True
        )


def _in(tree: Path, what: str, lines: int, script: Path = MEASURED) -> dict[str, float]:
    """The same script with that tree's code."""
    done = subprocess.run(
        [sys.executable, "-P", str(script), what, str(lines)],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr[-4000:])
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
