"""What an import changes in whom: versions stand beside each other, and nobody is deleted."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from referendum.kernel.db import violates
from referendum.roll.finding import (
    person_details,
)
from referendum.roll.tables import (
    District,
    Jurisdiction,
    Residence,
)
from referendum.roll.versions import people_now
from tests.roll.city import MARCH, City, counts, told_of


def test_a_first_import_adds_everybody(city: City) -> None:
    report = city.imports({"register_no": "1"}, {"register_no": "2", "name": "이몽룡"})
    assert (report.version, counts(report)) == (1, (2, 0, 0, 0))
    assert city.episodes("1") == [(date(2015, 3, 1), None, "jugyo")]


def test_the_same_file_again_changes_nothing_but_the_version(city: City) -> None:
    people = [{"register_no": "1"}, {"register_no": "2", "phone": "010-0000-0002"}]
    city.imports(*people)
    report = city.imports(*people, as_of=MARCH)
    assert (report.version, counts(report)) == (2, (0, 0, 0, 2))
    with city.begin() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Residence)) == 2


def test_equal_name_and_birth_date_are_two_people(city: City) -> None:
    report = city.imports({"register_no": "1"}, {"register_no": "2"})
    assert counts(report) == (2, 0, 0, 0)
    assert city.person("1") != city.person("2")


def test_a_corrected_name_changes_the_row_and_keeps_the_old_one(city: City) -> None:
    city.imports({"register_no": "1", "name": "홍길둥"})
    report = city.imports({"register_no": "1", "name": "홍길동"}, as_of=MARCH)
    assert counts(report) == (0, 1, 0, 0)
    with city.begin() as uow:
        versions = uow.session.execute(
            select(Residence.version_from, Residence.version_to).order_by(Residence.version_from)
        ).all()
        details = person_details(uow.session, city.vault, city.person("1"))
    assert [tuple(row) for row in versions] == [(1, 2), (2, None)]
    assert details is not None
    assert details.name == "홍길동"


def test_a_person_missing_from_the_file_ends_and_is_not_deleted(city: City) -> None:
    city.imports({"register_no": "1"}, {"register_no": "2"})
    report = city.imports({"register_no": "1"}, as_of=MARCH)
    assert counts(report) == (0, 0, 1, 1)
    assert city.episodes("2") == [(date(2015, 3, 1), MARCH, "jugyo")]
    with city.begin() as uow:
        assert people_now(uow.session, city.id) == 1
        gone = person_details(uow.session, city.vault, city.person("2"))
    assert gone is not None
    assert gone.registered_to == MARCH


def test_a_person_who_was_missing_by_mistake_comes_back_as_they_were(city: City) -> None:
    city.imports({"register_no": "1"}, {"register_no": "2"})
    city.imports({"register_no": "1"}, as_of=MARCH)
    report = city.imports({"register_no": "1"}, {"register_no": "2"}, as_of=date(2026, 4, 1))
    assert counts(report) == (0, 1, 0, 1)
    assert city.episodes("2") == [(date(2015, 3, 1), None, "jugyo")]


def test_a_later_registration_is_a_new_episode(city: City) -> None:
    city.imports({"register_no": "1"})
    city.imports(
        {"register_no": "1", "registered_from": "2026-02-01", "district": "가좌동"}, as_of=MARCH
    )
    assert city.episodes("1") == [
        (date(2015, 3, 1), date(2026, 2, 1), "jugyo"),
        (date(2026, 2, 1), None, "gajwa"),
    ]


def test_a_return_after_moving_out_leaves_the_gap(city: City) -> None:
    city.imports({"register_no": "1", "registered_to": "2020-06-01"})
    city.imports({"register_no": "1", "registered_from": "2026-02-01"}, as_of=MARCH)
    assert city.episodes("1") == [
        (date(2015, 3, 1), date(2020, 6, 1), "jugyo"),
        (date(2026, 2, 1), None, "jugyo"),
    ]


def test_another_district_under_the_same_date_is_an_episode_from_the_day_of_the_file(
    city: City,
) -> None:
    city.imports({"register_no": "1"})
    moved = {"register_no": "1", "district": "Gajwa-dong"}
    city.imports(moved, as_of=MARCH)
    again = city.imports(moved, as_of=date(2026, 4, 1))
    assert counts(again) == (0, 0, 0, 1)
    assert city.episodes("1") == [
        (date(2015, 3, 1), MARCH, "jugyo"),
        (MARCH, None, "gajwa"),
    ]


def test_a_move_that_is_taken_back_leaves_one_episode(city: City) -> None:
    city.imports({"register_no": "1"})
    city.imports({"register_no": "1", "registered_from": "2026-02-01"}, as_of=MARCH)
    city.imports({"register_no": "1", "address": "다른 길 2"}, as_of=date(2026, 4, 1))
    assert city.episodes("1") == [(date(2015, 3, 1), None, "jugyo")]


def test_a_residence_is_somebodys_and_stays_theirs(city: City) -> None:
    city.imports({"register_no": "1"}, {"register_no": "2"})
    first, second = city.person("1"), city.person("2")
    with city.begin() as uow:
        row = uow.session.scalars(select(Residence).where(Residence.person_id == first)).one()
        theirs = told_of(row, without={"id", "person_id"})
        home = uow.session.get_one(District, row.district_id)
        told = {"code": home.code, "name_ko": home.name_ko, "name_en": home.name_en}
        elsewhere = Jurisdiction(code="else", name_ko="딴", name_en="E", level="city", population=1)
        uow.session.add(elsewhere)
        uow.session.flush()
        there = District(**told, jurisdiction_id=elsewhere.id, valid_from=home.valid_from)
        uow.session.add(there)
    for wrong, constraint in (
        ({"person_id": uuid4()}, "fk_residence_person_id_person"),
        ({"person_id": second, "district_id": uuid4()}, "fk_residence_district_id_district"),
        ({"person_id": second, "district_id": there.id}, "fk_residence_district_id_district"),
    ):
        with pytest.raises(IntegrityError) as refusal, city.begin() as uow:
            uow.session.add(Residence(**theirs | wrong | {"registered_from": MARCH}))
        assert violates(refusal.value, constraint)
    moved = update(Residence).where(Residence.person_id == first)
    with pytest.raises(IntegrityError) as refusal, city.begin() as uow:
        uow.session.execute(moved.values(person_id=second, version_to=9))
    assert violates(refusal.value, "fk_residence_person_id_person")


def test_no_version_holds_two_rows_of_one_episode(city: City) -> None:
    city.imports({"register_no": "1"})
    with city.begin() as uow:
        row = uow.session.scalars(select(Residence)).one()
        twin = told_of(row, without={"id"})
    with pytest.raises(IntegrityError) as refusal, city.begin() as uow:
        uow.session.add(Residence(**twin))
    assert violates(refusal.value, "uq_residence_episode")
