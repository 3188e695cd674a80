"""What a page costs the web process, measured inside it: one checkout's part of `pages`.

Run as a file with a checkout on the path, so that an older build is measured by the same lines.
It uses only what both have; what it found goes to the standard output as JSON.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, select

from referendum.asgi import compose
from referendum.bootstrap import Services
from referendum.cli import seeding, serving
from referendum.cli.supervising import Supervisor
from referendum.doors import journal
from referendum.lifecycle.stages import ENDINGS, Stage
from referendum.lifecycle.tables import Measure
from thresholds.vocabulary import Instrument

LIMITS = {"REFERENDUM_REQUESTS_PER_MINUTE": "100000000"}
WARM = 2
ROUNDS = 7


async def asked(app: Any, path: str) -> int:
    """One GET; gives the status."""
    status = 0
    pure, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": pure,
        "raw_path": pure.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1"), (b"accept-language", b"ko")],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 80),
    }
    given = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if given:
            return given.pop()
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    await app(scope, receive, send)
    return status


def addresses(services: Services) -> Iterator[tuple[str, str]]:
    """The pages that are compared, by what they are."""
    yield "home", "/"
    yield "list", "/measures"
    yield "list of recalls", "/measures?instrument=recall"
    with services.begin() as uow:
        rows = uow.session.scalars(select(Measure).order_by(Measure.number)).all()
    kinds = {
        "a petition under way": [one for one in rows if one.stage == Stage.COLLECTING],
        "a finished referendum": [
            one
            for one in rows
            if one.instrument == Instrument.REFERENDUM
            and one.stage in {Stage.DECLARED, *ENDINGS}
            and one.outcome is not None
        ],
        "an advisory vote": [one for one in rows if one.instrument == Instrument.ADVISORY],
        "a recall": [one for one in rows if one.instrument == Instrument.RECALL],
    }
    for kind, found in kinds.items():
        if found:
            yield kind, f"/measures/{found[0].number}"
    under_way = kinds["a petition under way"]
    if under_way:
        yield "what if", f"/measures/{under_way[0].number}/what-if"
    yield "rules", "/rules"
    yield "totals", "/rules/totals"
    yield "projects", "/projects"
    yield "record", "/record"
    yield "measures by API", "/api/v1/measures"


async def measured(services: Services, count_on: Callable[[], None]) -> dict[str, dict[str, float]]:
    """Milliseconds of this process, and statements, per page.

    Pages of which pieces are kept while nothing changes are also asked for with another count of
    signatures each time.
    """
    app = compose(services)
    statements = 0

    @event.listens_for(services.engine, "before_cursor_execute")
    def count(*_given: object) -> None:
        nonlocal statements
        statements += 1

    found = {}
    pages = [(name, path, False) for name, path in addresses(services)]
    changing = {"home", "list", "a petition under way"}
    pages += [(f"{name}, recounted", path, True) for name, path, _ in pages if name in changing]
    for name, path, changes in pages:
        for _ in range(WARM):
            status = await asked(app, path)
            if status != 200:
                raise SystemExit(f"{path}: {status}")
        statements = 0
        spent = []
        for _ in range(ROUNDS):
            if changes:
                count_on()
            began = time.process_time()
            await asked(app, path)
            spent.append(time.process_time() - began)
        # The median: a sweep of the garbage collector is not this page's.
        found[name] = {
            "ms": sorted(spent)[len(spent) // 2] * 1000,
            "statements": statements / ROUNDS,
        }
    return found


def is_seeded(services: Services) -> bool:
    with services.begin() as uow:
        return uow.session.scalar(select(Measure.id).limit(1)) is not None


def put_lines(owner_url: str, lines: int) -> None:
    """Let so many signatures stand on the first petition under way; they refer to nothing."""
    with psycopg.connect(owner_url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(STANDING, {"lines": lines, "stage": Stage.COLLECTING.value})


@contextmanager
def counting(owner_url: str) -> Iterator[Callable[[], None]]:
    """Lets the folded count of every district of the first petition under way be one higher."""
    url = owner_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FOLDED, {"stage": Stage.COLLECTING.value})

        def count_on() -> None:
            connection.execute("update petition_tally set lines = lines + 1")

        yield count_on


FOLDED = """
insert into petition_tally
       (petition_id, district_id, origin, status, reason, lines, folded_at)
select p.id, d.id, 'online', 'valid', '', 2500, now()
  from (select p.* from petition p join measure m on m.id = p.measure_id
         where m.stage = %(stage)s order by m.number limit 1) as p
  cross join district as d
on conflict do nothing
"""
STANDING = """
insert into standing_signature (petition_id, person_key, line_id, district_id, origin, since)
select p.id, sha256(cast(cast(n as text) as bytea)), gen_random_uuid(), d.id, 'online', now()
  from (select p.* from petition p join measure m on m.id = p.measure_id
         where m.stage = %(stage)s order by m.number limit 1) as p
  cross join generate_series(1, %(lines)s) as n
  join (select id, row_number() over (order by code) - 1 as at from district) as d
    on d.at = n %% 40
on conflict do nothing
"""


def main(folder: Path, lines: int) -> None:
    """Seed a demo in the folder where there is none, then measure."""
    with serving.installed(
        folder=folder, mode="demo", port=0, settings={**LIMITS, "REFERENDUM_PAGE_SECONDS": "0"}
    ) as installation:
        services = installation.services
        if not is_seeded(services):
            seeding.Seeding(services, lambda step: print(step, file=sys.stderr)).run()
        put_lines(installation.server.url, lines)
        journal.configure(strict=False, stream=io.StringIO())
        with counting(installation.server.url) as count_on:
            print(json.dumps(asyncio.run(measured(services, count_on))))


def serve(folder: Path, kept: str) -> None:
    """Answer over loopback until terminated; says first where the petition is, and who answers."""
    settings = {**LIMITS, "REFERENDUM_PAGE_SECONDS": kept}
    with (
        serving.installed(folder=folder, mode="demo", port=0, settings=settings) as installation,
        Supervisor(lambda _part, _status: None) as supervisor,
    ):
        (web,) = (
            one for one in serving.parts(installation, log=folder / "web.log") if one.name == "web"
        )
        supervisor.start(web)
        path = dict(addresses(installation.services))["a petition under way"]
        print(f"{installation.address}{path}", supervisor.pids()["web"], flush=True)
        supervisor.run(lambda: False)


if __name__ == "__main__":
    if sys.argv[2] == "serve":
        serve(Path(sys.argv[1]), sys.argv[3])
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]))
