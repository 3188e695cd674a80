"""A city's database of schema 0008 comes to the newest one with all that was in it.

`tests/data/filled-0008.*` was made by that version's own code: a town of 132 invented residents, an
initiative that collects (online, taken back, signed again, on paper), a referendum voted on and
declared, one half examined under a hold, a recall with people who signed twice. Its keys were made
to be thrown away, and follow from their names.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from referendum.cli.postgres import Server
from referendum.kernel import log
from referendum.kernel.db import connect, violates
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey
from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, beginner
from referendum.lifecycle import surveying
from referendum.lifecycle.tables import Measure
from referendum.migrations.migrating import Role, migrate
from referendum.verifying.receipts import verify_receipt
from referendum.verifying.records import verify_export
from signatures import collecting, petitions, settling, tallying
from signatures.lines import receipt_commitment
from tests.schema import APP
from tests.town import Town

DATA = Path(__file__).parents[1] / "data"
TOLD: dict[str, Any] = json.loads((DATA / "filled-0008.json").read_text("utf-8"))


def key(name: str) -> bytes:
    return hashlib.sha256(f"a key to throw away: {name}".encode()).digest()


RING = Keyring(
    **{name: key(name) for name in ("master", "pepper", "codes", "log")},
    authorities={authority: key(authority.value) for authority in Authority},
)
LOG = LogKey("referendum.example/record", RING.log)


@pytest.fixture(scope="module")
def migrated(server: Server) -> Iterator[Begin]:
    """The old database, brought to the newest schema as a city's owner would, and opened."""
    name = f"filled_{uuid4().hex[:12]}"
    url = server.create_database(name)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(lzma.decompress((DATA / "filled-0008.sql.xz").read_bytes()).decode())
    migrate(url, Role(APP), may_shift_clock=True)
    engine = connect(server.url_of(name, user=APP))
    yield beginner(sessionmaker(engine, expire_on_commit=False))
    engine.dispose()
    server.drop_database(name)


@pytest.fixture(scope="module")
def old_town(migrated: Begin) -> Town:
    return Town(migrated, Vault(RING), LOG)


@pytest.mark.parametrize("petition", TOLD["petitions"])
def test_every_count_is_what_it_was(migrated: Begin, petition: str) -> None:
    with migrated() as uow:
        exact = tallying.exact(uow.session, UUID(petition))
        assert tallying.tally(uow.session, UUID(petition)) == exact
        standing = tallying.standing(uow.session, UUID(petition))
    assert exact.reconciles
    assert {
        "submitted": exact.submitted,
        "standing": exact.standing,
        "void": {reason.value: lines for reason, lines in exact.void_by_reason.items()},
        "open": {reason.value: lines for reason, lines in exact.open_by_reason.items()},
        "districts": {str(district): lines for district, lines in standing.items()},
    } == TOLD["petitions"][petition]


def test_lines_are_numbered_from_one_without_holes(migrated: Begin) -> None:
    with migrated() as uow:
        asked = text(
            "select array_agg(number order by arrival) from line_state group by petition_id"
        )
        for numbers in uow.session.scalars(asked):
            assert numbers == list(range(1, len(numbers) + 1))


def test_the_record_is_whole_to_the_letter(migrated: Begin) -> None:
    with migrated() as uow:
        assert log.size_of(uow.session) == TOLD["entries"]
    lines = list(log.export(migrated, LOG))
    assert verify_export(lines, vkey=LOG.vkey).ok
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == TOLD["record"]


def test_every_place_of_the_record_knows_the_measure_of_its_entry(migrated: Begin) -> None:
    told = text(
        "select count(*) as places, count(p.measure_id) as told,"
        " count(*) filter (where p.measure_id is distinct from e.measure_id) as wrong"
        " from record_place p join record_entry e on e.id = p.entry_id"
    )
    with migrated() as uow:
        found = uow.session.execute(told).one()
    assert (found.places, found.wrong) == (TOLD["entries"], 0)
    assert found.told > 0


def test_a_roll_of_before_takes_no_more_entries(migrated: Begin) -> None:
    late = text(
        "with newcomer as (insert into person (id, jurisdiction_id, register_no)"
        " select gen_random_uuid(), jurisdiction_id, 'late' from person limit 1 returning id)"
        " insert into roll_entry (roll_id, person_id, district_id)"
        " select r.roll_id, n.id, r.district_id from newcomer n, roll_entry r limit 1"
    )
    with pytest.raises(IntegrityError) as refusal, migrated() as uow:
        uow.session.execute(late)
    assert violates(refusal.value, "roll_stands")


@pytest.mark.parametrize("at", range(len(TOLD["receipts"])))
def test_every_receipt_opens(migrated: Begin, at: int) -> None:
    receipt = TOLD["receipts"][at]
    with migrated() as uow:
        proof = log.receipt(uow.session, collecting.entry_of_receipt(uow.session, receipt))
    included = verify_receipt(json.dumps(proof), vkey=LOG.vkey)
    assert receipt_commitment(receipt).hex() in json.dumps(included.entry)


def test_what_was_sealed_is_read_and_work_goes_on(old_town: Town) -> None:
    for petition in TOLD["petitions"]:
        with old_town.begin() as uow:
            found = petitions.get(uow.session, UUID(petition))
            waiting = tallying.unsettled(uow.session, found.id)
            officer = old_town.examiner_of(found.measure_id)
            lines = settling.open_lines(
                uow.session, old_town.vault, found.id, by=officer, limit=waiting + 1
            )
        assert len(lines) == waiting
        assert all(line.written["name"] for line in lines)


def test_every_measure_can_be_looked_at(migrated: Begin) -> None:
    with migrated() as uow:
        for measure in uow.session.query(Measure).all():
            seen = surveying.overview(uow.session, measure)
            assert seen.measure.stage


def test_what_two_certified_before_is_kept_and_belongs_to_no_proposal(migrated: Begin) -> None:
    with migrated() as uow:
        said = uow.session.execute(
            text("select count(distinct officer_id), count(proposal_id) from attestation a"
                 " join certificate c using (measure_id, subject) group by c.id")
        ).all()  # fmt: skip
    assert said
    assert {tuple(one) for one in said} == {(2, 0)}
