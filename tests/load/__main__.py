"""`make bench`: what a signature, a sealed entry and a judgement cost, as ratios in one run.

With `flows` (`make bench ARGS=flows`) only whole flows over HTTP, and with `flows PATH` those of
the tree checked out there as well, for the ratios; `pages` alike for the public pages, their
answers kept and built anew. `register` and `examination` (`make bench ARGS="register PATH --sizes
50000 100000"`) are a whole city's file and a whole city's petition; `paths` is all else that is
done to many rows; `rooms` is what one act costs.
"""

from __future__ import annotations

import argparse
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Final

from sqlalchemy.orm import sessionmaker

from referendum.cli.postgres import embedded
from referendum.kernel import log
from referendum.kernel.db import connect
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey
from referendum.kernel.people import Authority, Calendar, Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, beginner
from referendum.lifecycle import signing
from tests.load import bulk, finding, flows, pages
from tests.load.flows import Plan
from tests.papers import CONSENTS
from tests.schema import build
from tests.town import Town
from thresholds import cases, precedents, sets
from thresholds.simulating import simulate
from thresholds.vocabulary import Instrument

SIGNERS: Final = 400
ENTRIES: Final = 5_000
JUDGEMENTS: Final = 2_000
SIMULATED: Final = 10_000
RULES: Final = (
    *("kr-today", "kr-goyang-today", "kr-goyang-relaxed", "kr-goyang-reform"),
    "kr-referendum-2009-02-12",
)
CLIENTS: Final = 4
BULK: Final = ("register", "examination")


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def line(what: str, per_second: float, base: float) -> None:
    print(f"{what:52} {per_second:10,.0f} /s   × {per_second / base:6.2f}")


def signatures(town: Town) -> None:
    """One signature as the pages make it, against one record entry and its commit."""

    def bare() -> None:
        for _ in range(SIGNERS):
            with town.begin() as uow:
                uow.record("bench.nothing", by=Calendar())

    base = rate(SIGNERS, bare)
    line("one record entry in a transaction of its own", base, base)
    sign = signer(town)
    numbers = town.some(SIGNERS + 1)[1:]
    half = SIGNERS // 2
    people = [town.resident(number) for number in numbers]
    line(
        "signatures, one client",
        rate(half, lambda: [sign(one) for one in people[:half]]),
        base,
    )

    def together() -> None:
        threads = [
            Thread(target=lambda at=at: [sign(one) for one in people[half + at :: CLIENTS]])
            for at in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    line(f"signatures, {CLIENTS} clients", rate(len(people) - half, together), base)


def signer(town: Town) -> Callable[[Resident], object]:
    """Signs on a fresh petition, in one transaction, as the last of the four steps does."""
    measure = town.opens(Instrument.INITIATIVE)
    petition = town.petition(measure)

    def sign(resident: Resident) -> object:
        with town.begin() as uow:
            return signing.sign(uow, town.vault, petition, resident, consents=CONSENTS)

    return sign


def sealing(begin: Begin, key: LogKey) -> None:
    """Entries written in one transaction, then sealed, then exported."""

    def write() -> None:
        with begin() as uow:
            for number in range(ENTRIES):
                uow.record("bench.happened", by=Calendar(), facts={"number": number})

    def seal() -> None:
        with begin() as uow:
            while log.seal(uow.session, key):
                pass

    def export() -> None:
        for _ in log.export(begin, key):
            pass

    base = rate(ENTRIES, write)
    line("record entries written, in one transaction", base, base)
    line("record entries sealed into the tree", rate(ENTRIES, seal), base)
    line("record entries exported", rate(ENTRIES, export), base)


def judging() -> None:
    """Case files read and judged."""
    texts = list(precedents.texts().values())
    read = [cases.read_case(told) for told in texts]
    rounds = JUDGEMENTS // len(texts)
    base = rate(
        rounds * len(texts), lambda: [cases.judge_case(one) for _ in range(rounds) for one in read]
    )
    line("judgements of a case that was read", base, base)
    line(
        "case files read, checked and judged",
        rate(
            rounds * len(texts), lambda: [cases.read_case(t) for _ in range(rounds) for t in texts]
        ),
        base,
    )


def simulating() -> None:
    """Many cases under several rules, as the page of "what if" asks."""
    read = precedents.all_cases()
    many = [read[number % len(read)] for number in range(SIMULATED)]
    rules = [sets.rules_called(name) for name in RULES]
    alone = rate(SIMULATED, lambda: list(simulate(many, rules[:1])))
    line(f"{SIMULATED:,} cases under one set of rules", alone, alone)
    every = SIMULATED * len(rules)
    line(
        f"{SIMULATED:,} cases under {len(rules)}",
        rate(every, lambda: list(simulate(many, rules))),
        alone,
    )


def main() -> None:
    """What was asked for, or all; compare within a run, never across machines."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("rooms", "flows", "pages", "paths", *BULK))
    parser.add_argument("against", nargs="?", type=Path, help="a checkout of another tree")
    parser.add_argument("--flows", type=int, default=1_000, help="flows of each stage")
    parser.add_argument("--seconds", type=int, default=10, help="the longest stage")
    parser.add_argument("--clients", type=int, nargs="+", default=[8, 32, 64])
    parser.add_argument("--kinds", nargs="+", choices=("api", "pages"), default=["api", "pages"])
    parser.add_argument("--lines", type=int, default=100_000, help="signatures behind the pages")
    parser.add_argument("--reading", type=int, default=6, help="seconds that readers read")
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 50_000], help="of bulk")
    parser.add_argument("--webs", type=int, default=1, help="web processes")
    given = parser.parse_args()
    if given.what in {None, "rooms"}:
        rooms()
    if given.what in {None, "pages"}:
        pages.measure(pages.Plan(against=given.against, lines=given.lines, seconds=given.reading))
    if given.what == "paths":
        bulk.paths(max(given.sizes))
    for what in BULK:
        if given.what in {None, what}:
            bulk.measure(what, given.sizes, given.against)
    if given.what in {None, "flows"}:
        flows.measure(
            Plan(
                against=given.against,
                flows=given.flows,
                seconds=given.seconds,
                clients=tuple(given.clients),
                kinds=tuple(given.kinds),
                webs=given.webs,
            )
        )


def rooms() -> None:
    """The rooms one by one, on one temporary database."""
    ring = Keyring(
        **{name: secrets.token_bytes(32) for name in ("master", "pepper", "codes", "log")},
        authorities={authority: secrets.token_bytes(32) for authority in Authority},
    )
    vault, key = Vault(ring), LogKey("referendum.example/bench", ring.log)
    with embedded(None, durable=True) as server:
        server.create_database("bench")
        build(server.url_of("bench"))
        engine = connect(server.url_of("bench", user="referendum_app"), pool=CLIENTS + 2)
        begin = beginner(sessionmaker(engine, expire_on_commit=False))
        town = Town.settles(begin, vault, key)
        print(f"{'':52} {'rate':>12}   ratio to the first line of its group")
        judging()
        print()
        simulating()
        print()
        signatures(town)
        print()
        sealing(begin, key)
        print()
        owner = connect(server.url_of("bench"), pool=1)
        finding.measured(town, owner, line)
        owner.dispose()
        engine.dispose()


if __name__ == "__main__":
    main()
