"""CAL-05: the sweep nominates, the task looks again; each act once, dated by its deadline."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from referendum.bootstrap import Services
from referendum.kernel import clock
from referendum.lifecycle.stages import Stage
from referendum.worker import calendar
from tests.town import Town
from tests.worker.office import Office
from thresholds.vocabulary import Instrument


@pytest.fixture
def office(services: Services) -> Office:
    return Office(services)


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


def test_two_schedulers_and_two_workers_do_an_act_once(town: Town, office: Office) -> None:
    measure = town.opens(Instrument.REFERENDUM)
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
    town: Town, office: Office
) -> None:
    measure = town.opens(Instrument.REFERENDUM)
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


def test_nothing_happens_before_its_time(town: Town, office: Office) -> None:
    measure = town.opens(Instrument.REFERENDUM)
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
