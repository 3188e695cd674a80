"""Whole flows over HTTP: ask for a code, answer it, sign, on one petition, from a second process.

The same script runs against a checkout of another tree and against this one in turn, each on a
database of its own, and prints what a flow costs each process, how many go through in a second,
and how long they take. Only ratios within a run mean anything: a machine is never quiet twice.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

HERE: Final = Path(__file__).resolve()
TREE: Final = HERE.parents[2]
CODE: Final = ("referendum", "signatures", "ballots", "thresholds", "tests")
BUILT: Final = Path("referendum/web/static/built")
CONSTANTS: Final = re.compile(
    r"(    sends_per_(?:address|prefix)_an_hour|    sends_an_hour): int = \S+"
)
"""Limits on codes that a tree has as constants; they become settings later."""

TICKS: Final = os.sysconf("SC_CLK_TCK")
PERCENTILES: Final = 100
START_SECONDS: Final = 300
DRAIN_SECONDS: Final = 120
PROCESSES: Final = ("web", "database", "worker")
OF_THE_LOOP: Final = ("httptools", "uvloop")
"""What the server takes where it is installed, and is no part of a tree whose lock lacks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured. A stage ends with its flows done or with its seconds over."""

    against: Path | None = None
    flows: int = 1_000
    seconds: int = 10
    clients: tuple[int, ...] = (8, 32, 64)
    kinds: tuple[str, ...] = ("api", "pages")
    webs: int = 1
    warm: int = 64

    @property
    def people(self) -> int:
        """Everybody signs once."""
        return len(self.kinds) * (len(self.clients) * self.flows + self.warm)


@dataclass(frozen=True, slots=True)
class Figures:
    """One stage: flows that went through, CPU-milliseconds a flow by process, and times."""

    done: int
    per_second: float
    p50: float
    p99: float
    cpu: Mapping[str, float]
    wrong: Sequence[str] = field(default=())

    @property
    def total(self) -> float:
        return sum(self.cpu.values())


def measure(plan: Plan) -> None:
    """Both trees in turn, then the ratios."""
    trees = {"this": TREE} | ({"other": plan.against.resolve()} if plan.against else {})
    found: dict[str, dict[tuple[str, int], Figures]] = {}
    for name, tree in sorted(trees.items()):
        print(f"{name} tree", flush=True)
        found[name] = dict(_of_tree(tree, plan))
    if plan.against:
        _compare(found["other"], found["this"])


def _of_tree(tree: Path, plan: Plan) -> Iterator[tuple[tuple[str, int], Figures]]:
    with tempfile.TemporaryDirectory(prefix="referendum-flows-") as made:
        folder = Path(made)
        with _staged(_patched(tree, folder), folder, plan) as stage:
            people = iter(json.loads((folder / "people.json").read_text()))
            for kind in plan.kinds:
                _crowd(stage, kind, [next(people) for _ in range(plan.warm)], plan, clients=4)
                for clients in plan.clients:
                    here = [next(people) for _ in range(plan.flows)]
                    figures = _stage(stage, kind, here, plan, clients=clients)
                    _say(kind, clients, figures)
                    yield (kind, clients), figures


def _stage(
    stage: Mapping[str, Any], kind: str, people: Sequence[Any], plan: Plan, *, clients: int
) -> Figures:
    """One crowd, until all that it set going in the background is done too."""
    _drained(stage["address"])
    before = _used(stage["pids"])
    came = _crowd(stage, kind, people, plan, clients=clients)
    answered = _used(stage["pids"])
    _drained(stage["address"])
    after = _used(stage["pids"])
    took, done = sorted(came["took"]), len(came["took"])
    if done < 2:  # no percentile of one
        sys.exit(f"no flow went through: {came['wrong'][:3]}")
    cut = quantiles(took, n=PERCENTILES, method="inclusive")
    # Web has nothing left to do once it has answered; that it is asked whether all is done is ours.
    ended = {**after, "web": answered["web"]}
    cpu = {name: (ended[name] - before[name]) * 1000 / done for name in PROCESSES}
    return Figures(done, done / came["seconds"], cut[49], cut[98], cpu, came["wrong"])


def _crowd(
    stage: Mapping[str, Any], kind: str, people: Sequence[Any], plan: Plan, *, clients: int
) -> Any:
    order = {
        **{name: stage[name] for name in ("address", "keys", "petition", "measure")},
        "flow": kind,
        "clients": clients,
        "people": people,
        "seconds": plan.seconds,
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.load.crowd"],
        cwd=TREE,
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
        timeout=plan.seconds + START_SECONDS,
    )
    if ran.returncode:
        sys.exit(ran.stderr)
    return json.loads(ran.stdout)


# The service of one tree


def _patched(tree: Path, folder: Path) -> Path:
    """A copy of the tree's code: without the limits that it has as constants, or newer packages."""
    copy = folder / "tree"
    for name in CODE:
        shutil.copytree(tree / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    # What is built and not kept with the code: the same for every tree.
    shutil.copytree(TREE / BUILT, copy / BUILT, dirs_exist_ok=True)
    lock = (tree / "requirements/city.lock").read_text()
    for name in OF_THE_LOOP:
        if f"\n{name}==" not in lock:
            (copy / f"{name}.py").write_text("raise ImportError\n")
    limits = copy / "referendum/identity/limits.py"
    limits.write_text(CONSTANTS.sub(r"\1: int = 100_000_000", limits.read_text()))
    return copy


@contextmanager
def _staged(tree: Path, folder: Path, plan: Plan) -> Iterator[dict[str, Any]]:
    """The tree's service as processes of its own, with its people; gone when the block ends."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-P", str(HERE.with_name("stage.py"))]
    with (folder / "stage.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(folder), str(plan.people), str(plan.webs)],
            cwd=tree,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            sys.exit((folder / "stage.log").read_text()[-4000:])
        stage = json.loads(line)
        _ready(stage["address"])
        yield stage
    finally:
        process.terminate()
        process.wait()


def _ready(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while _asked(address, "/readyz")[0] != 200:  # RFC 9110: OK
        if time.monotonic() > deadline:
            sys.exit("the service did not come up")
        time.sleep(0.2)


def _drained(address: str) -> None:
    """Wait until codes are sent and entries sealed; what is late then is said by its name."""
    deadline = time.monotonic() + DRAIN_SECONDS
    waits = ("referendum_outbox_oldest_seconds", "referendum_record_oldest_unsealed_seconds")
    while time.monotonic() < deadline:
        lines = dict(
            line.rsplit(" ", 1)
            for line in _asked(address, "/metrics")[1].splitlines()
            if line.startswith(waits)
        )
        if len(lines) == len(waits) and not any(float(age) for age in lines.values()):
            return
        time.sleep(0.5)
    print(f"  after {DRAIN_SECONDS} s there was still work waiting", flush=True)


def _asked(address: str, path: str) -> tuple[int, str]:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


# CPU time


def _used(pids: Mapping[str, int]) -> dict[str, float]:
    """Seconds of CPU by process, its children's and its dead children's included."""
    children = _children()
    used = dict.fromkeys(PROCESSES, 0.0)
    for name, pid in pids.items():
        kind = "web" if name.startswith("web") else "database" if name == "database" else "worker"
        used[kind] += _family(pid, children)
    return used


def _family(pid: int, children: Mapping[int, list[int]]) -> float:
    return cpu_of(pid) + sum(_family(child, children) for child in children.get(pid, ()))


def _stat(pid: int) -> list[str]:
    """The fields of proc_pid_stat(5) from the third on: the second may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process, and its children that have ended, have used."""
    fields = _stat(pid)
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS if fields else 0.0


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found


# Words


def _say(kind: str, clients: int, found: Figures) -> None:
    cpu = "  ".join(f"{name} {found.cpu[name]:6.2f}" for name in PROCESSES)
    print(
        f"  {kind:5} {clients:3} clients  {found.done:5} flows  {found.per_second:7.1f} /s"
        f"  p50 {found.p50 * 1000:7.0f} ms  p99 {found.p99 * 1000:7.0f} ms"
        f"  CPU ms a flow: {cpu}  all {found.total:6.2f}",
        flush=True,
    )
    if found.wrong:
        print(f"        {len(found.wrong)} went wrong, as: {found.wrong[0]}", flush=True)


def _compare(
    other: Mapping[tuple[str, int], Figures], this: Mapping[tuple[str, int], Figures]
) -> None:
    print("this tree / the other")
    for (kind, clients), now in this.items():
        before = other[kind, clients]
        cpu = "  ".join(f"{name} {now.cpu[name] / before.cpu[name]:5.2f}" for name in PROCESSES)
        print(
            f"  {kind:5} {clients:3} clients  flows/s × {now.per_second / before.per_second:5.1f}"
            f"  p50 × {now.p50 / before.p50:5.2f}  p99 × {now.p99 / before.p99:5.2f}"
            f"  CPU: {cpu}  all {now.total / before.total:5.2f}"
        )
