"""One tree's service, set up for the flows: `python -P stage.py FOLDER PEOPLE WEBS`.

Run with a tree on PYTHONPATH, this or an older one: so it uses only what both have. Writes the
crowd's identities into the folder, says on one line, as JSON, where it answers and who its
processes are, and runs until it is ended.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import func, select, text

from referendum.cli.serving import Installation, installed, parts
from referendum.cli.supervising import Part, Supervisor
from referendum.kernel.uow import UnitOfWork
from referendum.roll import finding, inventing
from referendum.roll.tables import Person
from referendum.settings import Settings
from tests.town import Town
from thresholds.vocabulary import Instrument

SEED: Final = 7
"""Of the invented people, in both trees; their towns keep it in different places."""

UNLIMITED: Final = {
    "REFERENDUM_REQUESTS_PER_MINUTE": "100000000",
    "REFERENDUM_CODES_FOR_ADDRESS_AN_HOUR": "100000000",
    "REFERENDUM_CODES_FOR_RANGE_AN_HOUR": "100000000",
    "REFERENDUM_CODES_AN_HOUR": "100000000",
    "REFERENDUM_PAGE_SECONDS": "3",
    "REFERENDUM_PLAIN_NETWORKS": '["127.0.0.1/32"]',
}
"""Limits set for the bench, as far as the tree has them as settings."""

FIRST_NUMBER: Final = 20_000_000
STRIDE: Final = 7_919
"""So that neighbours' numbers lie in different ranges, as a city's do."""
SPAN: Final = 30_000_000
"""From the first number on, all of these can exist; of later ones some cannot."""

PHONES: Final = text(
    "update residence set phone_index = hmac_padded(:inner, :outer,"
    " '+8210' || cast(:first + mod(:stride * cast(substr(p.register_no, 2) as bigint), :span)"
    " as text))"
    " from person p where p.id = residence.person_id and p.register_no like 'R%'"
)
PATIENCE: Final = text("set local statement_timeout = '10min'")


def phone_of(number: int) -> str:
    return f"+8210{FIRST_NUMBER + STRIDE * number % SPAN}"


def settings() -> dict[str, str]:
    known = {f"REFERENDUM_{name.upper()}" for name in Settings.model_fields}
    return {name: value for name, value in UNLIMITED.items() if name in known}


def crowd(town: Town, people: int) -> list[int]:
    """So many more residents, whose particulars are sealed and whose phones are on file."""
    each = -(-people // len(town.districts))
    with town.begin() as uow:
        uow.session.execute(PATIENCE)
        invented = inventing.invent_residents(
            uow,
            town.vault,
            jurisdiction_id=town.place,
            per_district={district.id: each for district in town.districts},
            seed=SEED,
            as_of=date(2027, 1, 21),
        )
        inner, outer = town.vault.mac("phone").pads
        numbered = {"first": FIRST_NUMBER, "stride": STRIDE, "span": SPAN}
        uow.session.execute(PHONES, {"inner": inner, "outer": outer, **numbered})
        numbers = [number for living in invented.numbers.values() for number in living]
        _seal(uow, town, numbers)
    return numbers[:people]


def _seal(uow: UnitOfWork, town: Town, numbers: list[int]) -> None:
    """What an imported register holds of each, under one key."""
    key = town.vault.new_key(uow.session, purpose="register")
    named: dict[str | None, int] = {inventing.register_no(each): each for each in numbers}
    rows = uow.session.execute(
        select(Person.id, Person.register_no).where(Person.register_no.in_(list(named)))
    )
    sealed = [
        {"person": person, "key": key.id, "sealed": _told(key, person, named[register_no])}
        for person, register_no in rows
    ]
    statement = "update residence set sealed = :sealed, key_id = :key where person_id = :person"
    uow.session.execute(text(statement), sealed)


def _told(key: Any, person: UUID, number: int) -> bytes:
    fields = {
        "name": inventing.invented_identity(number, SEED)[0],
        "former_names": [],
        "address": "경기도 고양시 견본로 1",
        "phone": phone_of(number),
    }
    sealed: bytes = key.seal_fields(fields, place=finding.seal_place(person))
    return sealed


def identities(numbers: list[int]) -> Iterator[dict[str, str]]:
    for number in numbers:
        name, born = inventing.invented_identity(number, SEED)
        yield {"name": name, "birth_date": born.isoformat(), "phone": phone_of(number)}


def prepare(installation: Installation, folder: Path, people: int) -> dict[str, Any]:
    services = installation.services
    town = Town.settles(services.begin, services.vault, services.log_key)
    numbers = crowd(town, people)
    measure = town.opens(Instrument.INITIATIVE)
    with (folder / "people.json").open("w") as file:
        json.dump(list(identities(numbers)), file)
    with town.begin() as uow:
        number = uow.session.scalar(
            text("select number from measure where id = :id"), {"id": measure}
        )
        assert uow.session.scalar(select(func.count()).select_from(Person))
    return {"petition": str(town.petition(measure)), "measure": number}


def several(given: tuple[Part, ...], webs: int) -> Iterator[Part]:
    """The processes of the service, with so many of web on the one socket."""
    for part in given:
        yield part
        if part.name == "web":
            yield from (replace(part, name=f"web {more}") for more in range(2, webs + 1))


def main(folder: Path, people: int, webs: int) -> None:
    with installed(
        folder=None, mode="demo", port=0, durable=True, settings=settings()
    ) as installation:
        told = prepare(installation, folder, people)
        # As autovacuum would have done by the time a city's petition opens.
        with psycopg.connect(installation.server.conninfo, autocommit=True) as owner:
            owner.execute("analyze")
        with Supervisor() as supervisor:
            for part in several(parts(installation, log=folder / "log"), webs):
                supervisor.start(part)
            pids = {**supervisor.pids(), "database": installation.server.pid}
            keys = str(installation.services.settings.keys_folder)
            line = {"address": installation.address, "pids": pids, "keys": keys, **told}
            sys.stdout.write(f"{json.dumps(line)}\n")
            sys.stdout.flush()
            supervisor.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
