"""Invented residents: found by the names that lines will bear, quick to make, nobody real."""

from __future__ import annotations

from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from referendum.kernel.receiving import PIECE
from referendum.roll.finding import candidates, person_details
from referendum.roll.inventing import Invented, invent_residents, invented_identity, register_no
from referendum.roll.places import read_place
from referendum.roll.specimens import sample_register
from referendum.roll.tables import Residence
from tests.roll.city import JANUARY, MARCH, City
from tests.roll.files import read_register
from tests.roll.freezing import frozen, rule


def invents(city: City, per_district: dict[str, int], *, as_of: date = JANUARY) -> Invented:
    with city.begin() as uow:
        return invent_residents(
            uow,
            city.vault,
            jurisdiction_id=city.id,
            per_district={city.districts[code]: people for code, people in per_district.items()},
            seed=7,
            as_of=as_of,
        )


def test_an_invented_resident_is_found_under_the_invented_identity(city: City) -> None:
    made = invents(city, {"jugyo": 3, "gajwa": 2})
    assert made.numbers == {
        city.districts["jugyo"]: range(1, 4),
        city.districts["gajwa"]: range(4, 6),
    }
    with city.begin() as uow:
        for district_id, numbers in made.numbers.items():
            for number in numbers:
                name, birth_date = invented_identity(number, 7)
                (found,) = candidates(
                    uow.session,
                    city.vault,
                    jurisdiction_id=city.id,
                    name=name,
                    birth_date=birth_date,
                )
                assert found.person_id == city.person(register_no(number))
                assert found.district_id == district_id
                assert person_details(uow.session, city.vault, found.person_id) is None


def test_all_of_them_are_of_age_under_every_rule_since_2004(city: City) -> None:
    invents(city, {"jugyo": 500})
    roll = frozen(city, electorate=rule(age=20), base=date(2004, 7, 30))
    assert roll.size == 500


def test_a_second_crowd_joins_the_first(city: City) -> None:
    invents(city, {"jugyo": 2})
    later = invents(city, {"jugyo": 2}, as_of=MARCH)
    assert (later.version, later.numbers[city.districts["jugyo"]]) == (2, range(3, 5))
    assert frozen(city, version=1).size == 2
    assert frozen(city, version=2).size == 4


@given(st.sets(st.integers(0, 2_000_000), min_size=2, max_size=50), st.integers(0, 10))
def test_no_two_numbers_share_name_and_birth_date(numbers: set[int], seed: int) -> None:
    assert len({invented_identity(number, seed) for number in numbers}) == len(numbers)


@pytest.mark.slow
def test_a_large_city_is_invented_by_statements(city: City) -> None:
    invents(city, dict.fromkeys(city.districts, 2_000))
    with city.begin() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Residence)) == 88_000


def test_a_sample_register_is_the_same_bytes_for_the_same_seed() -> None:
    place = read_place()
    one, same, other = (
        sample_register(place, people=300, seed=seed, as_of=JANUARY) for seed in (1, 1, 2)
    )
    assert one == same != other


def test_a_sample_register_is_taken_whole_and_looks_like_a_city(city: City) -> None:
    data = sample_register(read_place(), people=3_000, seed=1, as_of=JANUARY)
    report = city.imports_file(data)
    assert (report.added, report.refused, report.noted) == (3_000, [], [])
    lines = read_register(data, invented=True).lines
    ages = [(JANUARY - line.birth_date).days // 365 for line in lines]
    assert (min(ages) < 5, max(ages) > 85, max(ages) <= 95) == (True, True, True)
    foreigners = [line for line in lines if line.nationality != "KR"]
    assert 30 <= len(foreigners) <= 100
    assert any(line.status == "F-5" and line.status_since for line in foreigners)
    assert any(line.registered_to for line in lines)
    assert any(line.lost_from for line in lines)
    assert any(line.former_names for line in lines)
    assert {line.district for line in lines} == set(city.districts)


def test_sample_phones_parse_as_mobiles_in_a_block_without_subscribers() -> None:
    data = sample_register(read_place(), people=500, seed=1, as_of=JANUARY)
    phones = [line.phone for line in read_register(data, invented=True).lines if line.phone]
    assert len(phones) == len(set(phones)) > 300
    for phone in phones:
        number = phonenumbers.parse(phone)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert phone.startswith("+82100")


def test_more_lines_than_one_batch_and_one_piece_go_in(city: City) -> None:
    """OPS-03: in pieces, however long any of them takes. How long a million do, the bench says."""
    data = sample_register(read_place(), people=25_000, seed=1, as_of=JANUARY)
    assert len(data) > PIECE
    report = city.imports_file(data)
    assert (report.added, report.refused) == (25_000, [])
