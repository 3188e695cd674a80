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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from referendum.cli.postgres import embedded
from referendum.kernel.db import connect
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import beginner
from referendum.roll import importing
from referendum.roll.lines import COLUMNS
from signatures import lines as kinds
from signatures import petitions, settling, tallying
from signatures.lines import Reason, Status
from signatures.petitions import PetitionKeys
from tests.roll.city import ANYTHING
from tests.schema import build
from tests.signatures.city import BASE, DISTRICTS, City, Inhabitant, paper, people

SMALL: Final = 1_000
DECISIONS: Final = 15
STRANGERS, REPEATED, RARE = 20, 15, 40
"""So many lines to one that names nobody, to one that is a second; people to one with two names."""
IN_ORDER: Final = "overlay(cast(:id as text) placing lpad(to_hex(n), 8, '0') from 29)::uuid"
PERSON: Final = "md5('person' || n)::uuid"
NAME: Final = "sha256(('name' || {})::bytea)"
CHUNK: Final = 1 << 16
"""Bytes that come at once, as from a browser."""
PIECE: Final = 10_000
"""Lines that are brought at once."""
PATIENCE_MS: Final = 3_600_000

Figures = dict[str, float]


def under(of: int) -> list[int]:
    return list(map(int, Path(f"/proc/{of}/task/{of}/children").read_text().split()))


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
    """A pass over so many lines against as many residents, then single decisions.

    People and lines are put in by set, the same in every tree: what is measured is the pass.
    """
    with standing() as city:
        _grow(city, 0, SMALL)
        small = city.opens()
        _grow(city, SMALL, lines)
        began = time.perf_counter()
        large = city.opens()
        frozen = time.perf_counter() - began
        _brings(city, small, SMALL)
        _brings(city, large, lines)
        _settled(city)
        city.examines(small)
        held = _peak()
        with _watched(city) as memory:
            found = _timed(city, "pass", lines, lambda: city.examines(large))
        found["roll frozen for it, s"] = frozen
        found["pass, memory it added, MB"] = _peak() - held
        found["pass, memory of the database at most, MB"] = max(memory)
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
    spent, began = processor(city), time.perf_counter()
    work()
    took, now = time.perf_counter() - began, processor(city)
    used = {who: now[who] - spent[who] for who in spent}
    whole = sum(used.values())
    found = {
        f"{what}, s": took,
        f"{what}, lines a second": lines / took,
        f"{what}, CPU s": whole,
        f"{what}, CPU µs a line": whole / lines * 1e6,
    }
    return found | {f"{what}, CPU s of the {who}": spent for who, spent in used.items()}


def _peak() -> float:
    """Megabytes that this process held at most so far, and the largest of its helpers beside it."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(one).ru_maxrss for one in who) / 1024


@contextmanager
def _watched(city: City) -> Iterator[list[float]]:
    """Megabytes of all processes of the database, shared buffers aside, as it is looked at."""
    server, seen, over = _server(city), [0.0], Event()

    def look() -> None:
        while not over.wait(0.2):
            seen.append(sum(map(_anonymous, under(server))) / 1024)

    (watcher := Thread(target=look)).start()
    yield seen
    over.set()
    watcher.join()


def _anonymous(pid: int) -> int:
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().split("RssAnon:")[1].split()[0])
    return 0  # it has ended


def _server(city: City) -> int:
    with city.begin() as uow:
        own = uow.session.scalar(text("select pg_backend_pid()"))
    return int(_stat(own)[1])


def processor(city: City) -> Figures:
    """Seconds of processor time that this process, its helpers and the database have used so far.

    On a machine that is busy with other work it says more than the clock on the wall.
    """
    server = _server(city)
    # utime and stime of each that lives; cutime and cstime of those that the server has buried.
    ticks = sum(int(one[at]) for pid in under(server) if (one := _stat(pid)) for at in (11, 12))
    ticks += sum(int(_stat(server)[at]) for at in (11, 12, 13, 14))
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "worker": time.process_time(),
        "helpers": ended.ru_utime + ended.ru_stime,
        "database": ticks / os.sysconf("SC_CLK_TCK"),
    }


def _stat(pid: int) -> list[str]:
    """The fields of proc_pid_stat(5) from the third on: the second may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _grow(city: City, start: int, end: int) -> None:
    """Residents of these places in the order, as the register has the one who is there."""
    own = {
        "person": {"id": PERSON, "register_no": "'B' || n"},
        "residence": {
            "id": "gen_random_uuid()",
            "person_id": PERSON,
            "name_index": NAME.format("n"),
            "birth_date": "date '1950-01-01' + n % 18000",
        },
    }
    with _owner(city) as owner:
        for table, replaced in own.items():
            _copied(owner, table, "true", replaced, {"start": start, "end": end})


