"""CAL-05: the sweep nominates, the task looks again; each act once, dated by its deadline."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

from referendum.kernel import clock
from referendum.kernel.people import Authority
from referendum.lifecycle import calendar as nominating
from referendum.lifecycle import refusals
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.errors import ElectorsNotStated
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import CalendarRefusal
from referendum.worker import calendar
from tests.papers import PAPER
from tests.together import withdraws
from tests.town import Town
from tests.worker.office import Office
from thresholds.vocabulary import Instrument, Route


def jumps(town: Town, **how_long: float) -> None:
    """The clock moves, and no calendar has looked yet."""
    with town.begin() as uow:
        clock.advance(uow.session, timedelta(**how_long))


def steps(office: Office, measure: UUID) -> list[tuple[str, datetime]]:
    return office.rows(
        "select act, at from step_taken where measure_id = :measure and by = 'calendar'"
        " order by sequence",
        measure=measure,
    )


def test_two_schedulers_and_two_workers_do_an_act_once(
    town: Town, office: Office, referendum_open: UUID
) -> None:
    measure = referendum_open
    office.empties(times=1)
    due = town.deadline(measure, "collection_ends")
    jumps(town, days=120)
    with ThreadPoolExecutor(4) as pool:
        for sweep in [pool.submit(calendar.sweep, office.services) for _ in range(4)]:
            sweep.result()
    asked = office.waiting("calendar.act")
    assert asked
    with ThreadPoolExecutor(4) as pool:
        carried = [pool.submit(office.carries, one) for one in asked for _ in range(3)]
        for one in carried:
            one.result()
    assert steps(office, measure)[0] == ("close_collection", due)
    assert [act for act, _ in steps(office, measure)].count("close_collection") == 1
    assert office.waiting("calendar.act") == []


def test_a_clock_that_jumps_over_two_deadlines_dates_each_act_by_its_own(
    town: Town, office: Office, referendum_open: UUID
) -> None:
    measure = referendum_open
    office.empties(times=1)
    ends = town.deadline(measure, "collection_ends")
    jumps(town, days=400)
    for _ in range(4):
        calendar.sweep(office.services)
        office.empties(times=2)
    assert town.stage(measure) is Stage.LAPSED
    first, second = steps(office, measure)
    assert first == ("close_collection", ends)
    assert second[0] == "lapse"
    assert ends < second[1] < ends + timedelta(days=60)


def test_nothing_happens_before_its_time(town: Town, office: Office, referendum_open: UUID) -> None:
    measure = referendum_open
    office.empties(times=1)
    left = town.deadline(measure, "collection_ends") - town.now()
    jumps(town, seconds=left.total_seconds() - 5)
    calendar.sweep(office.services)
    assert office.waiting("calendar.act") == []
    # Asked for too early all the same, the task finds that it is not due.
    early = office.asks("calendar.act", measure_id=str(measure), act="close_collection")
    office.carries(early)
    assert town.stage(measure) is Stage.COLLECTING
    assert steps(office, measure) == []


@pytest.fixture
def unfurnished(town: Town, office: Office, owner_url: str) -> UUID:
    """A vote about to open its polls where nobody is registered and no electors were stated."""
    mayor = town.officer(Authority.MAYOR)
    measure = town.drafts(Instrument.REFERENDUM, by=mayor, route=Route.COUNCIL)
    town.acts(measure, Act.REQUEST_VOTE, mayor, Particulars(document=PAPER, reason="의회 요구"))
    town.calls(measure, Authority.MAYOR)
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as owner:
        owner.execute(text("delete from register_version"))
    opens = town.deadline(measure, "polls_open")
    jumps(town, seconds=(opens - town.now()).total_seconds())
    office.empties(times=1)
    return measure


def refused(town: Town) -> list[CalendarRefusal]:
    with town.begin() as uow:
        return list(refusals.unresolved(uow.session, town.place))


def test_a_refused_act_is_asked_for_later_and_later_and_has_a_name(
    town: Town, office: Office, unfurnished: UUID, owner_url: str
) -> None:
    """Not at every sweep: an outbox row, a task and a line of the log each time."""
    waits = []
    engine = create_engine(owner_url, poolclass=NullPool)
    for _ in range(9):
        calendar.sweep(office.services)
        office.empties(times=1)
        (one,) = refused(town)
        with engine.begin() as owner:
            left = owner.execute(text("select again_at - clock_timestamp() from calendar_refusal"))
            waits.append(left.scalar_one())
        calendar.sweep(office.services)
        assert office.waiting("calendar.act") == [], "it was refused a moment ago"
        with engine.begin() as owner:
            owner.execute(text("update calendar_refusal set again_at = clock_timestamp()"))
    assert (one.measure_id, one.act, one.times) == (unfurnished, Act.OPEN_POLLS, 9)
    assert one.code == ElectorsNotStated.code
    longest = [refusals.FIRST * 2**turn for turn in range(9)]
    for wait, most in zip(waits, longest, strict=True):
        assert wait <= min(most, refusals.LONGEST)
    assert waits[-1] > waits[0], "a sweep is no reason to ask again"


def test_the_next_step_of_the_measure_ends_the_waiting(
    town: Town, office: Office, unfurnished: UUID
) -> None:
    calendar.sweep(office.services)
    office.empties(times=1)
    assert refused(town)
    electors = {district.id: 12 for district in town.districts}
    stated = Particulars(document=PAPER, reason="공고", electors=electors, source="시험용 공고")
    town.acts(unfurnished, Act.STATE_ELECTORS, town.officer(Authority.ELECTION_COMMISSION), stated)
    assert refused(town) == []
    calendar.sweep(office.services)
    office.empties(times=1)
    assert town.stage(unfurnished) is Stage.VOTING
    assert steps(office, unfurnished)[-1] == (
        "open_polls",
        town.deadline(unfurnished, "polls_open"),
    )


def test_what_has_ended_or_is_not_due_costs_a_sweep_nothing(town: Town) -> None:
    """Measures that ended, and deadlines of other stages, are left in the database."""
    for _ in range(3):
        withdraws(town, town.opens(Instrument.INITIATIVE))
    town.opens(Instrument.INITIATIVE)
    with town.begin() as uow:
        rows = []
        connection = uow.session.connection()

        def after(_: object, cursor: object, *_more: object) -> None:
            rows.append(cursor.rowcount)  # type: ignore[attr-defined]

        event.listen(connection, "after_cursor_execute", after)
        later = uow.now() + timedelta(days=400)
        due = list(nominating.due(uow.session, later))
        event.remove(connection, "after_cursor_execute", after)
    assert [one.act for one in due] == [Act.CLOSE_COLLECTION]
    assert sum(rows[1:]) == 1, "one statement after the clock's, and in it the one deadline"
