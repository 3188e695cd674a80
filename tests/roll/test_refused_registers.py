"""Whole files of a register that are refused, who may bring one, and what has to be read before."""

from __future__ import annotations

import dataclasses
import threading
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from referendum.kernel.errors import DomainError
from referendum.kernel.faults import REPORTED
from referendum.kernel.people import FreshCodeNeeded, Officer, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.roll.errors import (
    IntakeNotFound,
    PreviewNotRead,
    RegisterBusy,
    RegisterColumnsWrong,
    RegisterFromTheFuture,
    RegisterMostlyBroken,
    RegisterMovedOn,
    RegisterOlder,
)
from referendum.roll.tables import (
    Person,
    RegisterVersion,
    Residence,
)
from referendum.roll.versions import latest_version, people_now
from tests.roll.city import JANUARY, MARCH, City, counts, csv_of


def test_a_file_of_which_most_is_broken_is_refused_whole(city: City) -> None:
    city.imports({"register_no": "1"})
    with pytest.raises(RegisterMostlyBroken) as refusal:
        city.imports({"register_no": "2"}, *[{"register_no": "3", "birth_date": "x"}] * 2)
    fault = {"column": "birth_date", "reason": "not-a-date"}
    assert refusal.value.facts == {
        "whole": 3,
        "lines": 2,
        "count": 2,
        "commonest": [{**fault, "count": 2}],
        "faults": [{"line": 3, **fault}, {"line": 4, **fault}],
    }
    with city.begin() as uow:
        latest = latest_version(uow.session, city.id)
        assert latest is not None
        assert latest.number == 1
        assert uow.session.scalar(select(func.count()).select_from(Person)) == 1


def test_of_a_broken_file_every_fault_is_counted_and_no_more_than_the_first_are_told(
    city: City,
) -> None:
    """A name that is missing is there more often, a number given twice before it."""
    twice = [{"register_no": "1"}] * 2
    nameless = [{"register_no": f"{no}", "name": ""} for no in range(REPORTED + 50)]
    with pytest.raises(RegisterMostlyBroken) as refusal:
        city.imports(*twice, *nameless[2:])
    facts: dict[str, Any] = refusal.value.facts
    assert facts["count"] == facts["lines"] == facts["whole"] == REPORTED + 50
    assert facts["commonest"] == [{"column": "name", "reason": "missing", "count": REPORTED + 48}]
    assert [one["line"] for one in facts["faults"]] == list(range(2, REPORTED + 2))
    assert facts["faults"][0] == {"line": 2, "column": "register_no", "reason": "repeated"}


def test_a_structural_fault_leaves_nothing_behind(city: City) -> None:
    with pytest.raises(RegisterColumnsWrong):
        city.imports_file(csv_of({"register_no": "1"}).replace(b"phone", b"fax"))
    with city.begin() as uow:
        for table in (Person, Residence, RegisterVersion, RecordEntry):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0


def test_the_report_can_be_read_before_anything_is_written(city: City) -> None:
    city.imports(*[{"register_no": str(no)} for no in range(5)])
    file = csv_of({"register_no": "0"}, {"register_no": "new"})
    foreseen = city.compares(file, as_of=MARCH)
    assert counts(foreseen) == (1, 0, 4, 1)
    with city.begin() as uow:
        assert people_now(uow.session, city.id) == 5
    assert city.imports_file(file, as_of=MARCH, preview=foreseen.preview) == foreseen


def test_an_import_between_the_report_and_its_confirmation_is_noticed(city: City) -> None:
    foreseen = city.compares(csv_of({"register_no": "1"}))
    city.imports({"register_no": "2"})
    with pytest.raises(PreviewNotRead):
        city.imports_file(csv_of({"register_no": "1"}), preview=foreseen.preview)


def test_a_file_older_than_the_register_or_later_than_today_is_refused(city: City) -> None:
    city.imports({"register_no": "1"}, as_of=MARCH)
    with pytest.raises(RegisterOlder):
        city.imports({"register_no": "1"}, as_of=JANUARY)
    with pytest.raises(RegisterFromTheFuture):
        city.imports({"register_no": "1"}, as_of=date(2190, 1, 1))


def test_only_a_registrar_of_the_place_with_a_fresh_code_imports(city: City) -> None:
    registrar = city.registrar
    tries: list[tuple[Officer, type[DomainError]]] = [
        (dataclasses.replace(registrar, roles=frozenset()), RoleMissing),
        (dataclasses.replace(registrar, fresh=False), FreshCodeNeeded),
        (dataclasses.replace(registrar, jurisdiction=uuid4()), IntakeNotFound),
    ]
    for officer, refusal in tries:
        stranger = dataclasses.replace(city, registrar=officer)
        with pytest.raises(refusal):
            stranger.imports({"register_no": "1"})


def test_two_imports_at_once_become_two_versions(city: City) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            while True:
                try:
                    city.imports({"register_no": "1"}, {"register_no": "2"})
                except (RegisterBusy, RegisterMovedOn):
                    continue  # Whoever is refused brings the file again.
                return
        except BaseException as error:  # noqa: BLE001  # carried to the main thread
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with city.begin() as uow:
        numbers = uow.session.scalars(select(RegisterVersion.number)).all()
        added = uow.session.scalars(select(RegisterVersion.added)).all()
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert sum(added) == 2
