"""The automatic pass, and one officer's decision, over as many lines as there are residents.

`python -m tests.load.passing --lines 50000 --against CHECKOUT` measures the checkout and this tree
in turn, each in a process of its own on a database of its own, and prints ratios. Only ratios
within a run mean anything. Everybody in it is invented.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import UUID, uuid4

TREE: Final = Path(__file__).resolve().parents[2]
SMALL: Final = 1_000
BATCH: Final = 50_000
DECISIONS: Final = 15
STRANGERS, REPEATED = 20, 15
"""Every twentieth line names nobody, every fifteenth is somebody's second."""


def main() -> None:
    """Measure both trees, the other one first."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=50_000)
    asked.add_argument("--against", type=Path)
    asked.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.measure:
        print(json.dumps(measure(told.lines)))
        return
    trees = [tree for tree in (told.against, TREE) if tree is not None]
    found = [_elsewhere(tree.resolve(), told.lines) for tree in trees]
    for tree, one in zip(trees, found, strict=True):
        print(f"{tree.resolve().name:12} {told.lines:,} lines")
        for name, value in one.items():
            print(f"    {name:44} {value:12,.4f}")
        ratio = one["decision, large petition, s"] / one["decision, small petition, s"]
        print(f"    {'decision: large over small':44} {ratio:12,.2f}")
    if len(found) == len(("before", "now")):
        before, now = found
        print("before over now")
        for name in ("pass, s", "pass, CPU s", "decision, large petition, s"):
            print(f"    {name:44} {before[name] / now[name]:12,.2f}")


def _elsewhere(tree: Path, lines: int) -> dict[str, float]:
    """This very file, with the other tree's code before ours."""
    path = os.pathsep.join([str(tree)])
    command = [sys.executable, str(Path(__file__).resolve()), "--measure", "--lines", str(lines)]
    done = subprocess.run(  # ourselves
        command,
        cwd=tree,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def measure(lines: int) -> dict[str, float]:
    """Seconds and megabytes of one tree: the one whose code is found first."""
    # Only here: the parent must not know any tree's code.
    from sqlalchemy.orm import sessionmaker

    from referendum.cli.postgres import embedded
    from referendum.kernel.db import connect
    from referendum.kernel.keys import Keyring
    from referendum.kernel.people import Authority
    from referendum.kernel.sealing import Vault
    from referendum.kernel.uow import beginner
    from tests.schema import build
    from tests.signatures.city import City, people

    ring = Keyring(
        **{name: secrets.token_bytes(32) for name in ("master", "pepper", "codes", "log")},
        authorities={authority: secrets.token_bytes(32) for authority in Authority},
    )
    with embedded(None, durable=True) as server:
        server.create_database("bench")
        build(server.url_of("bench"))
        url = server.url_of("bench", user="referendum_app")
        engine = connect(url, pool=5, statement_timeout_ms=3_600_000)
        begin = beginner(sessionmaker(engine, expire_on_commit=False))
        city = City(begin, Vault(ring), inhabitants=people(3))
        _grow(city, lines)
        small, large = city.opens(), city.opens()
        _brings(city, small, SMALL)
        _brings(city, large, lines)
        passes(city, small)
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        spent, began = _processor(begin), time.perf_counter()
        passes(city, large)
        found = {"pass, s": time.perf_counter() - began, "pass, CPU s": _processor(begin) - spent}
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
        found["pass, memory it added, MB"] = grown / 1024
        found["decision, small petition, s"] = decision(city, small)
        found["decision, large petition, s"] = decision(city, large)
        engine.dispose()
    return found


def _processor(begin: Any) -> float:
    """Seconds of processor time that this process and the whole database have used so far.

    On a machine that is busy with other work it says more than the clock on the wall.
    """
    from sqlalchemy import text

    with begin() as uow:
        own = uow.session.scalar(text("select pg_backend_pid()"))
    server = int(_stat(own)[1])
    fields = [one for one in map(_stat, _processes()) if one and int(one[1]) == server]
    # utime and stime of each that lives; cutime and cstime of those that the server has buried.
    ticks = sum(int(one[at]) for one in fields for at in (11, 12))
    ticks += sum(int(_stat(server)[at]) for at in (11, 12, 13, 14))
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def _processes() -> list[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]


def _stat(pid: int) -> list[str]:
    """The fields of proc_pid_stat(5) from the third on: the second may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def name_of(at: int) -> str:
    """Everybody has a name of their own: three syllables after the surname."""
    letters = [chr(0xAC00 + at // 500**power % 500) for power in range(3)]
    return "김" + "".join(letters)


def born_of(at: int) -> date:
    return date(1950, 1, 1) + timedelta(days=at % 18_000)


def _grow(city: Any, residents: int) -> None:
    """So many residents, as the register has the one who is there."""
    from sqlalchemy import text

    from referendum.roll.finding import name_text

    names = city.vault.mac("name")
    everyone = iter(range(residents))
    with city.begin() as uow:
        session = uow.session
        columns = {
            table: list(
                session.scalars(
                    text(
                        "select column_name from information_schema.columns"
                        " where table_name = :table and is_identity = 'NO'"
                    ),
                    {"table": table},
                )
            )
            for table in ("person", "residence")
        }
    own = {
        "person": {"id": "n.person", "register_no": "n.number"},
        "residence": {
            "id": "gen_random_uuid()",
            "person_id": "n.person",
            "name_index": "n.name_index",
            "birth_date": "n.born",
        },
    }
    while some := list(islice(everyone, BATCH)):
        given = {
            "people": [uuid4() for _ in some],
            "numbers": [f"B{at}" for at in some],
            "names": [names.of(name_text(name_of(at), born_of(at))) for at in some],
            "born": [born_of(at) for at in some],
        }
        with city.begin() as uow:
            for table, replaced in own.items():
                listed = ", ".join(columns[table])
                values = ", ".join(replaced.get(one, f"t.{one}") for one in columns[table])
                uow.session.execute(
                    text(
                        f"insert into {table} ({listed}) select {values}"
                        f" from (select * from {table} limit 1) t,"
                        " unnest(cast(:people as uuid[]), cast(:numbers as text[]),"
                        " cast(:names as bytea[]), cast(:born as date[]))"
                        " as n(person, number, name_index, born)"
                    ),
                    given,
                )


def _lines(city: Any, count: int) -> Iterator[Any]:
    from tests.signatures.city import Inhabitant, paper

    today = city.today()
    for at in range(count):
        who = at - 1 if at % REPEATED == 1 else at
        name = f"모르는이{at}" if at % STRANGERS == 0 else name_of(who)
        person = Inhabitant(f"B{who}", name, born_of(who))
        yield paper(person, at % 20 + 1, on=today, sheet=f"S{at // 20}", district="")


def _brings(city: Any, petition: UUID, count: int) -> None:
    lines = _lines(city, count)
    while some := list(islice(lines, BATCH)):
        city.brings(petition, some)


def passes(city: Any, petition: UUID) -> None:
    """A pass from asking to its end, as the tree does it."""
    city.examines(petition)


def decision(city: Any, petition: UUID) -> float:
    """The median of some decisions with what the desk does after each, in seconds."""
    from signatures import settling, tallying
    from signatures.lines import Reason, Status

    counts_anew = not hasattr(tallying, "waiting")
    with city.begin() as uow:
        waiting = settling.open_lines(
            uow.session, city.vault, petition, by=city.clerk, limit=DECISIONS
        )

    def decide(line: UUID) -> None:
        with city.begin() as uow:
            settling.decide(
                uow,
                city.vault,
                petition,
                line,
                status=Status.VOID,
                reason=Reason.FORM,
                by=city.clerk,
            )
            if counts_anew:
                tallying.fold(uow, petition)

    took = []
    for line in waiting:
        began = time.perf_counter()
        decide(line.line_id)
        took.append(time.perf_counter() - began)
    return median(took)


if __name__ == "__main__":
    main()
