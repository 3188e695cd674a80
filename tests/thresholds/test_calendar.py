"""Every deadline follows from what has happened, with its article and its sum."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.thresholds.cases_at_hand import CALENDARS, KOREAN_HOLIDAYS, law, name
from tests.thresholds.dating import INITIATIVE, ONE_DAY, RECALL, REFERENDUM, dates, election
from thresholds.calendars import date_differences, dates_of, read_calendar
from thresholds.deciding import Settled
from thresholds.errors import CaseUnreadable, InBarredPeriod, OutsideEnvelope
from thresholds.periods import DatedHoliday, Election, days_off, months_after
from thresholds.vocabulary import DeadlineName, ElectionKind, Event
from thresholds.windows import deadlines


@pytest.mark.parametrize("path", CALENDARS, ids=name)
def test_cal_02_a_real_calendar_comes_out_as_it_was(path: Path) -> None:
    """CAL-02: golden calendars of real petitions."""
    case = read_calendar(path.read_text("utf-8"))
    found = dates_of(case, holidays=KOREAN_HOLIDAYS)
    assert date_differences(case, found) == ()
    assert case.expected


@pytest.mark.parametrize("path", CALENDARS, ids=name)
def test_cal_01_every_deadline_has_its_article_and_its_sum(path: Path) -> None:
    """CAL-01: half-open, with article and sum in both languages."""
    found = dates_of(read_calendar(path.read_text("utf-8")), holidays=KOREAN_HOLIDAYS)
    assert found
    for deadline in found:
        assert "§" in deadline.article
        assert set(deadline.sum) == {"ko", "en"}
        assert all(str(deadline.date) in text for text in deadline.sum.values())
        assert deadline.closes == deadline.latest + ONE_DAY


def test_cal_01_the_sum_says_every_step() -> None:
    """CAL-01: the sum of the golden calendar, in words."""
    found = dates(
        INITIATIVE, {Event.CERTIFICATE_PUBLISHED: date(2026, 3, 3)}, election(date(2026, 6, 3))
    )
    assert found["collection_ends"].sum["en"] == (
        "3 months from the notice of 2026-03-03, that day not counted (민법 §157), "
        "election period 2026-05-21 to 2026-06-03 excluded, 14 days "
        "(주민조례발안법 §8①, 공직선거법 §33), ends 2026-06-17 24:00"
    )


def test_the_periods_of_an_initiative() -> None:
    found = dates(
        INITIATIVE,
        {
            Event.COLLECTION_CLOSED: date(2026, 6, 17),
            Event.SUBMITTED: date(2026, 6, 20),
            Event.INSPECTION_OPENED: date(2026, 6, 22),
            Event.INSPECTION_CLOSED: date(2026, 7, 1),
            Event.CURE_ORDERED: date(2026, 7, 15),
            Event.ACCEPTED: date(2026, 8, 3),
        },
    )
    assert {name: str(deadline.date) for name, deadline in found.items()} == {
        "submission_due": "2026-06-22",
        "list_publication_due": "2026-06-25",
        "inspection_ends": "2026-07-01",
        "objections_decided_by": "2026-07-15",
        "cure_ends": "2026-07-27",  # ten days end on a Saturday
        "decision_due": "2026-10-01",
        "tabling_due": "2026-09-02",
        "council_vote_due": "2027-08-03",
    }
    assert "moved on from 2026-07-25" in found["cure_ends"].sum["en"]


def test_an_inspection_includes_its_first_day_and_ends_on_a_sunday() -> None:
    found = dates(RECALL, {Event.INSPECTION_OPENED: date(2024, 12, 23)})
    assert found["inspection_ends"].date == date(2024, 12, 29)


def test_provinces_and_governors_have_longer_periods() -> None:
    events = {Event.CERTIFICATE_PUBLISHED: date(2026, 9, 1), Event.CURE_ORDERED: date(2026, 9, 1)}
    book = law("initiative", date(2026, 3, 3), level="province")
    assert dates(book, events)["collection_ends"].date == date(2027, 3, 2)  # 03-01 is a holiday
    assert dates(book, events)["cure_ends"].date == date(2026, 9, 16)
    governor = law("recall", date(2026, 3, 3), office="governor", level="province")
    assert dates(governor, events)["collection_ends"].date == date(2026, 12, 30)


def test_a_presidential_election_period_is_longer() -> None:
    found = dates(
        INITIATIVE,
        {Event.CERTIFICATE_PUBLISHED: date(2027, 1, 4)},
        election(date(2027, 3, 3), "presidential"),
    )
    # Three months end on 2027-04-04; 23 days more.
    assert found["collection_ends"].date == date(2027, 4, 27)


def test_cal_02_an_election_in_one_district_moves_the_end_there_alone() -> None:
    """CAL-02: recall and referendum, per district; an initiative stops everywhere."""
    events = {Event.CERTIFICATE_PUBLISHED: date(2026, 8, 3)}
    by_election = election(date(2026, 9, 2), "by_election", "주교동")
    found = dates(RECALL, events, by_election)["collection_ends"]
    assert found.date == date(2026, 10, 2)
    # Thirty of the sixty days lay before the election and gave nothing to 주교동.
    assert found.districts == {"주교동": date(2026, 11, 2)}
    assert found.closes == date(2026, 11, 3)

    initiative = dates(INITIATIVE, events, by_election)["collection_ends"]
    assert initiative.districts == {}
    assert initiative.date == date(2026, 11, 17)


@given(
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    held=st.lists(
        st.tuples(st.integers(0, 200), st.sets(st.sampled_from("가나다"), min_size=1)), max_size=4
    ),
)
def test_cal_02_each_district_counts_by_its_own_elections(
    start: date, held: list[tuple[int, set[str]]]
) -> None:
    """CAL-02: an oracle per district that has never heard of any other district."""
    votes = [
        Election(
            date=start + timedelta(days=gap),
            kind=ElectionKind.BY_ELECTION,
            districts=tuple(sorted(where)),
        )
        for gap, where in held
    ]
    whole = deadlines(RECALL, {Event.CERTIFICATE_PUBLISHED: start}, elections=votes)
    found = next(one for one in whole if one.name is DeadlineName.COLLECTION_ENDS)
    for district in "가나다라":
        barred = {
            vote.date - timedelta(days=before)
            for vote in votes
            if district in (vote.districts or ())
            for before in range(61)
        }
        day, counted = start, 0
        while counted < 60:
            day += ONE_DAY
            counted += day not in barred
        while day.weekday() >= 5 or day in barred:
            day += ONE_DAY
        assert found.districts.get(district, found.date) == day
    assert found.latest == max([found.date, *found.districts.values()])
    assert found.district_sums.keys() == found.districts.keys()
    for district, day in found.districts.items():
        assert f"ends {day} 24:00" in found.district_sums[district]["en"]


def test_cal_02_days_given_back_may_meet_another_election() -> None:
    """CAL-02: excluded days are added at the end, repeatedly."""
    found = dates(
        INITIATIVE,
        {Event.CERTIFICATE_PUBLISHED: date(2026, 3, 3)},
        election(date(2026, 6, 3)),
        election(date(2026, 6, 24), "by_election"),
    )
    # 06-17 is reached by 7 of the 14 days (06-04…06-10); 06-11…06-24 do not count; 7 more follow.
    assert found["collection_ends"].date == date(2026, 7, 1)


@given(
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    gaps=st.lists(st.integers(0, 400), max_size=4),
)
def test_cal_02_exactly_the_excluded_days_are_given_back(start: date, gaps: list[int]) -> None:
    """CAL-02: an oracle that walks day by day and counts sixty free ones."""
    elections = [election(start + timedelta(days=gap)) for gap in gaps]
    found = deadlines(RECALL, {Event.CERTIFICATE_PUBLISHED: start}, elections=elections)
    barred = {held.date - timedelta(days=before) for held in elections for before in range(61)}
    day, counted = start, 0
    while counted < 60:
        day += ONE_DAY
        counted += day not in barred
    while day.weekday() >= 5 or day in barred:
        day += ONE_DAY
    assert next(d.date for d in found if d.name is DeadlineName.COLLECTION_ENDS) == day


TEN_YEARS = [
    election(date(2022, 3, 9), "presidential"),
    election(date(2022, 6, 1)),
    election(date(2024, 4, 10), "assembly"),
    election(date(2025, 4, 2), "by_election", "고양동"),
    election(date(2025, 6, 3), "presidential"),
    election(date(2026, 6, 3)),
    election(date(2028, 4, 12), "assembly"),
    election(date(2030, 4, 3), "presidential"),
    election(date(2030, 6, 12)),
]


def test_cal_03_the_vote_day_of_every_day_of_ten_years() -> None:
    """CAL-03: against an oracle that lists the possible days first and picks the earliest."""
    barred = {held.date - timedelta(days=before) for held in TEN_YEARS for before in range(61)}
    first, last = date(2022, 4, 26), date(2032, 4, 26)
    everyday = [first + timedelta(days=n) for n in range((last - first).days + 400)]
    free = [day for day in everyday if day not in barred]
    possible = [
        day
        for day in free
        if day.isoweekday() == 3 and not {day - ONE_DAY, day, day + ONE_DAY} & KOREAN_HOLIDAYS
    ]
    rank = {day: number for number, day in enumerate(free)}
    refused = 0
    for called in (day for day in everyday if day < last):
        if called in barred:
            refused += 1
            with pytest.raises(InBarredPeriod):
                dates(REFERENDUM, {Event.CALLED: called}, *TEN_YEARS)
            continue
        expected = next(day for day in possible if rank[day] >= rank[called] + 23)
        found = dates(REFERENDUM, {Event.CALLED: called}, *TEN_YEARS)
        assert found["vote_day"].date == expected, called
        assert found["roll_base"].date == expected - timedelta(days=22)
    assert refused > 300


def test_cal_03_declared_days_beside_the_almanac_over_ten_years() -> None:
    """CAL-03: the same oracle with days declared for once, and holidays that were called off."""
    wednesdays = [date(2022, 4, 27) + timedelta(days=7 * n) for n in range(540)]
    declared = {day + timedelta(days=n % 3 - 1): True for n, day in enumerate(wednesdays[::5])}
    declared |= dict.fromkeys(sorted(KOREAN_HOLIDAYS)[::4], False)
    holidays = days_off(
        KOREAN_HOLIDAYS,
        [DatedHoliday(date=day, day_off=off, title="x") for day, off in declared.items()],
    )
    free = {day for day in wednesdays if not {day - ONE_DAY, day, day + ONE_DAY} & holidays}
    moved = 0
    for n in range(0, 3500, 3):
        called = date(2022, 4, 26) + timedelta(days=n)
        found = deadlines(REFERENDUM, {Event.CALLED: called}, holidays=holidays)
        vote = next(one for one in found if one.name is DeadlineName.VOTE_DAY)
        earliest = called + timedelta(days=23)
        assert vote.date == min(day for day in free if day >= earliest), called
        passed = [day for day in wednesdays if earliest <= day < vote.date]
        assert all(f"{day} passed over (holiday" in vote.sum["en"] for day in passed)
        moved += bool(passed)
    assert moved > 200


def test_cal_03_a_day_that_was_announced_stands() -> None:
    """CAL-03: what is declared afterwards moves no vote; only an act does."""
    called, day = date(2026, 9, 1), date(2026, 9, 30)
    for holidays in (frozenset[date](), frozenset({day})):
        found = deadlines(
            REFERENDUM, {Event.CALLED: called}, holidays=holidays, settled=Settled(announced=day)
        )
        dates = {one.name: one for one in found}
        assert dates[DeadlineName.VOTE_DAY].date == day
        assert dates[DeadlineName.ROLL_BASE].date == day - timedelta(days=22)
        assert ("announced" in dates[DeadlineName.VOTE_DAY].sum["en"]) is bool(holidays)


def test_a_call_before_an_election_is_refused_with_the_article() -> None:
    held = election(date(2026, 6, 3))
    for called in (date(2026, 4, 4), date(2026, 6, 3)):
        with pytest.raises(InBarredPeriod) as refused:
            dates(REFERENDUM, {Event.CALLED: called}, held)
        assert refused.value.facts["article"] == "주민투표법 §13"
    assert dates(REFERENDUM, {Event.CALLED: date(2026, 4, 3)}, held)["vote_day"].date > held.date
    assert "vote_day" in dates(REFERENDUM, {Event.CALLED: date(2026, 6, 4)}, held)


def test_an_advisory_call_before_an_election_needs_a_recorded_opinion() -> None:
    advisory = law("advisory", date(2026, 3, 3))
    called = {Event.CALLED: date(2026, 5, 1)}
    with pytest.raises(InBarredPeriod):
        dates(advisory, called, election(date(2026, 6, 3)))
    opinion = {**called, Event.LEGAL_OPINION_RECORDED: date(2026, 4, 30)}
    found = dates(advisory, opinion, election(date(2026, 6, 3)))
    assert found["vote_day"].date == date(2026, 5, 27)


def test_before_2022_the_mayor_chose_a_day_between_two() -> None:
    found = dates(law("referendum", date(2019, 1, 1)), {Event.CALLED: date(2019, 1, 2)})
    assert "vote_day" not in found
    assert found["vote_window_opens"].date == date(2019, 1, 25)
    assert found["vote_window_closes"].date == date(2019, 2, 1)


def test_an_ordinance_sets_what_it_may() -> None:
    events = {Event.CERTIFICATE_PUBLISHED: date(2026, 9, 1), Event.CURE_ORDERED: date(2026, 9, 1)}
    assumed = dates(REFERENDUM, events)["collection_ends"]
    assert assumed.assumed
    stated = dates(REFERENDUM, events, collection_days=30)["collection_ends"]
    assert not stated.assumed
    assert stated.date == date(2026, 10, 1)
    assert dates(INITIATIVE, events, cure_days=20)["cure_ends"].date == date(2026, 9, 21)
    with pytest.raises(OutsideEnvelope):
        dates(INITIATIVE, events, cure_days=9)
    with pytest.raises(OutsideEnvelope):
        dates(INITIATIVE, {Event.INSPECTION_CLOSED: date(2026, 7, 1)}, decision_months=4)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ((2026, 3, 4), 3, (2026, 6, 3)),
        ((2026, 3, 1), 3, (2026, 5, 31)),
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2024, 1, 31), 1, (2024, 2, 29)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
        ((2026, 8, 2), 12, (2027, 8, 1)),
    ],
)
def test_months_end_by_the_calendar(
    start: tuple[int, int, int], months: int, last: tuple[int, int, int]
) -> None:
    assert months_after(date(*start), months) - ONE_DAY == date(*last)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[events]\ncertified = 2026-01-01", "events.certified", "not-one-of"),
        ('[events]\ncalled = "2026-01-01"', "events.called", "not-a-date"),
        ("[events]\ncalled = 9999-01-01", "events.called", "too-large"),
        ("[expected]\nparty = 2026-01-01", "expected.party", "not-one-of"),
        ("[[elections]]\ndate = 2026-01-01", "elections.0.kind", "missing"),
        ("[ordinance]\ncollection_days = 0", "ordinance.collection_days", "too-small"),
        ("[weather]\nrain = 1", "weather", "unknown-key"),
    ],
)
def test_a_calendar_file_is_read_strictly(text: str, key: str, reason: str) -> None:
    head = '[calendar]\nid="x"\ninstrument="referendum"\ncountry="kr"\nlevel="city"\n'
    with pytest.raises(CaseUnreadable) as refused:
        read_calendar(f"{head}as_of=2026-01-01\n{text}")
    assert (key, reason) in {(p.key, p.reason) for p in refused.value.problems}
