"""Published totals: said once, corrected beside what was said, never taken for one another."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import ProgrammingError

from referendum.kernel.people import Officer
from referendum.kernel.record import RecordEntry
from referendum.roll import places
from referendum.roll.entering_totals import correct_total, publish_total, publish_totals
from referendum.roll.errors import (
    DistrictNotFound,
    TotalAboveWhole,
    TotalAbsurd,
    TotalCorrected,
    TotalNotFound,
    TotalPublished,
    TotalYearNotOver,
)
from referendum.roll.tables import PublishedTotal
from referendum.roll.totals import (
    TotalKind,
    district_totals,
    history_of,
    total,
)
from tests.roll.city import JANUARY, MARCH, City
from thresholds.vocabulary import Instrument


def registrars(city: City) -> Officer:
    """One who proposed, and another who compared it with the notice."""
    return replace(city.registrar, seconded_by="officer:another")


def publishes(city: City, number: int, **other: Any) -> PublishedTotal:
    facts: dict[str, Any] = {
        "instrument": Instrument.RECALL,
        "kind": TotalKind.CLAIMANTS,
        "base_year": 2025,
        "source": "고양시 공고 제2026-1호",
        "published_on": JANUARY,
    } | other
    with city.begin() as uow:
        return publish_total(
            uow, jurisdiction_id=city.id, number=number, by=registrars(city), **facts
        )


def corrects(city: City, total_id: UUID, number: int) -> PublishedTotal:
    with city.begin() as uow:
        return correct_total(
            uow,
            total_id,
            number=number,
            source="정정 공고",
            published_on=MARCH,
            by=registrars(city),
        )


def holds(city: City, **other: Any) -> int | None:
    facts: dict[str, Any] = {
        "instrument": Instrument.RECALL,
        "kind": TotalKind.CLAIMANTS,
        "base_year": 2025,
    } | other
    with city.begin() as uow:
        found = total(uow.session, jurisdiction_id=city.id, **facts)
        return found.number if found is not None else None


def test_a_total_holds_for_its_instrument_kind_and_year_alone(city: City) -> None:
    publishes(city, 913_830)
    assert holds(city) == 913_830
    assert holds(city, instrument=Instrument.INITIATIVE) is None
    assert holds(city, kind=TotalKind.ELECTORS) is None
    assert holds(city, base_year=2024) is None
    assert holds(city, district_id=city.districts["jugyo"]) is None


def test_districts_have_totals_of_their_own(city: City) -> None:
    jugyo, gajwa = city.districts["jugyo"], city.districts["gajwa"]
    publishes(city, 900_000)
    publishes(city, 17_000, district_id=jugyo)
    wrong = publishes(city, 22_000, district_id=gajwa)
    corrects(city, wrong.id, 23_000)
    with city.begin() as uow:
        assert district_totals(
            uow.session,
            jurisdiction_id=city.id,
            instrument=Instrument.RECALL,
            kind=TotalKind.CLAIMANTS,
            base_year=2025,
        ) == {jugyo: 17_000, gajwa: 23_000}
    assert holds(city) == 900_000


def test_the_numbers_of_one_notice_are_entered_together_or_not_at_all(city: City) -> None:
    jugyo, gajwa = city.districts["jugyo"], city.districts["gajwa"]

    def publishes_all(numbers: dict[UUID | None, int]) -> list[PublishedTotal]:
        with city.begin() as uow:
            return publish_totals(
                uow,
                jurisdiction_id=city.id,
                instrument=Instrument.RECALL,
                kind=TotalKind.CLAIMANTS,
                base_year=2025,
                numbers=numbers,
                source="고양시 공고 제2026-1호",
                published_on=JANUARY,
                by=registrars(city),
            )

    with pytest.raises(TotalAbsurd):
        publishes_all({None: 900_000, jugyo: -1})
    with pytest.raises(DistrictNotFound):
        publishes_all({None: 900_000, uuid4(): 17_000})
    assert holds(city) is None
    made = publishes_all({None: 900_000, jugyo: 17_000})
    with pytest.raises(TotalPublished):
        publishes_all({gajwa: 22_000, jugyo: 17_000})
    assert holds(city, district_id=gajwa) is None
    assert (holds(city), holds(city, district_id=jugyo)) == (900_000, 17_000)
    with city.begin() as uow:
        leaves = uow.session.scalars(select(RecordEntry.leaf).order_by(RecordEntry.number))
        told = [json.loads(leaf)["facts"] for leaf in leaves]
    assert [one["total"] for one in told] == [str(one.id) for one in made]
    assert [(one["district"] is None, one["number"]) for one in told] == [
        (True, 900_000),
        (False, 17_000),
    ]


def test_a_second_publication_of_the_same_year_is_refused(city: City) -> None:
    publishes(city, 3)
    publishes(city, 2, district_id=city.districts["jugyo"])
    for district in (None, city.districts["jugyo"]):
        with pytest.raises(TotalPublished):
            publishes(city, 3, district_id=district)
    assert holds(city) == 3


@pytest.mark.parametrize(("kind", "years"), [(TotalKind.CLAIMANTS, 0), (TotalKind.ELECTORS, 1)])
def test_numbers_of_a_year_that_is_not_over_are_refused(
    city: City, kind: TotalKind, years: int
) -> None:
    """Claimants are counted on its last day, electors for a vote within it."""
    with city.begin() as uow:
        now = places.today(uow, city.id).year
    with pytest.raises(TotalYearNotOver) as refusal:
        publishes(city, 1, kind=kind, base_year=now + years)
    assert refusal.value.field == "base_year"
    publishes(city, 1, kind=kind, base_year=now + years - 1)


def test_a_district_is_never_above_its_city_whichever_comes_first(city: City) -> None:
    jugyo, gajwa = city.districts["jugyo"], city.districts["gajwa"]
    whole = publishes(city, 100)
    with pytest.raises(TotalAboveWhole) as refusal:
        publishes(city, 101, district_id=jugyo)
    assert refusal.value.facts == {"district": "jugyo", "number": 101, "whole": 100}
    publishes(city, 90, district_id=gajwa)
    with pytest.raises(TotalAboveWhole):
        corrects(city, whole.id, 89)
    publishes(city, 90, district_id=jugyo, base_year=2024)
    with pytest.raises(TotalAboveWhole):
        publishes(city, 89, base_year=2024)
    publishes(city, 90, base_year=2024)
    assert (holds(city), holds(city, base_year=2024)) == (100, 90)


def test_a_correction_follows_and_the_first_number_stays_readable(city: City) -> None:
    first = publishes(city, 100)
    second = corrects(city, first.id, 110)
    third = corrects(city, second.id, 120)
    assert holds(city) == 120
    with city.begin() as uow:
        assert [row.number for row in history_of(uow.session, third.id)] == [120, 110, 100]
        leaves = uow.session.scalars(select(RecordEntry.leaf).order_by(RecordEntry.number))
        told = [json.loads(leaf) for leaf in leaves]
    assert [entry["act"] for entry in told] == [
        "total.published",
        "total.corrected",
        "total.corrected",
    ]
    assert (told[2]["facts"]["before"], told[2]["facts"]["number"]) == (110, 120)


def test_a_number_is_corrected_once_only(city: City) -> None:
    first = publishes(city, 100)
    corrects(city, first.id, 110)
    with pytest.raises(TotalCorrected):
        corrects(city, first.id, 111)
    with pytest.raises(TotalNotFound):
        corrects(city, uuid4(), 1)
    assert holds(city) == 110


@pytest.mark.parametrize(
    "absurd", [{"number": -1}, {"number": 10**9}, {"base_year": 1999}, {"source": " "}]
)
def test_absurd_totals_are_refused(city: City, absurd: dict[str, Any]) -> None:
    with pytest.raises(TotalAbsurd):
        publishes(city, **{"number": 1, **absurd})


def test_a_district_of_nowhere_is_refused(city: City) -> None:
    with pytest.raises(DistrictNotFound):
        publishes(city, 1, district_id=uuid4())


def test_the_application_cannot_take_a_total_back(city: City) -> None:
    publishes(city, 1)
    with pytest.raises(ProgrammingError, match="permission denied"), city.begin() as uow:
        uow.session.execute(delete(PublishedTotal))
