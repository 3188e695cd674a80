"""CAL-04: the bars before and after which nobody may be claimed against."""

from datetime import date

import pytest

from tests.thresholds.dating import RECALL, REFERENDUM, dates
from thresholds.bars import parked_until, time_bars
from thresholds.errors import InBarredPeriod
from thresholds.vocabulary import Event

TERM = {"term_started": date(2026, 7, 1), "term_ends": date(2030, 6, 30)}


@pytest.mark.parametrize(
    ("claimed", "free"),
    [
        (date(2026, 7, 1), date(2027, 7, 1)),
        (date(2027, 6, 30), date(2027, 7, 1)),
        (date(2027, 7, 1), date(2027, 7, 1)),
        (date(2029, 6, 30), date(2029, 6, 30)),
        (date(2029, 7, 1), date(2030, 7, 1)),
    ],
)
def test_cal_04_early_applications_are_parked_until_the_bar_ends(claimed: date, free: date) -> None:
    """CAL-04: boundary days of a term of four years."""
    bars = time_bars(RECALL.calendar, **TERM)
    assert parked_until(bars, claimed) == free


def test_cal_04_a_claim_inside_a_bar_is_refused_at_claim_time() -> None:
    """CAL-04: tested on submission, not on the certificate."""
    term = {Event.TERM_STARTED: date(2026, 7, 1), Event.TERM_ENDS: date(2030, 6, 30)}
    early = {**term, Event.SUBMITTED: date(2027, 6, 30)}
    with pytest.raises(InBarredPeriod) as refused:
        dates(RECALL, early)
    assert refused.value.facts["article"] == "주민소환법 §8"
    assert not dates(RECALL, {**term, Event.SUBMITTED: date(2027, 7, 1)})
    assert dates(RECALL, {**term, Event.CERTIFICATE_PUBLISHED: date(2027, 6, 30)})


def test_cal_04_a_year_passes_between_two_votes_on_one_person() -> None:
    """CAL-04: within one year of a vote."""
    bars = time_bars(RECALL.calendar, previous_vote=date(2027, 12, 12))
    assert parked_until(bars, date(2028, 12, 12)) == date(2028, 12, 13)
    assert parked_until(bars, date(2028, 12, 13)) == date(2028, 12, 13)
    assert time_bars(REFERENDUM.calendar, previous_vote=date(2027, 12, 12)) == ()
