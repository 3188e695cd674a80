"""An officer moves a deadline: on a paper, within bounds, seen before, and taken back again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel.people import Authority, FreshCodeNeeded
from referendum.kernel.record import RecordEntry
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import bounds, deadlines, moves, moving
from referendum.lifecycle.dates.moves import Moved
from referendum.lifecycle.errors import (
    AnnouncedDayStands,
    DayIsOver,
    DeadlineBeforeItBegins,
    DeadlineDone,
    DeadlineFixed,
    DeadlinesOutOfOrder,
    DocumentAhead,
    NotOverridden,
    OverrideTooFar,
    ParticularMissing,
)
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import DeadlineKept, DeadlineMoved
from tests.papers import PAPER
from tests.scenarios.deciding import COURT
from tests.town import Town, seconded
from thresholds.vocabulary import Instrument

MAYOR, COMMISSION = Authority.MAYOR, Authority.ELECTION_COMMISSION
ENDS, DUE = "collection_ends", "submission_due"


def kept(town: Town, measure: UUID, name: str) -> DeadlineKept:
    with town.begin() as uow:
        found = deadlines.kept(uow.session, measure, name)
        assert found is not None
        return found


def last(town: Town, measure: UUID, name: str) -> date:
    return kept(town, measure, name).latest


def overrides(town: Town, measure: UUID, name: str, day: date, **changed: Any) -> None:
    given: dict[str, Any] = {"document": PAPER, "reason": "전산 장애", "by": town.officer(MAYOR)}
    said = given | changed
    said["by"] = seconded(said["by"])
    with town.begin() as uow:
        moving.override(uow, measure, name, day=day, **said)


def revokes(town: Town, measure: UUID, name: str) -> None:
    with town.begin() as uow:
        moving.revoke(
            uow,
            measure,
            name,
            document=PAPER,
            reason="잘못 옮김",
            by=seconded(town.officer(MAYOR)),
        )


def previews(town: Town, measure: UUID, name: str, day: date | None) -> tuple[Moved, ...]:
    with town.begin() as uow:
        return moving.preview(uow, measure, name, day=day)


def days(moved: Iterable[Moved | DeadlineMoved]) -> dict[str, tuple[date, date]]:
    return {one.name: (one.latest_before, one.latest_after) for one in moved}


def last_facts(town: Town, measure: UUID, act: str) -> dict[str, Any]:
    here = select(RecordEntry.leaf).where(RecordEntry.measure_id == measure, RecordEntry.act == act)
    with town.begin() as uow:
        *_, leaf = uow.session.scalars(here.order_by(RecordEntry.number))
    facts: dict[str, Any] = json.loads(leaf)["facts"]
    return facts


# What it rests on


def test_an_override_rests_on_a_paper_that_the_record_and_the_deadline_name(
    town: Town, referendum_open: UUID
) -> None:
    day = last(town, referendum_open, ENDS) + timedelta(days=10)
    overrides(town, referendum_open, ENDS, day)
    found = kept(town, referendum_open, ENDS)
    assert (found.day, found.overridden_to) == (day, day)
    assert (found.overridden_number, found.overridden_date) == (PAPER.number, PAPER.day)
    facts = last_facts(town, referendum_open, moving.OVERRIDDEN)
    assert (facts["document"], facts["document_day"]) == (PAPER.number, PAPER.day.isoformat())
    assert f"결정에 따라 {day}로 바꿈" in found.sum_ko
    assert f"moved to {day} by decision" in found.sum_en


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"document": Document(" ", PAPER.day)}, ParticularMissing),
        ({"document": Document("1", date(2031, 1, 1))}, DocumentAhead),
        ({"reason": " "}, ParticularMissing),
    ],
)
def test_without_its_paper_and_its_reason_nothing_moves(
    town: Town, referendum_open: UUID, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    before = last(town, referendum_open, ENDS)
    with pytest.raises(refusal):
        overrides(town, referendum_open, ENDS, before + timedelta(days=1), **changed)
    assert last(town, referendum_open, ENDS) == before


def test_a_code_that_was_given_long_ago_moves_nothing(town: Town, referendum_open: UUID) -> None:
    stale, day = town.officer(MAYOR, fresh=False), last(town, referendum_open, ENDS)
    with pytest.raises(FreshCodeNeeded):
        overrides(town, referendum_open, ENDS, day, by=stale)
    overrides(town, referendum_open, ENDS, day + timedelta(days=1))
    by = seconded(stale)
    with town.begin() as uow, pytest.raises(FreshCodeNeeded):
        moving.revoke(uow, referendum_open, ENDS, document=PAPER, reason="x", by=by)


# Within bounds


@pytest.mark.parametrize("days", [-1, -30, -3650])
def test_no_deadline_is_set_to_a_day_that_is_over(
    town: Town, referendum_open: UUID, days: int
) -> None:
    town.waits(days=20)
    today = town.now().date()
    for name in (ENDS, DUE):
        with pytest.raises(DayIsOver):
            overrides(town, referendum_open, name, today + timedelta(days=days))


@pytest.mark.parametrize("days", [91, 3650])
def test_no_deadline_is_moved_further_than_the_span_however_often(
    town: Town, referendum_open: UUID, days: int
) -> None:
    """Counted from the computed day: ten small steps lead no further than one."""
    computed = last(town, referendum_open, ENDS)
    with pytest.raises(OverrideTooFar) as refused:
        overrides(town, referendum_open, ENDS, computed + timedelta(days=days))
    assert (refused.value.facts["days"], refused.value.facts["assumed"]) == (90, True)
    overrides(town, referendum_open, ENDS, computed + timedelta(days=90))
    with pytest.raises(OverrideTooFar):
        overrides(town, referendum_open, ENDS, computed + timedelta(days=91))


def test_no_deadline_ends_before_its_period_begins(town: Town, referendum_open: UUID) -> None:
    """Its predecessor's last day is before the first of its own."""
    ends = last(town, referendum_open, ENDS)
    for day in (ends, ends - timedelta(days=3)):
        with pytest.raises(DeadlineBeforeItBegins):
            overrides(town, referendum_open, DUE, day)
    overrides(town, referendum_open, DUE, ends + timedelta(days=1))


