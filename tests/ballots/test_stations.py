"""Further stations, their names, and a district's electors divided among them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballots import dividing, polls, stations
from ballots.tables import Kind
from referendum.i18n.words import Language
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Calendar, Officer, OtherJurisdiction
from referendum.kernel.uow import Begin
from tests.ballots.building import Building
from tests.ballots.hall import Wanted, refused

A, B = Wanted("a", 100), Wanted("b", 50)


@pytest.fixture
def hall(begin: Begin) -> Building:
    return Building.built(begin)


def test_a_further_station_takes_electors_of_the_districts_first_box(hall: Building) -> None:
    poll = hall.sets_a_poll(A, B)
    first = hall.boxes(poll)[0]
    box = hall.opens(poll, "a", electors=40)

    assert (box.label, box.electors) == ("a/2", 40)
    assert hall.has(poll) == {"a/1": 60, "a/2": 40, "b/1": 50}
    (moved,) = hall.facts("electors.moved")
    assert moved == {
        "poll": str(poll),
        "district": "a",
        "giver": str(first.id),
        "taker": str(box.id),
        "electors": 40,
        "giver_electors": 60,
        "taker_electors": 40,
    }


def test_the_box_that_gives_may_be_chosen_and_the_number_too(hall: Building) -> None:
    poll = hall.sets_a_poll(A)
    second = hall.opens(poll, "a", electors=40)
    hall.opens(poll, "a", number=7, electors=15, taken_from=second.id)
    hall.opens(poll, "a", electors=0)
    assert hall.has(poll) == {"a/1": 60, "a/2": 25, "a/7": 15, "a/8": 0}


def test_early_and_postal_boxes_have_no_electors_of_their_own(hall: Building) -> None:
    poll = hall.sets_a_poll(A)
    early = hall.opens(poll, "a", kind=Kind.EARLY)
    assert (early.label, early.electors) == ("a/1/early", None)
    with refused("box-without-electors"):
        hall.opens(poll, "a", kind=Kind.MAIL, electors=5)
    with refused("box-without-electors") as no:
        hall.moves(poll, hall.boxes(poll)[1].id, early.id, 5)
    assert "a/1/early" in no.said[Language.EN]
    assert hall.has(poll) == {"a/1": 100, "a/1/early": None}


def test_what_cannot_be_is_refused_and_leaves_nothing_behind(hall: Building) -> None:
    poll = hall.sets_a_poll(A, B)
    first, other = hall.boxes(poll)
    hall.district("z")
    with refused("too-few-electors") as no:
        hall.opens(poll, "a", electors=101)
    assert no.facts == {"field": "electors", "station": "a/1", "electors": 100, "asked": 101}
    with refused("districts-differ"):
        hall.opens(poll, "a", electors=5, taken_from=other.id)
    for figure, code in ((None, "figure-missing"), (-1, "figure-too-small")):
        with refused(code):
            hall.opens(poll, "a", electors=figure)
    with refused("box-not-found"):
        hall.opens(poll, "a", electors=5, taken_from=uuid4())
    with refused("station-taken"):
        hall.opens(poll, "a", number=1, electors=5)
    for name in (" ", "=1+1", "두 줄\n이름", "가" * 101):
        with refused("station-name-wrong"):
            hall.opens(poll, "a", electors=5, name=name)
    with refused("district-not-in-poll"):
        hall.opens(poll, "z", electors=0)
    with refused("same-box"):
        hall.moves(poll, first.id, first.id, 1)
    assert hall.has(poll) == {"a/1": 100, "b/1": 50}
    assert hall.leaves("electors.moved") == []


def test_a_station_is_renamed_with_an_entry_and_the_same_name_leaves_none(hall: Building) -> None:
    poll = hall.sets_a_poll(A)
    station = hall.boxes(poll)[0].station_id
    hall.renames(poll, station, " 시민회관 ", "Civic Hall")
    hall.renames(poll, station, "시민회관", "Civic Hall")

    assert (hall.boxes(poll)[0].name_ko, hall.boxes(poll)[0].name_en) == ("시민회관", "Civic Hall")
    (entry,) = hall.facts("station.renamed")
    assert (entry["station"], entry["name_ko"]) == (str(station), "시민회관")
    with refused("station-name-wrong"):
        hall.renames(poll, station, "")
    with refused("station-not-found"):
        hall.renames(poll, uuid4(), "이름")


def test_from_the_hour_on_nothing_can_be_arranged_even_where_the_opening_is_late(
    hall: Building,
) -> None:
    poll = hall.sets_a_poll(A)
    first = hall.boxes(poll)[0]
    second = hall.opens(poll, "a", electors=40)
    hall.opens_the_polls()
    for opening in ((), (poll,)):
        hall.opens_the_polls(*opening)
        with refused("poll-has-opened"):
            hall.opens(poll, "a", electors=1)
        with refused("poll-has-opened"):
            hall.moves(poll, first.id, second.id, 1)
        with refused("poll-has-opened"):
            hall.renames(poll, first.station_id, "이름")
        with refused("poll-has-opened"):
            hall.plans(poll, "district,number,kind,name_ko,name_en,electors\na,1,,가,A,100\n")
    with refused("poll-has-opened"):
        hall.places_a_box(poll, Wanted("a", 0, number=9))
    assert hall.has(poll) == {"a/1": 60, "a/2": 40}


def test_a_cancelled_poll_is_not_arranged(hall: Building) -> None:
    poll = hall.sets_a_poll(A)
    with hall.begin() as uow:
        polls.cancel_poll(uow, poll, by=Calendar())
    with refused("poll-cancelled"):
        hall.opens(poll, "a", electors=1)


def test_polls_that_share_the_day_share_stations_and_nothing_else(hall: Building) -> None:
    one, other = hall.sets_a_poll(A), hall.sets_a_poll(Wanted("a", 80))
    box = hall.opens(one, "a", electors=40, name="시민회관")
    assert hall.has(other) == {"a/1": 80}

    joined = hall.opens(other, "a", number=2, electors=10, name="다른 이름")
    assert (joined.station_id, joined.name_ko) == (box.station_id, "시민회관")
    assert (hall.has(one), hall.has(other)) == ({"a/1": 60, "a/2": 40}, {"a/1": 70, "a/2": 10})
    hall.renames(other, box.station_id, "구민회관")
    assert {b.name_ko for poll in (one, other) for b in hall.boxes(poll) if b.number == 2} == {
        "구민회관"
    }
    with refused("box-not-found"):
        hall.moves(one, joined.id, box.id, 1)


def test_a_later_poll_is_furnished_at_the_first_station_of_the_day_itself(hall: Building) -> None:
    poll = hall.sets_a_poll(A)
    hall.opens(poll, "a", electors=10)
    hall.opens(poll, "a", kind=Kind.EARLY)
    with hall.begin() as uow:
        first = stations.first_stations(uow.session, hall.day())[hall.districts["a"]]
    assert (first.number, first.kind) == (1, "regular")


def test_an_officer_of_another_place_arranges_nothing(hall: Building) -> None:
    poll = hall.sets_a_poll(A)
    here = hall.boxes(poll)[0]
    stranger = Officer(uuid4(), uuid4(), Authority.ELECTION_COMMISSION, hall.officer.roles)
    with pytest.raises(OtherJurisdiction), hall.begin() as uow:
        dividing.move_electors(uow, poll, giver=here.id, taker=here.id, electors=1, by=stranger)


def test_many_who_move_at_once_never_lose_or_make_an_elector(hall: Building) -> None:
    poll, together = hall.sets_a_poll(A), Barrier(6)
    second = hall.opens(poll, "a", electors=50)
    first = hall.boxes(poll)[0]

    def move(hand: int) -> str:
        there = (first.id, second.id) if hand % 2 else (second.id, first.id)
        together.wait()
        try:
            hall.moves(poll, *there, 30)
        except DomainError as refusal:
            return refusal.code
        return "moved"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(move, range(6)))
    assert set(outcomes) <= {"moved", "too-few-electors"}
    assert "moved" in outcomes
    has = hall.has(poll)
    assert sum(electors or 0 for electors in has.values()) == 100
    assert all((electors or 0) >= 0 for electors in has.values())
    assert len(hall.leaves("electors.moved")) == outcomes.count("moved") + 1


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5), st.integers(-5, 120)),
    max_size=12,
)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_whatever_is_done_each_district_keeps_its_electors(
    hall: Building, steps: list[tuple[bool, int, int, int]]
) -> None:
    """The property: opening and moving, done or refused, change no sum and go below no zero."""
    hall = Building.built(hall.begin)
    poll, done, refusals = hall.sets_a_poll(A, B), 0, 0
    for opens, one, other, electors in steps:
        boxes = hall.boxes(poll)
        giver, taker = boxes[one % len(boxes)], boxes[other % len(boxes)]
        try:
            if opens:
                hall.opens(poll, giver.district, electors=electors, taken_from=taker.id)
            else:
                hall.moves(poll, giver.id, taker.id, electors)
        except DomainError:
            refusals += 1
        else:
            done += 1
        assert sums(hall, poll) == {"a": 100, "b": 50}
    assert done + refusals == len(steps)


def sums(hall: Building, poll: UUID) -> dict[str, int]:
    found: dict[str, int] = {}
    for box in hall.boxes(poll):
        assert box.electors is not None
        assert box.electors >= 0
        found[box.district] = found.get(box.district, 0) + box.electors
    return found
