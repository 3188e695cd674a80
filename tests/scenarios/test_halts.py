"""LIF-02: a measure that a court or a postponement halts, and goes on with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from referendum.lifecycle import holding
from referendum.lifecycle.errors import NotHeld, NotYourAct, OnHold, PollsWereHalted
from referendum.lifecycle.stages import Act, Stage
from tests.papers import PAPER
from tests.scenarios.deciding import CHAIR, COMMISSION, COURT, MAYOR, SEOUL
from tests.town import Town


@pytest.mark.parametrize("kind", holding.HoldKind)
def test_lif_02_a_called_vote_is_stayed_or_postponed_and_lifting_returns_to_it(
    town: Town, referendum_called: UUID, kind: holding.HoldKind
) -> None:
    """LIF-02: under a hold acts are refused and the calendar waits."""
    hold = town.halts(referendum_called, kind=kind, stops_clock=False)
    town.waits(days=40)
    assert town.stage(referendum_called) is Stage.CALLED
    with pytest.raises(OnHold):
        town.acts(referendum_called, Act.RESET_DAY, town.officer(MAYOR), replace(COURT, day=None))
    town.lifts(referendum_called, hold)
    with pytest.raises(NotHeld):
        town.lifts(referendum_called, hold)
    day = (town.now() + timedelta(days=30)).date()
    town.acts(referendum_called, Act.RESET_DAY, town.officer(MAYOR), replace(COURT, day=day))
    town.calendar_catches_up()
    assert town.stage(referendum_called) is Stage.CALLED
    town.votes(referendum_called, turnout=6, votes={"yes": 2, "no": 4})
    town.certifies(referendum_called, COMMISSION)
    assert town.measure(referendum_called).outcome == "rejected"


def test_polls_that_were_halted_at_their_hour_do_not_open_once_the_halt_is_lifted(
    town: Town, referendum_furnished: UUID
) -> None:
    """Nobody could vote that day: the calendar must not open and close it afterwards."""
    hold = town.halts(referendum_furnished, kind=holding.HoldKind.POSTPONEMENT, stops_clock=False)
    town.waits(days=60)
    town.lifts(referendum_furnished, hold)
    with pytest.raises(PollsWereHalted) as refused:
        town.calendar_catches_up()
    assert refused.value.facts == {"kind": "postponement", "document": PAPER.number}
    assert town.stage(referendum_furnished) is Stage.CALLED
    day = (town.now() + timedelta(days=30)).date()
    town.acts(referendum_furnished, Act.RESET_DAY, town.officer(MAYOR), replace(COURT, day=day))
    town.votes(referendum_furnished, turnout=6, votes={"yes": 2, "no": 4})
    assert town.stage(referendum_furnished) is Stage.COUNTING


def test_a_hold_that_stops_the_clock_gives_its_days_back(town: Town, initiative_open: UUID) -> None:
    measure = initiative_open
    before = town.deadline(measure, "collection_ends").astimezone(SEOUL)
    assert before == datetime(2027, 5, 5, tzinfo=SEOUL), "1 to 3 May are passed over"
    hold = town.halts(measure)
    town.waits(days=12)
    town.lifts(measure, hold)
    after = town.deadline(measure, "collection_ends").astimezone(SEOUL)
    assert after == datetime(2027, 5, 15, tzinfo=SEOUL), "12 days after 1 May is a holiday"
    town.waits_for("collection_ends", measure, seconds=-60)
    assert town.stage(measure) is Stage.COLLECTING
    town.waits(seconds=61)
    assert town.stage(measure) is Stage.COLLECTED


def test_a_hold_of_another_citys_officer_is_refused(town: Town, initiative_open: UUID) -> None:
    measure = initiative_open
    stranger = replace(town.officer(CHAIR), jurisdiction=measure)
    with town.begin() as uow, pytest.raises(NotYourAct):
        holding.place(
            uow,
            measure,
            kind=holding.HoldKind.COURT,
            document=PAPER,
            reason="-",
            stops_clock=True,
            by=stranger,
        )
