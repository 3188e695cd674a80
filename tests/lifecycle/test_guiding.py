"""A guide tells the way that the stage table leads, in the numbers of the rules in force."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from referendum.lifecycle import guiding, stages
from referendum.lifecycle.guiding import Guide, Local
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import OrdinanceKept
from referendum.roll import places
from referendum.roll.tables import Jurisdiction
from tests.town import Town
from thresholds import expenses, library
from thresholds.errors import RulebookUnreadable
from thresholds.periods import OrdinanceNumbers
from thresholds.vocabulary import DeadlineName, Instrument, Level, Office

LAW = Local(Level.CITY, OrdinanceNumbers(), frozenset())


def guide_of(town: Town, instrument: Instrument, office: Office | None = None) -> Guide:
    with town.begin() as uow:
        place = uow.session.get_one(Jurisdiction, town.place)
        today = places.today(uow, place.id)
        found = guiding.guide(uow.session, place, instrument, office, today)
    assert found is not None
    return found


def days(guide: Guide, name: DeadlineName) -> tuple[int, bool]:
    (found,) = [time for stop in guide.stops for time in stop.times if time.name is name]
    return found.length.number, found.assumed


@pytest.mark.parametrize("instrument", Instrument)
def test_a_guides_way_begins_at_the_draft_and_ends_where_nothing_follows(
    instrument: Instrument,
) -> None:
    """It is a path of the table: each step begins where the one before it ended."""
    stage = Stage.DRAFT
    for act in guiding.ROADS[instrument]:
        stage = stages.find(instrument, stage, act).target
    assert stage in stages.ENDINGS


@pytest.mark.parametrize(
    ("instrument", "office"),
    [
        (Instrument.INITIATIVE, None),
        (Instrument.REFERENDUM, None),
        (Instrument.RECALL, Office.MAYOR),
        (Instrument.RECALL, Office.COUNCILLOR),
        (Instrument.ADVISORY, None),
    ],
)
def test_every_period_of_the_rules_in_force_stands_at_a_step(
    town: Town, instrument: Instrument, office: Office | None
) -> None:
    """Once each; none is forgotten, and none is invented."""
    town.has_a_promise()
    guide = guide_of(town, instrument, office)
    told = [time.name for stop in guide.stops for time in stop.times]
    assert sorted(told) == sorted(guide.book.calendar.periods)
    day = [stop.vote_day for stop in guide.stops if stop.vote_day]
    assert day == ([guide.book.calendar.vote_day] if guide.book.calendar.vote_day else [])


def test_a_number_that_is_changed_in_a_rulebook_is_changed_in_the_guide() -> None:
    written = library.texts()
    name = "kr-initiative-2022-01-13.toml"
    assert "length = { days = 14 }" in written[name]
    changed = {**written, name: written[name].replace("{ days = 14 }", "{ days = 17 }")}
    for texts, lasts in ((written, 14), (changed, 17)):
        (book,) = [one for one in library.load(texts) if one.id == "kr-initiative-2024-02-17"]
        (found,) = [
            time.length.number
            for stop in guiding.stops(book, LAW)
            for time in stop.times
            if time.name is DeadlineName.OBJECTIONS_DECIDED_BY
        ]
        assert found == lasts


def test_what_the_ordinance_sets_is_told_in_place_of_what_was_assumed(town: Town) -> None:
    before = days(guide_of(town, Instrument.REFERENDUM), DeadlineName.COLLECTION_ENDS)
    with town.begin() as uow:
        uow.session.execute(
            update(OrdinanceKept)
            .where(OrdinanceKept.instrument == Instrument.REFERENDUM.value)
            .values(numbers={"share": "1/20", "collection_days": 120}, assumed=False)
        )
    after = guide_of(town, Instrument.REFERENDUM)
    assert before == (90, True)
    assert days(after, DeadlineName.COLLECTION_ENDS) == (120, False)
    assert not after.share_assumed


def test_what_is_needed_here_is_the_sum_that_a_measure_would_have(town: Town) -> None:
    guide = guide_of(town, Instrument.INITIATIVE)
    assert [(one.needed, one.sum) for one in guide.findings] == [(4, "ceil(528 × 1/150) = 4")]


def test_a_councillors_signatures_are_no_share_of_the_whole_city(town: Town) -> None:
    assert guide_of(town, Instrument.RECALL, Office.MAYOR).findings
    assert guide_of(town, Instrument.RECALL, Office.COUNCILLOR).findings == ()


def test_a_promise_that_lets_no_residents_ask_begins_with_the_call(town: Town) -> None:
    town.delegates(asked_by={"mayor": True})
    guide = guide_of(town, Instrument.ADVISORY)
    assert [stop.step.act for stop in guide.stops] == list(guiding.CALLED_OUTRIGHT)


def test_how_else_a_step_can_end_is_told_with_it(town: Town) -> None:
    guide = guide_of(town, Instrument.INITIATIVE)
    otherwise = {stop.step.act: {one.act for one in stop.otherwise} for stop in guide.stops}
    assert otherwise[Act.ACCEPT] == {Act.DISMISS}
    assert otherwise[Act.FIND_SUFFICIENT] == {Act.ORDER_CURE, Act.FIND_INSUFFICIENT}
    assert otherwise[Act.APPLY] == set()


def test_who_pays_for_a_vote_is_told_where_a_law_says_so() -> None:
    told = {one: expenses.of("kr", one.value) for one in Instrument}
    assert {one: each.length.number for one, each in told.items() if each} == {
        Instrument.REFERENDUM: 3,
        Instrument.RECALL: 5,
    }
    assert expenses.of("ch", "referendum") is None


def test_a_faulty_text_of_expenses_is_refused_whole() -> None:
    for text in ("expense = 3", "[[expense]]\ncountry = 'kr'", "expense = ["):
        with pytest.raises(RulebookUnreadable):
            expenses.load(text)
