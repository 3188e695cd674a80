"""Setting, opening, closing and cancelling polls."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from ballots import days, polls, stations
from ballots.tables import Kind
from referendum.kernel import clock
from referendum.kernel.people import Authority, Calendar, Officer
from tests.ballots.hall import VOTED, Hall, Wanted, refused

A, B = Wanted("a", 100), Wanted("b", 50)


def test_a_polling_day_has_the_hours_of_the_place_in_utc(hall: Hall) -> None:
    with hall.begin() as uow:
        day = days.get_day(uow.session, hall.day())

    assert day.opens_at == datetime(2007, 12, 11, 21, tzinfo=UTC)
    assert day.closes_at == datetime(2007, 12, 12, 11, tzinfo=UTC)


def test_a_place_names_a_day_once(hall: Hall) -> None:
    hall.day()
    with refused("polling-day-taken"), hall.begin() as uow:
        days.add_polling_day(uow, jurisdiction_id=hall.jurisdiction, day=VOTED, by=Calendar())


def test_hours_that_end_before_they_begin_are_refused(hall: Hall) -> None:
    with refused("polling-hours-wrong"), hall.begin() as uow:
        days.add_polling_day(
            uow,
            jurisdiction_id=hall.jurisdiction,
            day=VOTED,
            opens=time(20),
            closes=time(6),
            by=Calendar(),
        )


def test_four_recalls_share_a_day_and_each_has_its_own_poll_boxes_and_returns(hall: Hall) -> None:
    first, *others = [hall.held(A, B) for _ in range(4)]
    hall.turnout(hall.boxes(first)[0].id, 10, 10)

    assert hall.canvass(first).turnout_missing == 1
    assert [hall.canvass(poll).turnout_missing for poll in others] == [2, 2, 2]
    stations_used = {box.station_id for poll in [first, *others] for box in hall.boxes(poll)}
    assert len(stations_used) == 2


def test_opening_and_closing_twice_is_the_same_as_once_and_is_dated_by_the_hour(hall: Hall) -> None:
    poll = hall.sets_a_poll(A)
    hall.votes(poll)
    hall.votes(poll)

    with hall.begin() as uow:
        held = polls.get(uow.session, poll)
        day = days.get_day(uow.session, held.polling_day_id)
    assert (held.opened_at, held.closed_at) == (day.opens_at, day.closes_at)
    (closed,) = hall.leaves("poll.closed")
    assert '"at":"2007-12-12T11:00:00.000000Z"' in closed
    assert len(hall.leaves("poll.opened")) == 1


def test_a_poll_does_not_open_or_close_before_its_hour(hall: Hall) -> None:
    poll = hall.sets_a_poll(A)
    with hall.begin() as uow:
        now = clock.read(uow.session)
    opens, closes = now + timedelta(hours=1), now + timedelta(hours=2)

    with refused("poll-not-due"), hall.begin() as uow:
        polls.open_poll(uow, poll, by=Calendar(), at=opens)
    hall.waits(timedelta(hours=1))
    with hall.begin() as uow:
        polls.open_poll(uow, poll, by=Calendar(), at=opens)
    with refused("poll-not-due"), hall.begin() as uow:
        polls.close_poll(uow, poll, by=Calendar(), at=closes)
    with refused("polling-hours-wrong"), hall.begin() as uow:
        polls.close_poll(uow, poll, by=Calendar(), at=opens - timedelta(minutes=1))
    hall.waits(timedelta(hours=1))
    with hall.begin() as uow:
        assert polls.close_poll(uow, poll, by=Calendar(), at=closes).closed_at == closes


def test_a_poll_without_a_box_does_not_open_and_one_not_opened_does_not_close(hall: Hall) -> None:
    poll = hall.sets_a_poll(electors=10)
    with refused("poll-without-boxes"), hall.begin() as uow:
        polls.open_poll(uow, poll, by=Calendar())
    with refused("poll-not-opened"), hall.begin() as uow:
        polls.close_poll(uow, poll, by=Calendar())


def test_a_cancelled_poll_takes_nothing_and_shows_nothing(hall: Hall) -> None:
    poll = hall.sets_a_poll(A)
    for _ in range(2):
        with hall.begin() as uow:
            polls.cancel_poll(uow, poll, by=Calendar())

    (box,) = hall.boxes(poll)
    with refused("poll-cancelled"):
        hall.turnout(box.id, 1, 1)
    with refused("poll-cancelled"):
        hall.canvass(poll)
    with refused("poll-cancelled"), hall.begin() as uow:
        polls.open_poll(uow, poll, by=Calendar())
    with refused("poll-cancelled"), hall.begin() as uow:
        polls.close_poll(uow, poll, by=Calendar())
    with refused("poll-cancelled"):
        hall.places_a_box(poll, B)
    assert len(hall.leaves("poll.cancelled")) == 1


def test_a_poll_that_was_held_is_not_cancelled_and_gets_no_more_boxes(hall: Hall) -> None:
    poll = hall.held(A, electors=150)
    with refused("poll-has-closed"), hall.begin() as uow:
        polls.cancel_poll(uow, poll, by=Calendar())
    with refused("poll-has-closed"):
        hall.places_a_box(poll, B)


def test_a_re_vote_is_a_new_poll_with_the_next_sequence(hall: Hall) -> None:
    measure = uuid4()
    first = hall.sets_a_poll(A, measure=measure)
    with refused("poll-already-set"):
        hall.sets_a_poll(A, measure=measure)
    hall.votes(first)
    second = hall.sets_a_poll(A, measure=measure)

    with hall.begin() as uow:
        found = [(poll.id, poll.sequence) for poll in polls.of_measure(uow.session, measure)]
    assert found == [(first, 1), (second, 2)]


def test_options_that_cannot_be_counted_apart_are_refused(hall: Hall) -> None:
    indistinct: list[tuple[str, ...]] = [
        (),
        ("yes",),
        ("yes", "yes"),
        ("yes", "Yes"),
        ("yes", ""),
        ("yes", " no"),
        ("yes", "n\no"),
        ("yes", "invalid"),
        ("yes", "x" * 61),
    ]
    for options in indistinct:
        with refused("options-invalid"):
            hall.sets_a_poll(A, options=options)


def test_a_poll_nobody_may_vote_in_is_refused(hall: Hall) -> None:
    day = hall.day()
    with refused("figure-too-small"), hall.begin() as uow:
        polls.set_poll(
            uow,
            measure_id=uuid4(),
            polling_day_id=day,
            options=["yes", "no"],
            electors=0,
            by=Calendar(),
        )


def test_a_gate_that_is_no_gate_is_a_defect_and_not_a_poll(hall: Hall) -> None:
    with pytest.raises(ValueError, match="not a share"):
        hall.sets_a_poll(A, gate={"share": "0.333", "comparison": "at_least", "citation": "x"})
    with pytest.raises(ValueError, match="not a count gate"):
        hall.sets_a_poll(A, gate={"share": "1/3"})


def test_boxes_hold_no_more_electors_than_the_poll(hall: Hall) -> None:
    with refused("boxes-exceed-electors") as no:
        hall.sets_a_poll(A, B, electors=149)
    assert no.facts == {"boxes": 150, "electors": 149}


def test_a_regular_box_needs_its_electors_and_an_early_one_does_not(hall: Hall) -> None:
    with refused("figure-missing"):
        hall.sets_a_poll(Wanted("a", None), electors=100)
    poll = hall.sets_a_poll(Wanted("a", None, kind=Kind.EARLY), electors=100)
    assert hall.boxes(poll)[0].label == "a/1/early"


def test_a_station_and_a_box_stand_once(hall: Hall) -> None:
    poll = hall.sets_a_poll(A, electors=500)
    with refused("box-taken"):
        hall.places_a_box(poll, A)
    with refused("station-taken"), hall.begin() as uow:
        stations.add_station(
            uow,
            polling_day_id=hall.day(),
            district_id=hall.district("a"),
            number=1,
            name_ko="다른 이름",
            name_en="Another name",
            by=Calendar(),
        )


def test_what_belongs_elsewhere_is_refused(hall: Hall) -> None:
    other = Hall.built(hall.begin)
    day, strange = hall.day(), other.district("z")
    with refused("station-elsewhere"), hall.begin() as uow:
        stations.add_station(
            uow,
            polling_day_id=day,
            district_id=strange,
            number=1,
            name_ko="가",
            name_en="A",
            by=Calendar(),
        )
    poll, theirs = hall.sets_a_poll(A), other.boxes(other.sets_a_poll(A))[0]
    with refused("station-elsewhere"), hall.begin() as uow:
        stations.add_box(uow, poll_id=poll, station_id=theirs.station_id, electors=0, by=Calendar())


def test_what_does_not_exist_is_not_found(hall: Hall) -> None:
    nothing, poll = uuid4(), hall.sets_a_poll(A)
    with refused("poll-not-found"):
        hall.canvass(nothing)
    with refused("poll-not-found"):
        hall.votes(nothing)
    with refused("polling-day-not-found"), hall.begin() as uow:
        days.get_day(uow.session, nothing)
    with refused("box-not-found"):
        hall.turnout(nothing, 1, 1)
    with refused("station-not-found"), hall.begin() as uow:
        stations.add_box(uow, poll_id=poll, station_id=nothing, electors=1, by=Calendar())


def test_an_officer_of_another_place_finds_nothing_here(hall: Hall) -> None:
    stranger = Officer(uuid4(), uuid4(), Authority.ELECTION_COMMISSION, hall.officer.roles)
    poll = hall.sets_a_poll(A)
    with pytest.raises(Exception, match="other-jurisdiction"), hall.begin() as uow:
        polls.open_poll(uow, poll, by=stranger)
    with pytest.raises(Exception, match="other-jurisdiction"), hall.begin() as uow:
        days.add_polling_day(
            uow, jurisdiction_id=hall.jurisdiction, day=date(2030, 1, 2), by=stranger
        )
