"""Until when a vote must be called: against an oracle that knows nothing of the engine (CAL-02)."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.lifecycle.advisory.calling_in_time import SEARCHED, Timetable
from thresholds import library
from thresholds.periods import Election
from thresholds.vocabulary import ElectionKind

DAY = timedelta(days=1)
ELECTIONS = (date(2026, 6, 3), date(2027, 4, 7))
HOLIDAYS = frozenset(holidays.country_holidays("KR", years=range(2024, 2030)))
BOOK = library.by_id("kr-goyang-advisory")
WEDNESDAY, SATURDAY = 2, 5
NOTICE, ANSWER, BEFORE_ELECTION = 23, 60, 60
"""As the promise of the demo says: days between call and vote, to answer, before an election."""


def timetable(*elections: date, opinion: date | None = None) -> Timetable:
    held = tuple(Election(date=day, kind=ElectionKind.LOCAL) for day in elections)
    return Timetable(BOOK, held, HOLIDAYS, opinion)


def near(day: date, elections: tuple[date, ...]) -> bool:
    return any(election - BEFORE_ELECTION * DAY <= day <= election for election in elections)


def answered(call: date, elections: tuple[date, ...]) -> date | None:
    """By hand: when the mayor has answered a vote called that day; None where none is called."""
    if near(call, elections):
        return None
    vote, left = call, NOTICE
    while left:
        vote += DAY
        left -= not near(vote, elections)
    while (
        vote.weekday() != WEDNESDAY
        or near(vote, elections)
        or {
            vote - DAY,
            vote,
            vote + DAY,
        }
        & set(HOLIDAYS)
    ):
        vote += DAY
    answer = vote + DAY + ANSWER * DAY
    while answer.weekday() >= SATURDAY or answer in HOLIDAYS:
        answer += DAY
    return answer


@pytest.mark.parametrize("elections", [(), ELECTIONS])
def test_cal_02_over_a_year_the_last_day_is_the_oracles(elections: tuple[date, ...]) -> None:
    """CAL-02: every day of decision, every day of a call, nothing shared with the engine."""
    first, last = date(2026, 7, 1), date(2027, 6, 30)
    answers = {
        day: answered(day, elections)
        for day in (first - 500 * DAY + n * DAY for n in range((last - first).days + 501))
    }
    table = timetable(*elections)
    for number in range((last - first).days + 1):
        decision = first + number * DAY
        in_time = [day for day, at in answers.items() if at is not None and at < decision]
        found = table.latest(decision)
        assert found is not None
        assert found.day == max(in_time), decision
        assert found.answer == answers[found.day]
        assert found.day < found.vote < found.result < found.answer < decision


def test_each_step_of_the_sum_has_its_article_and_its_words() -> None:
    found = timetable().latest(date(2027, 9, 1))
    assert found is not None
    assert (found.day, found.past) == (date(2027, 6, 7), date(2027, 6, 8))
    assert (found.vote, found.answer) == (date(2027, 6, 30), date(2027, 8, 30))
    assert "2027-06-30" in found.vote_sum["ko"]
    assert found.vote_article.endswith("§6")
    assert found.answer_sum is not None
    assert "60 days" in found.answer_sum["en"]
    assert (found.answer_article or "").endswith("§9")


def test_a_recorded_opinion_lifts_the_bar_on_the_call_and_not_on_the_vote() -> None:
    election, decision = date(2027, 8, 16), date(2027, 11, 9)
    barred = timetable(election).latest(decision)
    lifted = timetable(election, opinion=date(2027, 1, 4)).latest(decision)
    assert barred is not None
    assert lifted is not None
    assert (barred.day, lifted.day) == (date(2027, 6, 16), election)
    assert lifted.vote > election


@settings(deadline=None, max_examples=60)
@given(
    decision=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    later=st.integers(0, 60),
    election=st.dates(date(2025, 6, 1), date(2027, 12, 31)),
)
def test_a_later_decision_never_asks_for_an_earlier_call(
    decision: date, later: int, election: date
) -> None:
    table = timetable(election)
    first, second = table.latest(decision), table.latest(decision + later * DAY)
    assert first is not None
    assert second is not None
    assert decision - SEARCHED < first.day <= second.day
