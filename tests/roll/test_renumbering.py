"""Phones that come onto the register later: counted, told of, and not hidden by coming twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from referendum.kernel.record import RecordEntry
from referendum.roll import renumbering, versions
from referendum.roll.finding import phone_index
from referendum.roll.intakes import ImportReport
from referendum.roll.phone_tables import PhoneChange
from tests.roll.city import MARCH, City, csv_of

KIM: dict[str, Any] = {"register_no": "R1", "name": "김하나", "phone": "010-2345-6789"}
LEE: dict[str, Any] = {"register_no": "R2", "name": "이두리", "phone": ""}
OTHER = "010-8765-4321"
THIRD = "010-5555-4321"
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 4)


def phones(report: ImportReport) -> tuple[int, int]:
    """Of people whose phone was replaced, and who had none before."""
    return report.phones_replaced, report.phones_first


def change_of(city: City, register_no: str) -> PhoneChange | None:
    with city.begin() as uow:
        return renumbering.latest(uow.session, city.person(register_no))


def told_of(city: City, register_no: str) -> list[str]:
    """The numbers whose holders are told of somebody's newest phone."""
    with city.begin() as uow:
        change = renumbering.latest(uow.session, city.person(register_no))
        assert change is not None
        return sorted(renumbering.former_numbers(uow.session, city.vault, change))


def test_with_the_first_version_nobodys_phone_is_new(city: City) -> None:
    assert phones(city.imports(KIM, LEE)) == (0, 0)
    assert change_of(city, "R1") is None


def test_a_changed_and_a_first_phone_are_counted_before_and_after(city: City) -> None:
    city.imports(KIM, LEE)
    newcomer = {"register_no": "R3", "name": "박세움", "phone": THIRD}
    file = csv_of(KIM | {"phone": OTHER}, LEE | {"phone": "010-2222-3333"}, newcomer)
    assert phones(city.compares(file, as_of=MARCH)) == (1, 2)
    assert phones(city.imports_file(file, as_of=MARCH)) == (1, 2)
    with city.begin() as uow:
        newest = versions.history(uow.session, city.id)[0]
        imports = select(RecordEntry.leaf).where(RecordEntry.act == "register.imported")
        leaves = b"".join(uow.session.scalars(imports.order_by(RecordEntry.id)))
    assert (newest.phones_replaced, newest.phones_first) == (1, 2)
    assert b'"phones_first":2,"phones_replaced":1' in leaves


def test_who_moves_and_keeps_the_phone_has_no_new_one(city: City) -> None:
    city.imports(KIM, LEE)
    report = city.imports(KIM | {"district": "siksa"}, LEE, as_of=MARCH)
    assert (report.changed, phones(report)) == (1, (0, 0))
    assert change_of(city, "R1") is None


def test_of_a_line_that_is_given_twice_no_phone_is_counted(city: City) -> None:
    city.imports(KIM, LEE)
    twice = KIM | {"phone": OTHER}
    assert phones(city.imports(twice, twice, LEE, {"register_no": "R9"}, as_of=MARCH)) == (0, 0)
    assert change_of(city, "R1") is None


def test_the_former_number_is_the_one_that_is_told(city: City) -> None:
    city.imports(KIM, LEE)
    city.imports(KIM | {"phone": OTHER}, LEE | {"phone": THIRD}, as_of=MARCH)
    assert told_of(city, "R1") == ["+821023456789"]
    assert told_of(city, "R2") == []


def test_a_number_taken_away_first_is_told_when_another_comes(city: City) -> None:
    city.imports(KIM)
    assert phones(city.imports(KIM | {"phone": ""}, as_of=MARCH)) == (0, 0)
    assert phones(city.imports(KIM | {"phone": OTHER}, as_of=APRIL)) == (0, 1)
    assert told_of(city, "R1") == ["+821023456789"]


def test_nobody_gets_past_a_holder_by_changing_twice(city: City) -> None:
    city.imports(KIM)
    city.imports(KIM | {"phone": OTHER}, as_of=MARCH)
    city.imports(KIM | {"phone": THIRD}, as_of=APRIL)
    assert told_of(city, "R1") == ["+821023456789", "+821087654321"]


def test_an_unsettled_objection_goes_over_to_the_next_phone(city: City) -> None:
    city.imports(KIM)
    city.imports(KIM | {"phone": OTHER}, as_of=MARCH)
    with city.begin() as uow:
        change = renumbering.latest(uow.session, city.person("R1"))
        assert change is not None
        change.objected_at, change.objected_by = uow.now(), "former_number"
    city.imports(KIM | {"phone": THIRD}, as_of=APRIL)
    with city.begin() as uow:
        (open_one,) = renumbering.disputed(uow.session, city.id)
    assert open_one.version == 3


def test_a_change_away_from_a_number_is_found_by_it_as_long_as_it_is_the_last(city: City) -> None:
    city.imports(KIM)
    city.imports(KIM | {"phone": OTHER}, as_of=MARCH)

    def found(phone: str) -> list[int]:
        with city.begin() as uow:
            index = phone_index(city.vault, phone)
            changes = renumbering.changes_from(uow.session, city.id, index)
            return [one.version for one in changes]

    assert found("+821023456789") == [2]
    assert found("+821087654321") == []
    city.imports(KIM, as_of=APRIL)
    assert found("+821023456789") == []
    assert found("+821087654321") == [3]
