"""Freezing a roll: the same decision as the electorate's rule, and for ever the same list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from referendum.kernel.db import connect, violates
from referendum.kernel.people import Calendar
from referendum.kernel.record import RecordEntry
from referendum.kernel.uow import UnitOfWork
from referendum.roll import intakes
from referendum.roll.eligibility import latest_with, may_i
from referendum.roll.errors import RegisterMissing
from referendum.roll.freezing import (
    PIECE,
    Purpose,
    Wanted,
    fingerprint_now,
    freeze,
    place_on_roll,
    size_by_district,
    why_not,
)
from referendum.roll.tables import (
    District,
    Jurisdiction,
    Person,
    RegisterVersion,
    Residence,
    Roll,
    RollDraft,
    RollEntry,
)
from tests.roll.city import JANUARY, MARCH, City
from thresholds.electorate import (
    AgeDate,
    Electorate,
    Foreigners,
    Ineligibility,
    PersonFacts,
    ResidenceBase,
    anniversary,
)
from thresholds.vocabulary import Instrument

YEAR_END = date(2025, 12, 31)


def rule(
    *, age: int = 18, statuses: tuple[str, ...] | None = ("F-5",), held: int = 3
) -> Electorate:
    return Electorate(
        minimum_age=age,
        age_on=AgeDate.BASE_DATE,
        residence_base=ResidenceBase.PREVIOUS_YEAR_END,
        nationality="KR",
        foreigners=Foreigners(statuses=statuses, held_years=held, citation="ORD §2")
        if statuses is not None
        else None,
        citation="ORD §2",
    )


def frozen(city: City, **asked: Any) -> Roll:
    with city.begin() as uow:
        return freezes(uow, city, **asked)


def freezes(
    uow: UnitOfWork,
    city: City,
    *,
    electorate: Electorate | None = None,
    base: date = YEAR_END,
    age_on: date | None = None,
    version: int | None = None,
    districts: list[UUID] | None = None,
    piece: int = PIECE,
) -> Roll:
    return freeze(
        uow,
        Wanted(
            jurisdiction_id=city.id,
            purpose=Purpose.SIGNING,
            instrument=Instrument.INITIATIVE,
            measure_id=None,
            electorate=electorate or rule(),
            base_date=base,
            age_date=age_on or base,
            districts=districts,
        ),
        by=Calendar(),
        version=version,
        piece=piece,
    )


def members(city: City, roll: Roll) -> set[str]:
    with city.begin() as uow:
        rows = (
            select(Person.register_no)
            .join(RollEntry, RollEntry.person_id == Person.id)
            .where(RollEntry.roll_id == roll.id)
        )
        return set(uow.session.scalars(rows))


def test_the_roll_holds_those_whom_the_rule_admits(city: City) -> None:
    city.imports(
        {"register_no": "adult"},
        {"register_no": "eighteen on the day", "birth_date": "2007-12-31"},
        {"register_no": "a day too young", "birth_date": "2008-01-01"},
        {"register_no": "came a day late", "registered_from": "2026-01-01"},
        {"register_no": "came on the day", "registered_from": "2025-12-31"},
        {"register_no": "left on the day", "registered_to": "2025-12-31"},
        {"register_no": "left the day after", "registered_to": "2026-01-01"},
        {"register_no": "lost the right", "voting_right_lost_from": "2025-12-31"},
        {
            "register_no": "regained it that day",
            "voting_right_lost_from": "2020-01-01",
            "voting_right_lost_to": "2025-12-31",
        },
        {
            "register_no": "three years F-5",
            "nationality": "VN",
            "status": "F5",
            "status_since": "2022-12-31",
        },
        {
            "register_no": "a day less",
            "nationality": "VN",
            "status": "F-5",
            "status_since": "2023-01-01",
        },
        {"register_no": "worker", "nationality": "VN", "status": "E-9"},
    )
    roll = frozen(city)
    assert members(city, roll) == {
        "adult",
        "eighteen on the day",
        "came on the day",
        "left the day after",
        "regained it that day",
        "three years F-5",
    }
    assert roll.size == 6
    reasons = {
        "a day too young": Ineligibility.UNDER_AGE,
        "came a day late": Ineligibility.NOT_RESIDENT,
        "left on the day": Ineligibility.NOT_RESIDENT,
        "lost the right": Ineligibility.NO_VOTING_RIGHT,
        "a day less": Ineligibility.FOREIGNER_STATUS_TOO_RECENT,
        "worker": Ineligibility.FOREIGNER_STATUS,
        "adult": None,
    }
    with city.begin() as uow:
        for no, reason in reasons.items():
            person = city.person(no)
            assert why_not(uow.session, roll, rule(), person) == reason
            on_roll = place_on_roll(uow.session, roll.id, person)
            assert (on_roll is not None) == (reason is None)


def test_a_past_roll_can_be_made_again_after_a_later_import(city: City) -> None:
    people = [{"register_no": str(no)} for no in range(8)]
    city.imports(*people)
    before = frozen(city)
    city.imports(
        {"register_no": "0", "district": "gajwa"},
        {"register_no": "1", "birth_date": "2020-01-01"},
        {"register_no": "2", "registered_from": "2026-02-02"},
        *people[3:6],
        {"register_no": "new", "registered_from": "2020-01-01"},
        as_of=MARCH,
    )
    again = frozen(city, version=1)
    assert again.fingerprint == before.fingerprint
    assert again.size == 8
    assert members(city, again) == members(city, before)

    later = frozen(city)
    assert later.register_version == 2
    assert members(city, later) == {"0", "2", "3", "4", "5", "6", "7", "new"}
    after_the_removal = frozen(city, base=MARCH)
    assert members(city, after_the_removal) == {"0", "2", "3", "4", "5", "new"}


def test_somebody_who_moves_stands_where_they_lived_on_the_base_day(city: City) -> None:
    city.imports({"register_no": "1"})
    city.imports(
        {"register_no": "1", "registered_from": "2026-02-01", "district": "gajwa"}, as_of=MARCH
    )
    with city.begin() as uow:
        person = city.person("1")
        for base, district in ((YEAR_END, "jugyo"), (date(2026, 2, 1), "gajwa")):
            roll = frozen(city, base=base)
            standing = place_on_roll(uow.session, roll.id, person)
            assert standing is not None
            assert standing.district_id == city.districts[district]


def test_the_fingerprint_is_published_and_any_change_of_an_entry_changes_it(
    city: City, owner_url: str
) -> None:
    """ROL-01."""
    city.imports({"register_no": "1"}, {"register_no": "2"})
    roll = frozen(city)
    entries = sorted(f"{person}:jugyo" for person in (str(city.person("1")), str(city.person("2"))))
    assert roll.fingerprint == sha256("\n".join(entries).encode()).hexdigest()
    with city.begin() as uow:
        assert fingerprint_now(uow.session, roll.id) == roll.fingerprint
        leaves = uow.session.scalars(
            select(RecordEntry.leaf).where(RecordEntry.act == "roll.frozen")
        )
        facts = json.loads(leaves.one())["facts"]
    assert facts["fingerprint"] == roll.fingerprint
    assert (facts["size"], facts["register_as_of"]) == (2, "2026-01-05")

    owner = connect(owner_url)
    with owner.begin() as connection:
        connection.execute(
            update(RollEntry)
            .where(RollEntry.person_id == city.person("1"))
            .values(district_id=city.districts["gajwa"])
        )
    owner.dispose()
    with city.begin() as uow:
        assert fingerprint_now(uow.session, roll.id) != roll.fingerprint


def test_the_application_cannot_touch_a_frozen_entry(city: City) -> None:
    city.imports({"register_no": "1"})
    frozen(city)
    for statement in (
        delete(RollEntry),
        update(RollEntry).values(district_id=city.districts["gajwa"]),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), city.begin() as uow:
            uow.session.execute(statement)


def test_an_entry_is_of_somebody_on_a_roll_that_is_begun_and_does_not_stand_yet(
    city: City,
) -> None:
    """Looked up once a statement, and refused as references and constraints would."""
    city.imports({"register_no": "1"}, {"register_no": "young", "birth_date": "2020-01-01"})
    roll = frozen(city)
    begun = uuid4()
    entry = {
        "roll_id": begun,
        "person_id": city.person("1"),
        "district_id": city.districts["jugyo"],
    }
    late = {"roll_id": roll.id, "person_id": city.person("young")}
    for wrong, constraint in (
        ({"roll_id": uuid4()}, "fk_roll_entry_roll_id_roll"),
        (late, "roll_stands"),
        ({"person_id": uuid4()}, "fk_roll_entry_person_id_person"),
        ({"district_id": uuid4()}, "fk_roll_entry_district_id_district"),
        ({}, "fk_roll_draft_roll_id_roll"),
    ):
        draft = insert(RollDraft).values(roll_id=begun).returning(RollDraft.roll_id).cte("draft")
        written = insert(RollEntry).values(entry | wrong).add_cte(draft)
        with pytest.raises(IntegrityError) as refusal, city.begin() as uow:
            uow.session.execute(written)
        assert violates(refusal.value, constraint)
    assert members(city, roll) == {"1"}


def test_a_roll_of_one_place_has_nobody_of_another(city: City) -> None:
    """Versions are numbered in each place, and pieces go through the people of all."""
    city.imports({"register_no": "1"})
    with city.begin() as uow:
        row = uow.session.scalars(select(Residence)).one()
        theirs = {
            column.key: getattr(row, column.key)
            for column in Residence.__table__.columns
            if column.key not in {"id", "person_id", "district_id"}
        }
        elsewhere = Jurisdiction(code="else", name_ko="딴", name_en="E", level="city", population=1)
        uow.session.add(elsewhere)
        uow.session.flush()
        told = {"code": "d", "name_ko": "동", "name_en": "D", "valid_from": date(2000, 1, 1)}
        there = District(jurisdiction_id=elsewhere.id, **told)
        people = [
            Person(id=uuid4(), jurisdiction_id=elsewhere.id, register_no=str(no)) for no in range(5)
        ]
        uow.session.add_all([there, *people])
        uow.session.flush()
        uow.session.add_all(
            Residence(person_id=one.id, district_id=there.id, **theirs) for one in people
        )
    for piece in (1, 2, PIECE):
        assert members(city, frozen(city, piece=piece)) == {"1"}


def test_a_roll_may_be_limited_to_a_constituency(city: City) -> None:
    city.imports(
        {"register_no": "1"},
        {"register_no": "2", "district": "gajwa"},
        {"register_no": "3", "district": "siksa"},
    )
    roll = frozen(city, districts=[city.districts["jugyo"], city.districts["gajwa"]])
    assert members(city, roll) == {"1", "2"}
    with city.begin() as uow:
        assert size_by_district(uow.session, roll.id) == {
            city.districts["jugyo"]: 1,
            city.districts["gajwa"]: 1,
        }


@pytest.mark.parametrize("piece", [1, 2, 5, 7, 100])
def test_wherever_a_roll_is_cut_it_is_the_same(city: City, piece: int) -> None:
    """No statement grows with the city, and the fingerprint tells nothing of the pieces."""
    city.imports(
        *({"register_no": f"{no}", "birth_date": f"{1990 + 3 * no}-01-01"} for no in range(10))
    )
    whole, cut = frozen(city), frozen(city, piece=piece)
    assert 0 < whole.size < 10
    assert (cut.size, cut.fingerprint) == (whole.size, whole.fingerprint)
    assert members(city, cut) == members(city, whole)


def test_while_a_roll_is_frozen_nobody_sees_it_and_a_register_goes_in(city: City) -> None:
    """One transaction freezes a city: what it holds meanwhile must be in nobody's way."""
    people = [{"register_no": f"{no}"} for no in range(6)]
    city.imports(*people)
    before = frozen(city)
    moved = {"register_no": "0", "district": "gajwa", "registered_from": "2026-02-01"}
    with city.begin() as uow:
        roll = freezes(uow, city, piece=2)
        with city.begin() as looking:
            assert intakes.is_free(looking.session, city.id)
        report = city.imports(moved, *people[2:], {"register_no": "new"}, as_of=MARCH)
        with city.begin() as looking:
            assert looking.session.get(Roll, roll.id) is None
    assert (report.added, report.changed, report.ended) == (1, 1, 1)
    assert (roll.register_version, roll.fingerprint) == (1, before.fingerprint)
    with city.begin() as uow:
        assert fingerprint_now(uow.session, roll.id) == before.fingerprint