def test_what_follows_moves_with_it_and_what_was_set_apart_is_its_bound(
    town: Town, referendum_open: UUID
) -> None:
    ends, due = last(town, referendum_open, ENDS), last(town, referendum_open, DUE)
    overrides(town, referendum_open, ENDS, ends + timedelta(days=21))
    assert last(town, referendum_open, DUE) == due + timedelta(days=21)
    fixed = last(town, referendum_open, DUE) + timedelta(days=1)
    overrides(town, referendum_open, DUE, fixed)
    with pytest.raises(DeadlinesOutOfOrder) as refused:
        overrides(town, referendum_open, ENDS, fixed + timedelta(days=1))
    facts = refused.value.facts
    assert (facts["earlier"], facts["later"]) == (ENDS, DUE)
    assert last(town, referendum_open, DUE) == fixed


def test_the_roll_is_made_before_the_polls_open(town: Town, referendum_called: UUID) -> None:
    vote = kept(town, referendum_called, "vote_day").day
    with pytest.raises(DeadlinesOutOfOrder):
        overrides(town, referendum_called, "roll_base", vote)
    overrides(town, referendum_called, "roll_base", vote - timedelta(days=1))


def test_a_deadline_of_a_step_that_was_taken_stays(town: Town, referendum_open: UUID) -> None:
    town.collects(referendum_open, town.spread(10))
    for name in (ENDS, DUE):
        with pytest.raises(DeadlineDone):
            overrides(town, referendum_open, name, town.now().date() + timedelta(days=3))


def test_after_a_cure_the_deadlines_of_the_first_round_are_done(
    town: Town, referendum_open: UUID
) -> None:
    measure, mayor = referendum_open, town.officer(MAYOR)
    town.reviews(measure, town.spread(10))
    town.acts(measure, Act.ORDER_CURE, mayor, COURT)
    day = town.now().date() + timedelta(days=5)
    with pytest.raises(DeadlineDone):
        overrides(town, measure, "inspection_ends", day)
    overrides(town, measure, "cure_ends", day)
    town.waits_for("cure_ends", measure)
    assert town.stage(measure) is Stage.EXAMINING
    town.acts(measure, Act.OPEN_INSPECTION, mayor)
    overrides(town, measure, "inspection_ends", last(town, measure, "inspection_ends"))


@pytest.mark.parametrize("name", ["vote_day", "polls_open", "polls_close"])
def test_a_called_vote_day_moves_by_its_own_act_alone(
    town: Town, referendum_called: UUID, name: str
) -> None:
    later = kept(town, referendum_called, name).day + timedelta(days=7)
    with pytest.raises(AnnouncedDayStands):
        overrides(town, referendum_called, name, later)


def test_a_bar_of_the_law_is_no_officers_to_move(town: Town) -> None:
    """REC §8: it ends when the term says so; an early claim is held until then."""
    measure = town.drafts(
        Instrument.RECALL, term_started=date(2026, 2, 10), term_ends=date(2030, 2, 9)
    )
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    commission = town.officer(COMMISSION)
    town.acts(measure, Act.PARK, commission, COURT)
    day = last(town, measure, "bar_ends") - timedelta(days=5)
    with pytest.raises(DeadlineFixed):
        overrides(town, measure, "bar_ends", day, by=commission)


@pytest.mark.parametrize("instrument", list(Instrument))
def test_the_order_of_deadlines_is_that_of_the_steps(instrument: Instrument) -> None:
    order = bounds.order(instrument)
    assert order[:3] == (ENDS, DUE, "list_publication_due")
    assert "cure_ends" not in order, "it leads back"
    assert "bar_ends" not in order


# Holds


