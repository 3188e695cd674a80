"""Paper lines under the automatic pass: good, void on their face, or left for an officer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from signatures import petitions, settling, tallying
from signatures.closing import ClosedDays
from signatures.lines import Origin, Reason, Status
from tests.signatures.city import BASE, DISTRICTS, City, Inhabitant, paper
from tests.signatures.settled import lines_of, settle, state


def unsettled(city: City, petition: UUID) -> int:
    with city.begin() as uow:
        return tallying.unsettled(uow.session, petition)


def test_good_lines_stand(city: City) -> None:
    petition, today = city.opens(), city.today()
    city.brings(petition, [paper(who, at, on=today) for at, who in enumerate(city.inhabitants, 1)])
    assert unsettled(city, petition) == 12
    assert city.counts(petition).open_by_reason == {Reason.UNEXAMINED: 12}

    report = city.examines(petition)

    assert (report.examined, report.valid, report.void, report.open) == (12, 12, {}, {})
    assert city.counts(petition).standing == 12
    assert unsettled(city, petition) == 0


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": " "}, Reason.MISSING_FIELD),
        ({"birth_date": ""}, Reason.MISSING_FIELD),
        ({"address": ""}, Reason.MISSING_FIELD),
        ({"signed_on": ""}, Reason.MISSING_FIELD),
        ({"has_mark": False}, Reason.MISSING_FIELD),
        ({"signed_on": "2001-01-01"}, Reason.OUT_OF_PERIOD),
        ({"signed_on": "2199-01-01"}, Reason.OUT_OF_PERIOD),
    ],
)
def test_what_is_wrong_on_its_face_is_void(
    city: City, changed: dict[str, Any], reason: Reason
) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today(), **changed)])
    assert city.examines(petition).void == {reason: 1}
    assert city.counts(petition).void_by_reason == {reason: 1}


@pytest.mark.parametrize(
    "changed",
    [{"birth_date": "1980-13-45"}, {"birth_date": "50년생"}, {"signed_on": "〃"}],
)
def test_what_cannot_be_read_waits_for_an_officer(city: City, changed: dict[str, Any]) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.brings(petition, [paper(who, 1, on=city.today(), **changed)])
    assert city.examines(petition).open == {Reason.UNREADABLE: 1}
    with city.begin() as uow:
        kept = settling.void_remaining(uow, city.vault, petition, note="x", by=city.clerk)
    assert kept.lines == 0, "nobody looked at it yet"
    (line,) = lines_of(city, petition)
    settle(city, petition, line, status=Status.VALID, person_id=city.ids[who.number])
    assert city.counts(petition).standing == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "  김 가 가 "},
        {"birth_date": "500101"},
        {"birth_date": "1950년 1월 1일"},
        {"birth_date": "1950. 1. 1."},
        {"district": "어딘가"},
    ],
)
def test_honest_ways_of_writing_are_understood(city: City, changed: dict[str, Any]) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today(), **changed)])
    assert city.examines(petition).valid == 1


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (Inhabitant("Z2", "어린이", born=date(2015, 1, 1)), Reason.UNDER_AGE),
        (Inhabitant("Z3", "권리없음", lost_from="2020-01-01"), Reason.NO_VOTING_RIGHT),
        (Inhabitant("Z4", "떠난이", registered_to="2024-02-01"), Reason.REGISTRATION_ENDED),
        (Inhabitant("Z5", "다른동", district="다솔동"), Reason.OUTSIDE_CITY),
    ],
)
def test_who_is_not_on_the_roll_is_void_for_their_reason(
    city: City, who: Inhabitant, reason: Reason
) -> None:
    city.registers([*city.inhabitants, who])
    petition = city.opens(districts=["가람동", "나루동"])
    city.brings(petition, [paper(who, 1, on=city.today())])
    assert city.examines(petition).void == {reason: 1}


def test_a_former_name_still_finds_its_person(city: City) -> None:
    renamed = Inhabitant("Z9", "새이름", former="옛이름")
    city.registers([*city.inhabitants, renamed])
    petition = city.opens()
    city.brings(petition, [paper(replace(renamed, name="옛이름"), 1, on=city.today())])
    assert city.examines(petition).valid == 1


def test_nobody_of_that_name_waits_for_a_person(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(Inhabitant("?", "모르는이"), 1, on=city.today())])
    assert city.examines(petition).open == {Reason.UNIDENTIFIABLE: 1}
    assert unsettled(city, petition) == 1


def test_two_of_the_same_name_are_told_apart_by_their_district_or_left_open(city: City) -> None:
    twins = [
        Inhabitant("T1", "같은이름", district="가람동"),
        Inhabitant("T2", "같은이름", district="나루동"),
        Inhabitant("T3", "같은이름", district="나루동"),
    ]
    city.registers([*city.inhabitants, *twins])
    petition, today = city.opens(), city.today()
    city.brings(petition, [paper(twins[0], 1, on=today), paper(twins[1], 2, on=today)])

    report = city.examines(petition)

    assert (report.valid, report.open) == (1, {Reason.AMBIGUOUS: 1})
    clear, unclear = lines_of(city, petition)
    assert state(city, petition, clear) == (Status.VALID, None)
    decision = settle(
        city, petition, unclear, status=Status.VALID, person_id=city.ids[twins[2].number]
    )
    assert decision.status is Status.VALID
    assert city.counts(petition).standing == 2


def test_who_moved_is_one_person_and_another_of_the_name_is_another(city: City) -> None:
    """Each version in which somebody lived elsewhere has their name again."""
    anna, *others = city.inhabitants
    moved = replace(anna, district=DISTRICTS[1])
    later = BASE + timedelta(days=1)
    city.registers([moved, *others], as_of=later)
    hers = "select from residence where person_id = :id"
    assert len(city.rows(hers, id=city.ids[anna.number])) > 1
    alone = city.opens()
    city.brings(alone, [paper(anna, 1, on=city.today(), district="")])
    assert city.examines(alone).valid == 1
    twin = Inhabitant("T1", anna.name, anna.born, DISTRICTS[2])
    city.registers([moved, *others, twin], as_of=later)
    both = city.opens()
    city.brings(both, [paper(anna, 1, on=city.today(), district="")])
    assert city.examines(both).open == {Reason.AMBIGUOUS: 1}


def test_of_several_lines_the_first_received_stands(city: City) -> None:
    petition, who, today = city.opens(), city.inhabitants[0], city.today()
    city.brings(petition, [paper(who, at, on=today) for at in (3, 1, 2)])
    assert city.examines(petition).void == {Reason.DUPLICATE: 2}
    first, *others = lines_of(city, petition)
    assert state(city, petition, first) == (Status.VALID, None)
    assert [state(city, petition, one)[1] for one in others] == [Reason.DUPLICATE] * 2


def test_a_signature_online_and_one_on_paper_count_once(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.brings(petition, [paper(who, 1, on=city.today())])
    assert city.signed(petition, who).standing
    assert city.examines(petition).void == {Reason.DUPLICATE: 1}

    other = city.inhabitants[1]
    city.brings(petition, [paper(other, 2, on=city.today())])
    assert city.examines(petition).valid == 1
    assert not city.signed(petition, other).standing
    counted = city.counts(petition)
    assert (counted.submitted, counted.standing) == (4, 2)
    assert {origin: part.standing for origin, part in counted.by_origin.items()} == {
        Origin.ONLINE: 1,
        Origin.PAPER: 1,
    }


def test_the_pass_never_looks_twice_at_what_was_decided(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today())])
    assert city.examines(petition).examined == 1
    assert city.examines(petition).examined == 0
    assert len(city.leaves("lines.examined")) == 1


def test_days_on_which_nobody_may_ask_are_outside_the_period(city: City) -> None:
    petition, today = city.opens(), city.today()
    tomorrow = today + timedelta(days=1)
    city.brings(
        petition,
        [paper(city.inhabitants[0], 1, on=today), paper(city.inhabitants[1], 2, on=tomorrow)],
        received_on=tomorrow,
    )
    report = city.examines(petition, closed_days=[ClosedDays(today, tomorrow)])
    assert (report.valid, report.void) == (1, {Reason.OUT_OF_PERIOD: 1})


def test_cal_02_a_closed_day_of_one_district_voids_the_lines_written_there_alone(
    city: City,
) -> None:
    """CAL-02: the sheet's district decides; where none is written, the roll's."""
    petition, today = city.opens(), city.today()
    name, closed = next(iter(city.districts.items()))
    here = [one for one in city.inhabitants if one.district == name][:3]
    there = next(one for one in city.inhabitants if one.district != name)
    city.brings(
        petition,
        [
            paper(here[0], 1, on=today),
            paper(here[1], 2, on=today, district=""),
            paper(here[2], 3, on=today + timedelta(days=1)),
            paper(there, 4, on=today),
        ],
        received_on=today + timedelta(days=1),
    )
    days = [ClosedDays(today, today + timedelta(days=1), closed)]
    report = city.examines(petition, closed_days=days)
    assert (report.valid, report.void) == (2, {Reason.OUT_OF_PERIOD: 2})
    kept = city.rows(
        "select person_key from line_decision where petition_id = :id and status = 'void'",
        id=petition,
    )
    assert [row.person_key for row in kept] == [None, None]


def test_the_first_and_the_last_day_of_the_period_count(city: City) -> None:
    petition = city.opens(days=3)
    first, last = petitions.signing_days(city.petition(petition))
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    lines = [paper(city.inhabitants[at], at + 1, on=day) for at, day in enumerate(days)]
    city.brings(petition, lines, received_on=days[-1])
    report = city.examines(petition)
    assert (report.valid, report.void) == (2, {Reason.OUT_OF_PERIOD: 2})
