"""One tree's bulk paths, measured on a database of their own: `python -P measured.py WHAT LINES`.

Run with a tree on PYTHONPATH, this or an older one: so it uses only what both have, and stands in
one file. Says its figures on one line, as JSON.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import event, text
from sqlalchemy.orm import sessionmaker

from referendum.cli.postgres import embedded
from referendum.kernel.db import connect
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import beginner
from referendum.roll import importing
from referendum.roll.finding import name_text
from referendum.roll.lines import COLUMNS
from signatures import settling, tallying
from signatures.lines import Reason, Status
from tests.schema import build
from tests.signatures.city import BASE, DISTRICTS, City, Inhabitant, paper, people

SMALL: Final = 1_000
BATCH: Final = 50_000
DECISIONS: Final = 15
STRANGERS, REPEATED = 20, 15
"""Every twentieth line names nobody, every fifteenth is somebody's second."""
RARE: Final = 40
"""Every so many people of a register have a former name, every so many another nationality."""
CHUNK: Final = 1 << 16
"""Bytes that come at once, as from a browser."""
PATIENCE_MS: Final = 3_600_000

Figures = dict[str, float]


@contextmanager
def standing() -> Iterator[City]:
    """A city with three inhabitants, whose database goes with it."""
    ring = Keyring(
        **{name: secrets.token_bytes(32) for name in ("master", "pepper", "codes", "log")},
        authorities={authority: secrets.token_bytes(32) for authority in Authority},
    )
    with embedded(None, durable=True) as server:
        server.create_database("bench")
        build(server.url_of("bench"))
        url = server.url_of("bench", user="referendum_app")
        engine = connect(url, pool=5, statement_timeout_ms=PATIENCE_MS)
        begin = beginner(sessionmaker(engine, expire_on_commit=False))
        yield City(begin, Vault(ring), inhabitants=people(3))
        engine.dispose()


def examination(lines: int) -> Figures:
    """A pass over so many lines against as many residents, then single decisions."""
    with standing() as city:
        _grow(city, lines)
        small, began = city.opens(), time.perf_counter()
        large = city.opens()
        frozen = time.perf_counter() - began
        _brings(city, small, SMALL)
        _brings(city, large, lines)
        city.examines(small)
        held = _peak()
        found = _timed(city, "pass", lines, lambda: city.examines(large))
        found["roll frozen for it, s"] = frozen
        found["pass, memory it added, MB"] = _peak() - held
        for name, petition in (("small", small), ("large", large)):
            for what, value in decisions(city, petition).items():
                found[f"decision, {name} petition, {what}"] = value
    return found


def register(lines: int) -> Figures:
    """A register's file with every column, from its bytes to the version that shows it."""
    with standing() as city, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.csv"
        _write(file, lines)
        found = {"file, MB": file.stat().st_size / 1e6}
        found |= _timed(city, "import", lines, lambda: _imports(city, file))
        return found | {"peak memory of the process, MB": _peak()}


def _timed(city: City, what: str, lines: int, work: Callable[[], object]) -> Figures:
    spent, began = _processor(city), time.perf_counter()
    work()
    took, used = time.perf_counter() - began, _processor(city) - spent
    return {
        f"{what}, s": took,
        f"{what}, lines a second": lines / took,
        f"{what}, CPU s": used,
        f"{what}, CPU µs a line": used / lines * 1e6,
    }


def _peak() -> float:
    """Megabytes that this process held at most so far, and the largest of its helpers beside it."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(one).ru_maxrss for one in who) / 1024


def _processor(city: City) -> float:
    """Seconds of processor time that this process and the whole database have used so far.

    On a machine that is busy with other work it says more than the clock on the wall.
    """
    with city.begin() as uow:
        own = uow.session.scalar(text("select pg_backend_pid()"))
    server = int(_stat(own)[1])
    fields = [one for one in map(_stat, _processes()) if one and int(one[1]) == server]
    # utime and stime of each that lives; cutime and cstime of those that the server has buried.
    ticks = sum(int(one[at]) for one in fields for at in (11, 12))
    ticks += sum(int(_stat(server)[at]) for at in (11, 12, 13, 14))
    mine = resource.getrusage(resource.RUSAGE_CHILDREN)
    children = mine.ru_utime + mine.ru_stime
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time() + children


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


def decisions(city: City, petition: UUID) -> Figures:
    """What one officer's decision costs, with all that the desk does after it in that tree."""
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

    said: list[str] = []
    with city.begin() as uow:
        engine = uow.session.get_bind().engine
    before, took = _touched(city), []
    event.listen(engine, "before_cursor_execute", lambda *told: said.append(str(told[2])))
    for line in waiting:
        began = time.perf_counter()
        decide(line.line_id)
        took.append(time.perf_counter() - began)
    statements = len(said) / len(took)
    rows, blocks = (
        (now - then) / len(took) for now, then in zip(_touched(city), before, strict=True)
    )
    return {
        "ms": 1000 * median(took),
        "statements": statements,
        "rows read": rows,
        "blocks read": blocks,
    }


def _touched(city: City) -> tuple[int, int]:
    """Rows and blocks of all tables that anybody has read so far."""
    with city.begin() as uow:
        uow.session.execute(text("select pg_stat_force_next_flush()"))
    with city.begin() as uow:
        rows, blocks = uow.session.execute(TOUCHED).one()
        return int(rows), int(blocks)


TOUCHED: Final = text("""
select (select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))
          from pg_stat_user_tables),
       (select sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0)
                   + coalesce(idx_blks_hit, 0) + coalesce(idx_blks_read, 0))
          from pg_statio_user_tables)
""")


def _write(file: Path, lines: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(map(_cells, range(lines)))


def _cells(at: int) -> list[str]:
    """One resident of a register as an office fills it: hardly anybody like another."""
    first, second, third = (chr(0xAC00 + at // 400**power % 400) for power in range(3))
    foreign = at % RARE == 1
    district = DISTRICTS[at % len(DISTRICTS)]
    return [
        f"R{at:010}",
        f"김{first}{second}{third}",
        f"이{first}{second}" if at % RARE == 0 else "",
        (date(1940, 1, 1) + timedelta(days=at % 25_000)).isoformat(),
        f"시험시 {district} 큰길 {at % 300 + 1}, {at % 40 + 1}동 {at % 2000 + 1}호",
        district,
        "VN" if foreign else "KR",
        "F-5" if foreign else "",
        "2015-03-01" if foreign else "",
        (date(1995, 1, 1) + timedelta(days=at % 10_000)).isoformat(),
        "",
        "",
        "",
        f"010-{2000 + at // 10_000 % 8000:04}-{at % 10_000:04}",
    ]


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk


def _imports(city: City, file: Path) -> None:
    """As the tree does it: a file that comes in pieces, or one that is in memory whole."""
    rooms: Any = importing
    if not hasattr(rooms, "receive"):
        with city.begin() as uow:
            rooms.import_register(
                uow,
                jurisdiction_id=city.place,
                data=file.read_bytes(),
                as_of=BASE,
                by=city.clerk,
                vault=city.vault,
            )
        return
    intake = rooms.receive(
        city.begin,
        city.vault,
        _chunks(file),
        jurisdiction_id=city.place,
        as_of=BASE,
        by=city.clerk.mark,
        invented=False,
    )
    with city.begin() as uow:
        rooms.import_register(
            uow, city.begin, city.vault, intake, by=city.clerk, ending_percent=100
        )


if __name__ == "__main__":
    MEASURES = {"examination": examination, "register": register}
    print(json.dumps(MEASURES[sys.argv[1]](int(sys.argv[2]))))
