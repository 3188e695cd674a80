"""An import whose process is killed: nobody sees a part of it, and another goes on where it was.

Where it is killed is no matter of time: a row that this test holds stands in the way of the piece.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from referendum.kernel.keys import Keyring
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import beginner
from referendum.roll import importing, intakes, publishing, staging
from referendum.roll.intakes import Stage
from referendum.roll.versions import people_now
from tests.patience import patient, until
from tests.roll.city import MARCH, City, csv_of

BATCH = 20
PEOPLE = [{"register_no": f"R{no}"} for no in range(1, 101)]
WAITING = text(
    "select pid from pg_stat_activity"
    " where datname = current_database() and wait_event_type = 'Lock'"
)


def reads(keyring: Keyring, url: str, intake: UUID) -> None:
    """A process that reads a file, batch by batch."""
    begin = beginner(sessionmaker(patient(url), expire_on_commit=False))
    with begin() as uow:
        place = intakes.get(uow.session, intake).jurisdiction_id
    with begin() as held:
        intakes.hold_register(held.session, place)
        staging.read(begin, Vault(keyring), intake, batch=BATCH)


def publishes(keyring: Keyring, url: str, intake: UUID) -> None:
    """A process that brings in a file that was confirmed."""
    begin = beginner(sessionmaker(patient(url), expire_on_commit=False))
    importing.carry_on(begin, Vault(keyring), intake)


@contextmanager
def killed(
    owner: Engine,
    work: Callable[[Keyring, str, UUID], None],
    *given: object,
    held: str,
    **at: object,
) -> Iterator[None]:
    """The work, killed as it waits for the row that `held` writes and never commits."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=given)
    with owner.connect() as holding, owner.connect() as looking:
        looking.execution_options(isolation_level="AUTOCOMMIT")
        holding.execute(text(held), at)
        process.start()
        until(lambda: bool(looking.execute(WAITING).all()))
        process.kill()
        process.join()
        assert process.exitcode == -9
        # The server notices that nobody is there any more when it has something to say to them.
        for (pid,) in looking.execute(WAITING).all():
            looking.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        until(lambda: not looking.execute(WAITING).all())
        yield
        holding.rollback()


@pytest.fixture
def owner(owner_url: str) -> Iterator[Engine]:
    engine = patient(owner_url)
    yield engine
    engine.dispose()


def stands(city: City, intake: UUID) -> tuple[str, int]:
    with city.begin() as uow:
        row = intakes.get(uow.session, intake)
        return row.stage, row.lines


def living(city: City) -> int:
    with city.begin() as uow:
        return people_now(uow.session, city.id)


def rows(owner: Engine, table: str) -> int:
    with owner.connect() as looking:
        return int(looking.execute(text(f"select count(*) from {table}")).scalar_one())


def test_killed_while_it_reads(
    city: City, owner: Engine, keyring: Keyring, database_url: str
) -> None:
    intake = city.brings(csv_of(*PEOPLE))
    with killed(
        owner,
        reads,
        *(keyring, database_url, intake),
        held="insert into register_intake_rows values (:intake, :first, 0, 0, '', '', '', '')",
        intake=intake,
        first=2 * BATCH + 2,
    ):
        assert stands(city, intake) == (Stage.READING, 2 * BATCH)
        assert rows(owner, "person") == rows(owner, "register_version") == 0
    importing.carry_on(city.begin, city.vault, intake)
    assert stands(city, intake) == (Stage.WAITING, len(PEOPLE))
    with city.begin() as uow:
        report = intakes.report(uow.session, intakes.get(uow.session, intake))
    intakes.give_up(city.begin, city.vault, intake)
    assert report == city.compares(csv_of(*PEOPLE)), "as if nobody had been killed"
    assert (report.added, report.refused_lines) == (len(PEOPLE), 0)


def test_killed_while_it_refuses_numbers_given_twice(
    city: City, owner: Engine, keyring: Keyring, database_url: str
) -> None:
    """Those of the first batches are refused already, and once."""
    twice = [{"register_no": f"R{no}"} for no in (1, 30, 99)]
    data = csv_of(*PEOPLE, *twice)
    intake = city.brings(data)
    with (
        killed(
            owner,
            reads,
            *(keyring, database_url, intake),
            # Without looking up the intake, whose row the process is to write.
            held="with alone as (select set_config('session_replication_role', 'replica', true))"
            " insert into register_intake_fault select :intake, false, 100, 'x', 'x' from alone",
            intake=intake,
        ),
        city.begin() as uow,
    ):
        row = intakes.get(uow.session, intake)
        assert (row.stage, row.lines, row.refused) == (Stage.READING, 103, 2)
    importing.carry_on(city.begin, city.vault, intake)
    with city.begin() as uow:
        report = intakes.report(uow.session, intakes.get(uow.session, intake))
    intakes.give_up(city.begin, city.vault, intake)
    assert report == city.compares(data), "as if nobody had been killed"
    assert (report.added, report.refused_lines) == (97, 6)


def test_killed_while_it_goes_in(
    city: City, owner: Engine, keyring: Keyring, database_url: str
) -> None:
    """Of what was confirmed nothing is seen, until all of it is."""
    city.imports({"register_no": "R1"})
    intake = city.brings(csv_of(*PEOPLE), as_of=MARCH)
    importing.compare(city.begin, city.vault, intake)
    with city.begin() as uow:
        publishing.confirm(uow, intake, by="officer:x", as_version=2, ending_percent=0)
    with killed(
        owner,
        publishes,
        *(keyring, database_url, intake),
        held="insert into person (id, jurisdiction_id, register_no)"
        " values (gen_random_uuid(), :place, 'R50')",
        place=city.id,
    ):
        assert stands(city, intake) == (Stage.PUBLISHING, len(PEOPLE))
        assert rows(owner, "register_version") == 1
        assert living(city) == 1
    importing.carry_on(city.begin, city.vault, intake)
    assert stands(city, intake) == (Stage.DONE, len(PEOPLE))
    assert living(city) == len(PEOPLE)
    assert rows(owner, "register_version") == 2
    assert rows(owner, "register_intake_rows") == 0
