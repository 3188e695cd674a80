"""Days off that no almanac knows, days on which a channel was down, and whose holidays they are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.lifecycle.dates import almanacs
from tests.thresholds.cases_at_hand import KOREAN_HOLIDAYS, law
from thresholds import library
from thresholds.calendars import dates_of, read_calendar
from thresholds.errors import CaseUnreadable
from thresholds.periods import DatedHoliday, Election, Outage, Span, days_off
from thresholds.vocabulary import DeadlineName, ElectionKind, Event
from thresholds.windows import Deadline, deadlines

ADVISORY = law("advisory", date(2026, 3, 3))
NOTICE = date(2027, 1, 4)
COLLECTING = DeadlineName.COLLECTION_ENDS

CALENDAR = """
[calendar]
id = "call"
instrument = "referendum"
country = "kr"
level = "city"
as_of = 2024-08-20

[events]
called = 2024-08-20
"""


def vote_day(rest: str) -> date:
    case = read_calendar(CALENDAR + rest)
    found = {one.name: one for one in dates_of(case, holidays=KOREAN_HOLIDAYS)}
    return found[DeadlineName.VOTE_DAY].date


def test_a_temporary_holiday_beside_the_day_moves_the_vote_and_a_cancelled_one_does_not() -> None:
    """CAL-03: the Armed Forces Day of 2024 was a holiday for once, declared weeks before."""
    assert vote_day("") == date(2024, 9, 25)
    declared = '[[holidays]]\ndate = 2024-09-24\ntitle = "임시공휴일"\n'
    assert vote_day(declared) == date(2024, 10, 16)
    assert vote_day(declared + "day_off = false\n") == date(2024, 9, 25)


@given(
    almanac=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 2, 1))),
    dated=st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 2, 1)), st.booleans()),
)
def test_what_is_declared_for_a_day_stands_over_the_almanac(
    almanac: frozenset[date], dated: dict[date, bool]
) -> None:
    found = days_off(
        almanac, [DatedHoliday(date=day, day_off=off, title="x") for day, off in dated.items()]
    )
    for day in almanac | dated.keys():
        assert (day in found) is dated.get(day, day in almanac)


def collecting(
    *outages: Outage, elections: tuple[Election, ...] = (), stopped: tuple[Span, ...] = ()
) -> Deadline:
    found = deadlines(
        ADVISORY,
        {Event.CERTIFICATE_PUBLISHED: NOTICE},
        elections=elections,
        outages=outages,
        stopped=stopped,
    )
    return next(one for one in found if one.name is COLLECTING)


def down(first: date, days: int) -> Outage:
    return Outage(first=first, last=first + timedelta(days=days - 1), reason="정전")


@given(begun=st.lists(st.tuples(st.integers(-5, 70), st.integers(1, 9)), max_size=2))
def test_exactly_the_days_down_within_the_period_are_given_back(
    begun: list[tuple[int, int]],
) -> None:
    """An oracle that counts one day after another, and rests on the weekend at the end."""
    outages = [down(NOTICE + timedelta(days=after), days) for after, days in begun]
    closed = {NOTICE + timedelta(days=after + n) for after, days in begun for n in range(days)}
    day, counted = NOTICE, 0
    while counted < 60:
        day += timedelta(days=1)
        counted += day not in closed
    while day.weekday() >= 5 or (day in closed and counted > 60):
        day += timedelta(days=1)
        counted = 61
    assert collecting(*outages).date == day


@given(
    after=st.integers(0, 70), days=st.integers(1, 90), downs=st.integers(0, 9), first=st.booleans()
)
def test_as_many_days_as_a_hold_stopped_are_given_back_and_the_end_still_rests(
    after: int, days: int, downs: int, *, first: bool
) -> None:
    """An oracle that counts one day after another; days down too are never given back twice."""
    began = NOTICE + timedelta(days=after)
    hold = Span(began, began + timedelta(days=days - 1))
    outages = [down(began if first else began + timedelta(days=days // 2), downs)] if downs else []
    shift = timedelta(days=1 if after == 0 else 0)
    closed = {hold.first + shift + timedelta(days=n) for n in range(days)}
    closed |= {one.first + timedelta(days=n) for one in outages for n in range(downs)}
    day, counted = NOTICE, 0
    while counted < 60:
        day += timedelta(days=1)
        counted += day not in closed
    while day.weekday() >= 5 or (day in closed and counted > 60):
        day += timedelta(days=1)
        counted = 61
    assert collecting(*outages, stopped=(hold,)).date == day


def test_the_sum_names_the_hold_and_no_article_that_it_does_not_have() -> None:
    began = NOTICE + timedelta(days=3)
    said = collecting(stopped=(Span(began, began + timedelta(days=4)),)).sum
    assert f"a hold that stops the clock {began} to" in said["en"]
    assert "excluded, 5 days, " in said["en"]
    assert "5일 제외, " in said["ko"]


def test_the_sum_names_the_outage_once_and_not_what_an_election_took_already() -> None:
    base = collecting()
    first = NOTICE + timedelta(days=10)
    found = collecting(down(first, 2), down(first, 1))
    assert found.date > base.date
    assert f"an outage {first} to {first + timedelta(days=1)} excluded, 2 days" in found.sum["en"]
    assert found.sum["ko"].count("접속 장애") == 1
    vote = Election(date=first + timedelta(days=5), kind=ElectionKind.LOCAL)
    covered = collecting(down(first, 2), elections=(vote,))
    assert "an outage" not in covered.sum["en"]
    assert covered.date == collecting(elections=(vote,)).date


def test_a_rule_that_gives_nothing_back_is_not_moved_by_an_outage() -> None:
    text = CALENDAR.replace('"referendum"', '"initiative"').replace(
        "called", "certificate_published"
    )
    outage = '[[outages]]\nfirst = 2024-08-25\nlast = 2024-08-27\nreason = "정전"\n'
    plain, with_outage = (
        dates_of(read_calendar(text + rest), holidays=KOREAN_HOLIDAYS) for rest in ("", outage)
    )
    assert plain == with_outage


def test_an_outage_that_ends_before_it_begins_is_refused_by_its_place() -> None:
    outage = '[[outages]]\nfirst = 2024-08-25\nlast = 2024-08-24\nreason = "정전"\n'
    with pytest.raises(CaseUnreadable) as refused:
        read_calendar(CALENDAR + outage)
    assert [(one.key, one.reason) for one in refused.value.problems] == [
        ("outages.0", "does-not-fit")
    ]


def test_every_rulebook_that_moves_a_day_for_a_holiday_says_whose() -> None:
    for book in library.all_rulebooks():
        moved = [one for one in book.calendar.periods.values() if one.holiday_end]
        if (moved or book.calendar.vote_day) and book.country != "eu":
            assert book.calendar.almanac is not None, book.id
            assert almanacs.public_holidays(book.calendar.almanac, 2026, 2026)


def test_holidays_are_those_of_the_place() -> None:
    korea, bavaria = (almanacs.public_holidays(name, 2026, 2026) for name in ("KR", "DE-BY"))
    assert date(2026, 10, 9) in korea - bavaria
    assert date(2026, 1, 6) in bavaria - korea
    assert almanacs.public_holidays(None, 2026, 2026) == frozenset()