def test_an_empty_roll_has_a_fingerprint_of_nothing(city: City) -> None:
    city.imports({"register_no": "1", "birth_date": "2020-01-01"})
    roll = frozen(city)
    assert (roll.size, roll.fingerprint) == (0, sha256(b"").hexdigest())


def test_without_a_register_no_roll(city: City) -> None:
    with pytest.raises(RegisterMissing):
        frozen(city)


def test_a_person_is_told_whether_and_which_day_decides(city: City) -> None:
    city.imports({"register_no": "1"}, {"register_no": "2", "birth_date": "2008-06-01"})
    vote_day = date(2026, 5, 20)
    with city.begin() as uow:
        yes = may_i(
            uow.session,
            person_id=city.person("1"),
            electorate=rule(),
            base_date=YEAR_END,
            age_date=vote_day,
        )
        young = may_i(
            uow.session,
            person_id=city.person("2"),
            electorate=rule(),
            base_date=YEAR_END,
            age_date=vote_day,
        )
    assert (yes.eligible, yes.decided_on, yes.residence_from) == (
        True,
        YEAR_END,
        date(2015, 3, 1),
    )
    assert (young.reason, young.decided_on) == (Ineligibility.UNDER_AGE, vote_day)
    assert young.of_age_on == date(2026, 6, 1)


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