@pytest.mark.parametrize("halted_first", [True, False])
def test_a_stay_adds_its_days_whether_it_came_before_or_after_the_override(
    town: Town, referendum_open: UUID, *, halted_first: bool
) -> None:
    """An override takes nothing from a court's order."""
    measure, day = referendum_open, date(2027, 5, 13)
    if halted_first:
        hold = town.halts(measure)
        overrides(town, measure, ENDS, day)
    else:
        overrides(town, measure, ENDS, day)
        hold = town.halts(measure)
    town.waits(days=4)
    town.lifts(measure, hold)
    found = kept(town, measure, ENDS)
    assert (found.day, found.overridden_to) == (date(2027, 5, 17), day)
    assert "정지 2027-02-02~2027-02-05 4일 제외" in found.sum_ko
    assert found.sum_ko.endswith("2027-05-17 24:00에 끝남")
    assert last(town, measure, DUE) > found.day


def test_a_stay_whose_clock_runs_adds_no_day(town: Town, referendum_open: UUID) -> None:
    day = date(2027, 5, 13)
    overrides(town, referendum_open, ENDS, day)
    hold = town.halts(referendum_open, stops_clock=False)
    town.waits(days=4)
    town.lifts(referendum_open, hold)
    assert last(town, referendum_open, ENDS) == day


def test_a_stay_that_was_over_is_in_the_day_that_was_chosen(
    town: Town, referendum_open: UUID
) -> None:
    """The officer saw the day that the stay had made, and set another."""
    hold = town.halts(referendum_open)
    town.waits(days=4)
    town.lifts(referendum_open, hold)
    day = last(town, referendum_open, ENDS) + timedelta(days=2)
    overrides(town, referendum_open, ENDS, day)
    assert last(town, referendum_open, ENDS) == day


# Seen before, and taken back


def test_everything_that_moves_is_seen_before_and_is_what_moves_then(
    town: Town, referendum_open: UUID
) -> None:
    ends, due = last(town, referendum_open, ENDS), last(town, referendum_open, DUE)
    day = ends + timedelta(days=7)
    seen = previews(town, referendum_open, ENDS, day)
    assert days(seen) == {ENDS: (ends, day), DUE: (due, due + timedelta(days=7))}
    assert last(town, referendum_open, ENDS) == ends, "a preview writes nothing"
    assert moves.digest(seen) == moves.digest(previews(town, referendum_open, ENDS, day))
    assert moves.digest(seen) != moves.digest(previews(town, referendum_open, ENDS, ends))
    overrides(town, referendum_open, ENDS, day)
    facts = last_facts(town, referendum_open, moving.OVERRIDDEN)
    assert facts["moved"] == moves.facts(seen)
    with town.begin() as uow:
        told = moves.of_measure(uow.session, referendum_open)
    assert days(one.moved for one in told) == days(seen)
    assert {one.shift.document_number for one in told} == {PAPER.number}


def test_a_preview_is_refused_as_the_act_would_be(town: Town, referendum_open: UUID) -> None:
    day = last(town, referendum_open, ENDS)
    for name, other, refusal in (
        (ENDS, day + timedelta(days=91), OverrideTooFar),
        (DUE, day, DeadlineBeforeItBegins),
        (ENDS, None, NotOverridden),
    ):
        with pytest.raises(refusal):
            previews(town, referendum_open, name, other)


def test_an_override_is_taken_back_to_the_computed_day_on_record(
    town: Town, referendum_open: UUID
) -> None:
    ends, due = last(town, referendum_open, ENDS), last(town, referendum_open, DUE)
    with pytest.raises(NotOverridden):
        revokes(town, referendum_open, ENDS)
    day = ends + timedelta(days=7)
    overrides(town, referendum_open, ENDS, day)
    assert days(previews(town, referendum_open, ENDS, None))[ENDS] == (day, ends)
    revokes(town, referendum_open, ENDS)
    found = kept(town, referendum_open, ENDS)
    assert (found.day, last(town, referendum_open, DUE)) == (ends, due)
    assert (found.overridden_by, found.overridden_to, found.overridden_number) == (None,) * 3
    assert "담당자" not in found.sum_ko
    assert last_facts(town, referendum_open, moving.RESTORED)["reason"] == "잘못 옮김"
    with pytest.raises(NotOverridden):
        revokes(town, referendum_open, ENDS)


def test_taking_back_ends_nothing_in_the_past(town: Town, referendum_open: UUID) -> None:
    """Whoever signed after the computed day was let sign: it ends with today at the earliest."""
    ends = last(town, referendum_open, ENDS)
    overrides(town, referendum_open, ENDS, ends + timedelta(days=30))
    town.waits(days=(ends - town.now().date()).days + 5)
    today = town.now().date()
    revokes(town, referendum_open, ENDS)
    found = kept(town, referendum_open, ENDS)
    assert found.day == today
    assert f"알게 된 날인 {today} 24:00에 끝남" in found.sum_ko
    town.signs(referendum_open, 5)
    town.calendar_catches_up()
    assert town.stage(referendum_open) is Stage.COLLECTING
    town.waits(days=1)
    assert town.stage(referendum_open) is Stage.COLLECTED
    assert kept(town, referendum_open, ENDS).day == today, "and stays so"
