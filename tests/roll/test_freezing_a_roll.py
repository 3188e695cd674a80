"""Freezing a roll: the same decision as the electorate's rule, and for ever the same list."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from referendum.kernel.db import connect, violates
from referendum.kernel.record import RecordEntry
from referendum.roll import intakes
from referendum.roll.eligibility import may_i
from referendum.roll.errors import RegisterMissing
from referendum.roll.freezing import (
    PIECE,
    fingerprint_now,
    place_on_roll,
    size_by_district,
    why_not,
)
from referendum.roll.tables import (
    District,
    Jurisdiction,
    Person,
    Residence,
    Roll,
    RollDraft,
    RollEntry,
)
from tests.roll.city import MARCH, City, told_of
from tests.roll.freezing import YEAR_END, freezes, frozen, members, rule
from thresholds.electorate import Ineligibility


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
        theirs = told_of(row, without={"id", "person_id", "district_id"})
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
