"""What is due is done once, by the calendar, and dated by its deadline."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from uuid import UUID

from referendum.kernel import clock
from referendum.lifecycle import calendar, locating, surveying
from referendum.lifecycle.stages import Act, Stage
from tests.town import Town


def test_cal_05_two_schedulers_a_late_one_and_a_clock_that_jumps(
    town: Town, initiative_open: UUID
) -> None:
    """CAL-05: each act happens once and is dated by its deadline."""
    measure = initiative_open
    due = town.deadline(measure, "collection_ends")
    with town.begin() as uow:
        clock.advance(uow.session, due - uow.now() + timedelta(days=3, hours=7))
    with town.begin() as uow:
        assert calendar.nominate(uow) == 1
    with town.begin() as uow:
        assert calendar.nominate(uow) == 0, "what waits is not asked for again"
    taken: list[object] = []

    def act() -> None:
        with town.begin() as uow:
            taken.append(calendar.act(uow, town.means, measure, Act.CLOSE_COLLECTION))

    threads = [Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in taken) == 1
    with town.begin() as uow:
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
    assert [step.at for step in steps if step.act == Act.CLOSE_COLLECTION] == [due]
    town.calendar_catches_up()
    assert town.steps(measure).count("close_collection") == 1


def test_cal_01_a_deadline_is_half_open(town: Town, initiative_open: UUID) -> None:
    """CAL-01, OPS-07: open up to it, over at its moment (the clock runs while a test does)."""
    measure = initiative_open
    town.waits_for("collection_ends", measure, seconds=-30)
    assert town.stage(measure) is Stage.COLLECTING
    town.waits(seconds=31)
    assert town.stage(measure) is Stage.COLLECTED