def _brings(city: City, petition: UUID, count: int) -> None:
    """Lines of as many: one as the desk brings it, the rest like it."""
    stranger = Inhabitant("?", "모르는이")
    city.brings(petition, [paper(stranger, 1, on=city.today(), sheet="S", district="")])
    with city.begin() as uow:
        keys = PetitionKeys.open(uow.session, city.vault, petitions.get(uow.session, petition))
    inner, outer = keys.name.pads
    who = NAME.format(f"n - (n % {REPEATED} = 1)::int")
    name = f"case when n % {STRANGERS} = 0 then sha256(n::text::bytea) else {who} end"
    replaced = {
        "id": IN_ORDER if hasattr(kinds, "ids_of_batch") else "md5(:id || n)::uuid",
        "sheet": "'S' || n / 20",
        "row": "n % 20 + 1",
        "name_index": f"hmac_padded(:inner, :outer, encode({name}, 'hex'))",
        "commitment": "sha256(('line' || n)::bytea)",
    }
    given = dict(inner=inner, outer=outer, start=1, end=count)  # noqa: C408
    given |= dict.fromkeys(("petition", "id"), str(petition))
    with _owner(city) as owner:
        _copied(owner, "line", "petition_id = cast(:petition as uuid)", replaced, given)
    bring = getattr(import_module("signatures"), "states", None)
    if bring is not None:
        own = text("select id from line where petition_id = :petition order by arrival offset 1")
        with city.begin() as uow:
            ids = uow.session.scalars(own, {"petition": petition}).all()
            for at in range(0, count, PIECE):
                bring.bring(uow.session, petition, ids[at : at + PIECE], before=1 + at)


def _copied(
    owner: Connection, table: str, which: str, replaced: Mapping[str, str], given: Mapping[str, Any]
) -> None:
    """Rows from `start` up to `end` like one that is there, but for what is replaced."""
    listed = text(
        "select column_name from information_schema.columns"
        " where table_name = :table and is_identity = 'NO'"
    )
    columns = [f'"{one}"' for one in owner.scalars(listed, {"table": table})]
    values = ", ".join(replaced.get(one.strip('"'), f"t.{one}") for one in columns)
    rows = text(
        f"insert into {table} ({', '.join(columns)}) select {values}"
        f" from (select * from {table} where {which} limit 1) t,"
        " generate_series(cast(:start as int), cast(:end as int) - 1) n order by n"
    )
    owner.execute(rows, given)


@contextmanager
def _owner(city: City) -> Iterator[Connection]:
    """Who may put rows in without each being checked against what it refers to."""
    with city.begin() as uow:
        url = uow.session.get_bind().engine.url.set(username="postgres")
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("set session_replication_role = replica"))
        yield connection


def _settled(city: City) -> None:
    """Petitions closed; tables as they are some hours later, known to the planner and on disk."""
    with _owner(city) as owner:
        owner.execute(text("update petition set closed_at = referendum_now()"))
        owner.execute(text("vacuum analyze"))
        owner.execute(text("checkpoint"))


def decisions(city: City, petition: UUID) -> Figures:
    """What one officer's decision costs, with all that the desk does after it in that tree."""
    counts_anew = not hasattr(tallying, "waiting")
    with city.begin() as uow:
        asked = {"petition": petition, "limit": DECISIONS}
        waiting = uow.session.scalars(WAITING, asked).all()

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
        decide(line)
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


WAITING: Final = text("""
select line_id from line_decision
 where petition_id = :petition and status = 'open' order by line_id limit :limit
""")
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
    terms: dict[str, Any] = {"ending_percent": 100}
    if hasattr(rooms, "explain"):
        found = rooms.compare(city.begin, city.vault, intake)
        terms = {"preview": found.preview, "limits": ANYTHING}
    with city.begin() as uow:
        rooms.import_register(uow, city.begin, city.vault, intake, by=city.clerk, **terms)
    rooms.settle(city.begin, city.vault, intake)


if __name__ == "__main__":
    MEASURES = {"examination": examination, "register": register}
    print(json.dumps(MEASURES[sys.argv[1]](int(sys.argv[2]))))
