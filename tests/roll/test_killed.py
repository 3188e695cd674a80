"""An import whose process is killed: nobody sees a part of it, and another goes on where it was."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine, text

from referendum.kernel.keys import Keyring
from referendum.kernel.sealing import Vault
from referendum.roll import importing, intakes, publishing, staging
from referendum.roll.intakes import Stage
from referendum.roll.versions import people_now
from tests.killing import killed, own
from tests.roll.city import ANYTHING, MARCH, City, csv_of

BATCH = 20
PEOPLE = [{"register_no": f"R{no}"} for no in range(1, 101)]


def reads(keyring: Keyring, url: str, intake: UUID) -> None:
    """A process that reads a file, batch by batch."""
    begin = own(url)
    with begin() as uow:
        place = intakes.get(uow.session, intake).jurisdiction_id
    with begin() as held:
        intakes.hold_register(held.session, place)
        staging.read(begin, Vault(keyring), intake, batch=BATCH)


def publishes(keyring: Keyring, url: str, intake: UUID) -> None:
    """A process that brings in a file that was confirmed."""
    importing.carry_on(own(url), Vault(keyring), intake)


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
        assert city.stands(intake) == (Stage.READING, 2 * BATCH)
        assert rows(owner, "person") == rows(owner, "register_version") == 0
    importing.carry_on(city.begin, city.vault, intake)
    assert city.stands(intake) == (Stage.WAITING, len(PEOPLE))
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
    preview = importing.compare(city.begin, city.vault, intake).preview
    with city.begin() as uow:
        publishing.confirm(uow, intake, by="officer:x", preview=preview, limits=ANYTHING)
    with killed(
        owner,
        publishes,
        *(keyring, database_url, intake),
        held="insert into person (id, jurisdiction_id, register_no)"
        " values (gen_random_uuid(), :place, 'R50')",
        place=city.id,
    ):
        assert city.stands(intake) == (Stage.PUBLISHING, len(PEOPLE))
        assert rows(owner, "register_version") == 1
        assert living(city) == 1
    importing.carry_on(city.begin, city.vault, intake)
    assert city.stands(intake) == (Stage.DONE, len(PEOPLE))
    assert living(city) == len(PEOPLE)
    assert rows(owner, "register_version") == 2
    assert rows(owner, "register_intake_rows") == 0
