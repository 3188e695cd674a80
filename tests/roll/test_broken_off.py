"""An import that is broken off: nobody sees a part of it, and whoever comes next goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import func, select

from referendum.kernel.uow import Begin, UnitOfWork
from referendum.roll import importing, intakes, publishing, staging
from referendum.roll.finding import (
    candidates,
    latest_residence,
    person_details,
)
from referendum.roll.intakes import Stage
from referendum.roll.tables import (
    Person,
    RegisterVersion,
    Residence,
)
from referendum.roll.versions import people_now
from tests.roll.city import ANYTHING, MARCH, City, counts, csv_of


class PowerCut(Exception):
    pass


@dataclass
class Stops:
    """Begins so many transactions, and then the power is cut."""

    real: Begin
    after: int

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self.after -= 1
        if self.after < 0:
            raise PowerCut
        with self.real() as uow:
            yield uow


def test_what_breaks_off_before_its_version_is_there_is_seen_by_nobody_and_finished_by_the_next(
    city: City,
) -> None:
    city.imports({"register_no": "1", "name": "이몽룡"}, {"register_no": "2"})
    changed = csv_of({"register_no": "1", "name": "홍길동"}, {"register_no": "3"})
    intake = city.brings(changed, as_of=MARCH)
    preview = importing.compare(city.begin, city.vault, intake).preview

    def fail_after_writing() -> None:
        with city.begin() as uow:
            importing.import_register(
                uow,
                city.begin,
                city.vault,
                intake,
                by=city.registrar,
                preview=preview,
                limits=ANYTHING,
            )
            raise PowerCut

    with pytest.raises(PowerCut):
        fail_after_writing()
    before = {"version_from": 1, "name": "이몽룡", "people": 2, "1": True, "2": True, "3": False}
    assert as_seen(city) == before, "rows are written, and nobody sees any of them"
    importing.carry_on(city.begin, city.vault, intake)
    after = {"version_from": 2, "name": "홍길동", "people": 2, "1": True, "2": False, "3": True}
    assert as_seen(city) == after
    again = city.imports_file(changed, as_of=MARCH)
    assert (again.version, counts(again)) == (3, (0, 0, 0, 2))


def as_seen(city: City) -> dict[str, object]:
    """What whoever looks is told of the people 1 to 3."""
    born = date(1980, 5, 5)
    with city.begin() as uow:
        row = latest_residence(uow.session, city.person("1"))
        details = person_details(uow.session, city.vault, city.person("1"))
        assert row is not None
        assert details is not None
        found = [
            uow.session.get_one(Person, one.person_id).register_no
            for name in ("이몽룡", "홍길동")
            for one in candidates(
                uow.session, city.vault, jurisdiction_id=city.id, name=name, birth_date=born
            )
        ]
        living = {
            number: any(until is None for _, until, _ in city.episodes(number))
            for number in found
            if number
        }
        return {
            "version_from": row.version_from,
            "name": details.name,
            "people": people_now(uow.session, city.id),
            **{number: living.get(number, False) for number in ("1", "2", "3")},
        }


def test_a_file_is_gone_on_with_from_where_reading_had_stopped(city: City) -> None:
    """Batch by batch, each by somebody else: the same as all of it at once."""
    people = [{"register_no": f"{no}", "former_names": f"옛이름{no % 7}"} for no in range(1, 101)]
    people[20]["register_no"] = people[70]["register_no"] = "가"
    people[30]["birth_date"] = "?"
    people[40]["phone"] = "02-120"
    people[50]["address"] = 'a, "b" \\ c'
    data = csv_of(*people)
    intake = city.brings(data)
    rounds = 0
    while True:
        rounds += 1
        with city.begin() as uow:
            row = intakes.get(uow.session, intake)
            if row.stage != Stage.READING:
                break
        stops = Stops(city.begin, after=3 + rounds)
        with contextlib.suppress(PowerCut):
            staging.read(stops.begin, city.vault, intake, batch=20)
    assert rounds > 3
    with city.begin() as uow:
        pieced = intakes.report(uow.session, intakes.get(uow.session, intake))
    intakes.give_up(city.begin, city.vault, intake)
    assert city.compares(data) == pieced
    assert (pieced.added, pieced.refused_lines, pieced.noted_lines) == (97, 3, 1)
    assert [fault.line for fault in pieced.refused] == [22, 32, 72]


def test_a_version_goes_in_once_however_often_it_is_broken_off(city: City) -> None:
    """Every transaction of the publishing is the last one, in turn."""
    city.imports(*({"register_no": str(no)} for no in range(1, 13)))
    intake = city.brings(
        csv_of(*({"register_no": str(no), "name": "이몽룡"} for no in range(4, 16))), as_of=MARCH
    )
    preview = importing.compare(city.begin, city.vault, intake).preview
    with city.begin() as uow:
        publishing.confirm(uow, intake, by="officer:x", preview=preview, limits=ANYTHING)
    for cut in range(1, 12):
        stops = Stops(city.begin, after=cut)
        with contextlib.suppress(PowerCut):
            importing.carry_on(stops.begin, city.vault, intake)
    with city.begin() as uow:
        row = intakes.get(uow.session, intake)
        assert (row.stage, row.cleared) == (Stage.DONE, True)
        assert (row.added, row.changed, row.missing) == (3, 9, 3)
        assert people_now(uow.session, city.id) == 12
        rows = uow.session.scalar(select(func.count()).select_from(Residence))
        assert rows == 12 + 12 + 3
        numbers = uow.session.scalars(select(RegisterVersion.number)).all()
    assert sorted(numbers) == [1, 2]


def test_the_same_file_brought_again_goes_on_where_it_was_broken_off(city: City) -> None:
    data = csv_of({"register_no": "1"}, {"register_no": "2"})
    first = city.brings(data)
    importing.compare(city.begin, city.vault, first)
    assert city.brings(data) == first
    assert city.brings(data, as_of=MARCH) != first
