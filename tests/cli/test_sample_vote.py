"""The demo's called vote: its day, and a polling place for every door of the city."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ballots import early, stations
from ballots.tables import Kind
from referendum.cli import seeding, serving
from referendum.cli.conducting import SEOUL, Conductor
from referendum.cli.sample_measures import SampleMeasures
from referendum.cli.sample_vote import AHEAD, INVENTED, SampleVote
from referendum.cli.seeding import Seeding
from referendum.lifecycle import polling
from referendum.lifecycle.advisory import arguing, drawing
from referendum.lifecycle.advisory.drawing import LotState
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.roll import finding, streets

PEOPLE = 400


@pytest.fixture(scope="module")
def city() -> Iterator[Seeding]:
    """A small demo with a promise and this one vote, its clock at the real time."""
    place = Path(tempfile.mkdtemp(prefix="rt-", dir="/tmp"))
    place.chmod(0o755)
    with (
        pytest.MonkeyPatch.context() as patch,
        serving.installed(folder=place / "demo", mode="demo", port=0) as installation,
    ):
        patch.setattr(seeding, "PEOPLE", PEOPLE)
        filled = Seeding(installation.services, lambda _step: None)
        filled._city()
        filled._residents()
        filled._officers()
        services, now = installation.services, filled._real_now()
        conductor = Conductor(services.begin, services.means, filled.place)
        SampleMeasures(conductor, now, filled.people, lambda _step: None)._promise()
        conductor.until(now - timedelta(days=33))
        SampleVote(conductor, now).play()
        yield filled
    shutil.rmtree(place, ignore_errors=True)


def test_it_is_called_and_held_within_three_weeks_with_every_door_in_a_polling_place(
    city: Seeding,
) -> None:
    with city.services.begin() as uow:
        session = uow.session
        measure = session.scalars(select(Measure)).one()
        poll, day = polling.poll_of(session, measure), polling.polling_day_of(session, measure)
        assert Stage(measure.stage) is Stage.CALLED
        today = uow.now().astimezone(SEOUL).date()
        assert timedelta(7) <= day.day - today <= AHEAD
        told = early.of_day(day, SEOUL)
        assert told is not None
        assert today < told.first < told.last < day.day
        boxes = stations.boxes_of(session, poll.id)
        assert all(box.address and INVENTED in box.address for box in boxes)
        assert sum(box.electors or 0 for box in boxes) == poll.electors > 0
        assert sum(box.kind is Kind.EARLY for box in boxes) == 3, "one in each borough"
        own = {(box.district_id, box.number) for box in boxes if box.kind is Kind.REGULAR}
        for person, district in city.people:
            details = finding.person_details(session, city.services.vault, person)
            assert details is not None
            (door,) = streets.find(session, measure.jurisdiction_id, details.address)
            assert door.district == district
            assert (door.district, door.station) in own


def test_both_sides_have_written_and_their_order_is_drawn(city: Seeding) -> None:
    with city.services.begin() as uow:
        measure = uow.session.scalars(select(Measure)).one()
        drawn = drawing.lot(uow.session, measure)
        assert drawn.state is LotState.DRAWN
        spaces = arguing.spaces(uow.session, measure, drawn)
        assert all(space.argument for space in spaces)
