"""SIG-03: the database's statement and the electorate's rule decide alike, whatever the lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from uuid import UUID, uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from referendum.roll.eligibility import latest_with
from referendum.roll.freezing import why_not
from referendum.roll.tables import Person, RegisterVersion, Residence, Roll, RollEntry
from tests.roll.city import JANUARY, City
from tests.roll.freezing import YEAR_END, frozen, rule
from thresholds.electorate import Electorate, Ineligibility, PersonFacts, anniversary


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)), years=st.integers(0, 150))
@example(day=date(2024, 2, 29), years=18)
@example(day=date(2026, 2, 28), years=18)
@example(day=date(2026, 3, 1), years=18)
def test_the_youngest_birth_date_of_age_is_the_inverse_of_the_birthday(
    day: date, years: int
) -> None:
    youngest = latest_with(years, by=day)
    assert anniversary(youngest, years) <= day
    assert anniversary(date.fromordinal(youngest.toordinal() + 1), years) > day


# Few days, on and around each other's anniversaries and 29 February, so that boundaries meet.
BASES = (date(2023, 12, 31), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), YEAR_END)


def around(*days: date) -> list[date]:
    return [date.fromordinal(day.toordinal() + step) for day in days for step in (-1, 0, 1)]


@st.composite
def lives(draw: st.DrawFn, electorate: Electorate, base: date, age_on: date) -> list[PersonFacts]:
    """One to three episodes of one person, also overlapping or empty, near what decides."""
    near = st.sampled_from(around(base))
    seldom = st.one_of(st.none(), st.none(), st.none(), near)
    born = st.sampled_from(
        [date(1950, 1, 1), *around(latest_with(electorate.minimum_age, by=age_on))]
    )
    held = electorate.foreigners.held_years if electorate.foreigners else 3
    since = st.sampled_from([None, date(2012, 2, 29), *around(latest_with(held, by=base))])
    starts = st.sampled_from([date(2010, 1, 1), date(2015, 3, 1), *around(base)])
    birth = draw(born)
    return [
        PersonFacts(
            birth_date=birth,
            nationality=draw(st.sampled_from(["KR", "VN"])),
            status=draw(st.sampled_from([None, "F-5", "F-5", "F-2"])),
            status_since=draw(since),
            registered_from=opens,
            registered_to=draw(seldom),
            lost_from=draw(seldom),
            lost_to=draw(seldom),
        )
        for opens in draw(st.lists(starts, min_size=1, max_size=3, unique=True))
    ]


RULES = st.builds(
    rule,
    age=st.sampled_from([0, 18, 19, 20]),
    statuses=st.sampled_from([None, (), ("F-5",), ("F-5", "F-2")]),
    held=st.sampled_from([0, 3]),
)


Town = tuple[list[list[PersonFacts]], Electorate, date, date]


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """People, the rule that is put to them, and its two days."""
    electorate = draw(RULES)
    base, age_on = draw(st.sampled_from(BASES)), draw(st.sampled_from(BASES))
    people = draw(st.lists(lives(electorate, base, age_on), min_size=5, max_size=25))
    return people, electorate, base, age_on


def deciding(life: list[PersonFacts], base: date) -> PersonFacts:
    """The episode that covers the day and began last; without one, any tells not_resident."""

    def covers(facts: PersonFacts) -> bool:
        assert facts.registered_from is not None
        return facts.registered_from <= base and (
            facts.registered_to is None or base < facts.registered_to
        )

    covering = [facts for facts in life if covers(facts)]
    return max(covering or life, key=lambda facts: facts.registered_from or date.min)


numbers: Iterator[int] = count(1)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(town=towns())
def test_the_statement_and_the_rule_decide_alike(city: City, town: Town) -> None:
    """SIG-03: whatever the births, moves, losses and statuses."""
    people, electorate, base, age_on = town
    version = next(numbers) + 1000
    expected: dict[UUID, Ineligibility | None] = {}
    with city.begin() as uow:
        for life in people:
            person = Person(id=uuid4(), jurisdiction_id=city.id, register_no=str(uuid4()))
            uow.session.add(person)
            uow.session.flush()
            expected[person.id] = electorate.refusal(deciding(life, base), base=base, age_on=age_on)
            uow.session.add_all(row_of(person.id, facts, version, city) for facts in life)
    roll = _freeze_version(city, electorate, base, age_on, version)
    with city.begin() as uow:
        on_roll = set(
            uow.session.scalars(select(RollEntry.person_id).where(RollEntry.roll_id == roll.id))
        )
        assert on_roll == {person for person, reason in expected.items() if reason is None}
        for somebody, reason in expected.items():
            assert why_not(uow.session, roll, electorate, somebody) == reason


def row_of(person: UUID, facts: PersonFacts, version: int, city: City) -> Residence:
    assert facts.registered_from is not None
    return Residence(
        person_id=person,
        version_from=version,
        version_to=version + 1,
        district_id=city.districts["jugyo"],
        birth_date=facts.birth_date,
        nationality=facts.nationality,
        status=facts.status,
        status_since=facts.status_since,
        stated_from=facts.registered_from,
        registered_from=facts.registered_from,
        registered_to=facts.registered_to,
        lost_from=facts.lost_from,
        lost_to=facts.lost_to,
        name_index=b"",
    )


def _freeze_version(
    city: City, electorate: Electorate, base: date, age_on: date, version: int
) -> Roll:
    with city.begin() as uow:
        uow.session.add(
            RegisterVersion(
                jurisdiction_id=city.id,
                number=version,
                as_of=JANUARY,
                imported_by="calendar",
                file_sha256="",
                added=0,
                changed=0,
                ended=0,
                refused=0,
                unchanged=0,
            )
        )
    return frozen(city, electorate=electorate, base=base, age_on=age_on, version=version)
