"""What a worker was in the midst of when the schema changed goes on after it, and ends alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from psycopg.errors import RaiseException
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from referendum.kernel.uow import Begin, UnitOfWork
from referendum.migrations import migrating
from referendum.migrations.migrating import Role, migrate
from referendum.roll import importing, intakes, staging
from referendum.roll.errors import RegisterMostlyBroken
from referendum.roll.intakes import Stage
from signatures.lines import Reason
from tests.roll import city as registering
from tests.roll.city import MARCH, csv_of
from tests.schema import APP
from tests.signatures import city as signing
from tests.signatures.city import Inhabitant, paper
from tests.stages import Standing

BATCH = 10
PEOPLE = [{"register_no": f"R{no}"} for no in range(40)]


AS_FAR = text("""
update register_intake
   set stage = :stage, read_bytes = :read_bytes, next_line = :next_line, lines = :lines,
       added = :lines
 where id = :id
""")
A_LINE = text("""
insert into register_intake_line (intake_id, line, register_no, what) values (:id, 2, 'R0', 'same')
""")


class Killed(Exception):  # what happens, not what is wrong
    """A worker that is no more."""


@pytest.fixture
def signing_city(standing: Standing) -> signing.City:
    founded = standing("signing_city").founded
    assert isinstance(founded, signing.City)
    return founded


@pytest.fixture
def registering_city(standing: Standing, begin: Begin) -> registering.City:
    founded = standing("registering_city").founded
    assert isinstance(founded, registering.City)
    return replace(founded, begin=begin, districts=dict(founded.districts))


@pytest.fixture
def owner(owner_url: str) -> Iterator[Connection]:
    with create_engine(owner_url, poolclass=NullPool).connect() as connection:
        yield connection


def goes_back(owner: Connection, revision: str) -> None:
    """The schema as it was, and all that is in it in the form of then."""
    with owner.begin():
        migrating.downgrade(owner, revision)


def comes_forward(owner_url: str) -> None:
    migrate(owner_url, Role(APP), may_shift_clock=True)


def revision_of(owner: Connection) -> str:
    with owner.begin():
        return str(owner.scalar(text("select version_num from alembic_version")))


def breaking(begin: Begin, *, units: int) -> Begin:
    """Units of work for somebody who is killed after so many."""
    left = iter(range(units))

    @contextmanager
    def next_one() -> Iterator[UnitOfWork]:
        if next(left, None) is None:
            raise Killed
        with begin() as uow:
            yield uow

    return next_one


def decisions(city: signing.City, petition: UUID) -> list[tuple[object, ...]]:
    rows = city.rows(
        "select l.sheet, l.row, d.status, d.reason, s.line_id is not null as stands from line l"
        "  join line_decision d on d.petition_id = l.petition_id and d.line_id = l.id"
        "  left join standing_signature s on s.petition_id = l.petition_id and s.line_id = l.id"
        " where l.petition_id = :id order by l.arrival",
        id=petition,
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("before", ["0021", "0022", "0023"])
@pytest.mark.parametrize("share", [0.4, 1.4], ids=["while it decides", "while it is entered"])
def test_a_pass_that_was_under_way_ends_as_if_nothing_had_been(
    begin: Begin,
    signing_city: signing.City,
    owner: Connection,
    owner_url: str,
    before: str,
    share: float,
) -> None:
    """With lines that wait, lines of one person twice, and an officer to come."""
    city = signing_city.again(begin)
    signers = [*city.inhabitants, *city.inhabitants[:4], *[Inhabitant("?", "모르는이")] * 3]
    lines = [paper(who, row, on=city.today()) for row, who in enumerate(signers, 1)]
    whole, broken = city.opens(), city.opens()
    for petition in (whole, broken):
        city.brings(petition, lines)
    report = city.examines(whole)
    asked = city.asks(broken)

    def breaks(done: int, _all: int) -> None:
        if done >= share * len(lines):
            raise Killed

    with pytest.raises(Killed):
        city.goes_on(broken, asked, piece=3, hands=1, progress=breaks)
    goes_back(owner, before)
    assert revision_of(owner) == before
    comes_forward(owner_url)
    if share < 1:
        assert decisions(city, broken) == []
        assert city.counts(broken).open_by_reason == {Reason.UNEXAMINED: len(lines)}
    assert city.goes_on(broken, asked, piece=3)
    assert city.ends(asked) == report
    assert decisions(city, broken) == decisions(city, whole)
    assert city.counts(broken) == city.counts(whole)
    assert city.rows("select from examined_line") == []
    waiting = "select number, reason from waiting_line where petition_id = :id order by number"
    assert city.rows(waiting, id=broken) == city.rows(waiting, id=whole) != []


@pytest.mark.parametrize("read", [False, True], ids=["while it is read", "read and waiting"])
def test_a_register_on_its_way_is_read_again_from_what_is_kept_of_it(
    registering_city: registering.City, owner: Connection, owner_url: str, *, read: bool
) -> None:
    city, file = (
        registering_city,
        csv_of(*PEOPLE, {"register_no": "R1"}, {"register_no": "Z", "birth_date": "x"}),
    )
    city.imports(*PEOPLE[:5], {"register_no": "gone"})
    expected = city.compares(file, as_of=MARCH)
    intake = city.brings(file, as_of=MARCH)
    if read:
        importing.compare(city.begin, city.vault, intake)
    else:
        with pytest.raises(Killed):
            staging.read(breaking(city.begin, units=5), city.vault, intake, batch=BATCH)
        with city.begin() as uow:
            assert 0 < intakes.get(uow.session, intake).lines < len(PEOPLE)
    with city.begin() as uow:
        row = intakes.get(uow.session, intake)
        far = {name: getattr(row, name) for name in ("stage", "read_bytes", "next_line", "lines")}
    goes_back(owner, "0022")
    with owner.begin():
        # As the version before had read it, and kept its lines.
        owner.execute(AS_FAR, {"id": intake, **far})
        owner.execute(A_LINE, {"id": intake})
    comes_forward(owner_url)
    importing.carry_on(city.begin, city.vault, intake)
    with city.begin() as uow:
        row = intakes.get(uow.session, intake)
        assert row.stage == Stage.WAITING
        assert intakes.report(uow.session, row) == expected
    done = city.confirms(intake, expected.preview)
    assert (done.added, done.ended, done.version) == (expected.added, expected.ended, 2)


def test_a_register_that_was_refused_for_most_of_its_lines_is_told_alike_after_either_way(
    registering_city: registering.City, owner: Connection, owner_url: str
) -> None:
    city = registering_city
    with pytest.raises(RegisterMostlyBroken) as refusal:
        city.imports(*[one | {"birth_date": "x"} for one in PEOPLE], {"register_no": ""})
    told = text("select facts from register_intake")
    goes_back(owner, "0025")
    with owner.begin():
        before = owner.scalars(told).one()
    assert (before["refused"], before["lines"], len(before["first"])) == (41, 41, 5)
    comes_forward(owner_url)
    with owner.begin():
        after = owner.scalars(told).one()
    assert after == {**refusal.value.facts, "faults": before["first"]}


@pytest.mark.parametrize("forward", [True, False])
def test_a_register_that_was_confirmed_is_finished_first(
    registering_city: registering.City, owner: Connection, owner_url: str, *, forward: bool
) -> None:
    """Neither way: what is left of it is in the form of the code that was bringing it in."""
    city = registering_city
    intake = city.brings(csv_of(*PEOPLE))
    importing.compare(city.begin, city.vault, intake)
    if forward:
        goes_back(owner, "0022")
    with owner.begin():
        confirmed = text("update register_intake set stage = 'publishing' where id = :id")
        owner.execute(confirmed, {"id": intake})
    stood = revision_of(owner)
    moves = partial(comes_forward, owner_url) if forward else partial(goes_back, owner, "0022")
    with pytest.raises(RaiseException, match="finish it first"):
        moves()
    assert revision_of(owner) == stood
