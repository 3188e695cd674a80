"""Elections in some districts: their own ends, and no signature of a barred day (CAL-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from threading import Thread
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from referendum.kernel.people import Authority, OtherJurisdiction
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import locating, performing, petitioning
from referendum.lifecycle.dates import barring, deadlines, elections, moving
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import DeadlineKept
from signatures import petitions, tallying
from signatures.closing import ClosedDays, opens_again
from signatures.collecting import Signed
from signatures.errors import CollectionOverHere, SigningBarred
from signatures.lines import Reason
from tests.lifecycle.waiting import until_it_waits
from tests.papers import PAPER
from tests.town import Town, seconded
from thresholds.vocabulary import ElectionKind, Instrument

MAYOR = Authority.MAYOR
BY_ELECTION = date(2027, 4, 7)
"""A Wednesday; from 2027-02-06 on nobody may ask where it is held (REF §11①: 60 days before)."""
ELSEWHERE = date(2027, 5, 4)
"""Ninety days from 2027-02-01, off the Sunday and the substitute holiday after it."""
OWN = date(2027, 7, 2)
"""Sixty-one days more: 2027-05-02 and 61 days."""


def holds(town: Town, day: date, districts: Sequence[UUID], *, kind: str = "by_election") -> UUID:
    with town.begin() as uow:
        return elections.add(
            uow,
            day=day,
            kind=ElectionKind(kind),
            title_ko="보궐선거",
            title_en="By-election",
            districts=districts,
            document=PAPER,
            reason="선거일 공고",
            by=seconded(town.officer(MAYOR)),
        ).id


def ends(town: Town, measure: UUID) -> DeadlineKept:
    with town.begin() as uow:
        found = deadlines.kept(uow.session, measure, "collection_ends")
        assert found is not None
        return found


def comes(town: Town, day: date) -> None:
    """Time goes by until noon of that day."""
    noon = datetime.combine(day, time(12), ZoneInfo("Asia/Seoul"))
    town.waits(seconds=(noon - town.now()).total_seconds())


def test_cal_02_only_the_districts_of_a_by_election_get_days_of_their_own(
    town: Town, referendum_open: UUID
) -> None:
    """CAL-02: as in Gyeongnam in 2015 and 2016 (REF §11①: in that electoral district)."""
    measure = referendum_open
    assert (ends(town, measure).day, ends(town, measure).districts) == (ELSEWHERE, {})
    here = [town.districts[0].id, town.districts[1].id]
    election = holds(town, BY_ELECTION, here)
    kept = ends(town, measure)
    assert kept.day == ELSEWHERE
    assert {kept.day_in(one) for one in here} == {OWN}
    assert kept.day_in(town.districts[2].id) == ELSEWHERE
    assert set(kept.districts) == {str(one) for one in here}
    assert "2027-02-06~2027-04-07 61일 제외(주민투표법 §11①)" in kept.districts[str(here[0])]["ko"]
    assert "제외" not in kept.sum_ko
    with town.begin() as uow:
        petition = petitions.of_measure(uow.session, measure)
        assert petition is not None
        assert petition.closes_at == kept.at == town.deadline(measure, "collection_ends")
        assert petitions.signing_days(petition)[1] == kept.latest == OWN
        elections.remove(
            uow, election, document=PAPER, reason="취소", by=seconded(town.officer(MAYOR))
        )
    assert ends(town, measure).districts == {}
    assert ends(town, measure).at < kept.at


def test_cal_02_signing_stops_in_the_barred_district_alone_and_goes_on_longest_there(
    town: Town,
    referendum_open: UUID,
) -> None:
    """CAL-02: a signature of a barred day would be void (REF §12②5), so none is taken."""
    measure = referendum_open
    holds(town, BY_ELECTION, [town.districts[0].id])
    barred, free = town.some(12), town.some(12, district=1)
    comes(town, date(2027, 2, 5))
    assert isinstance(town.signs(measure, barred[0]), Signed), "the eve is free"
    comes(town, date(2027, 2, 6))
    with pytest.raises(SigningBarred) as refused:
        town.signs(measure, barred[1])
    assert refused.value.facts["opens"] == "2027-04-08"
    assert isinstance(town.signs(measure, free[0]), Signed)
    comes(town, BY_ELECTION)
    with pytest.raises(SigningBarred):
        town.signs(measure, barred[1])
    comes(town, BY_ELECTION + timedelta(days=1))
    assert isinstance(town.signs(measure, barred[1]), Signed)
    comes(town, ELSEWHERE)
    assert isinstance(town.signs(measure, free[1]), Signed), "the last day counts"
    comes(town, ELSEWHERE + timedelta(days=1))
    with pytest.raises(CollectionOverHere):
        town.signs(measure, free[2])
    assert isinstance(town.signs(measure, barred[2]), Signed)
    assert town.stage(measure) is Stage.COLLECTING
    comes(town, OWN)
    assert isinstance(town.signs(measure, barred[3]), Signed)
    town.waits_for("collection_ends", measure, seconds=1)
    assert town.stage(measure) is Stage.COLLECTED


def test_cal_02_paper_of_a_barred_day_or_after_the_own_end_is_out_of_the_period(
    town: Town,
    referendum_open: UUID,
) -> None:
    """CAL-02: the examination knows each district's days; elsewhere the same day is good."""
    measure = referendum_open
    holds(town, BY_ELECTION, [town.districts[0].id])
    barred, free = town.some(12), town.some(12, district=1)
    good, lines = 0, 0
    for day, in_barred, in_free in (
        (date(2027, 2, 5), True, True),
        (date(2027, 2, 6), False, True),
        (BY_ELECTION, False, True),
        (BY_ELECTION + timedelta(days=1), True, True),
        (ELSEWHERE, True, True),
        (ELSEWHERE + timedelta(days=1), True, False),
        (OWN, True, False),
    ):
        comes(town, day)
        town.brings(measure, [barred.pop()])
        town.brings(measure, [free.pop()])
        good, lines = good + in_barred + in_free, lines + 2
    town.waits_for("collection_ends", measure)
    town.acts(measure, Act.FILE, town.resident(town.some(1)[0]))
    town.examines(measure)
    with town.begin() as uow:
        tally = tallying.exact(uow.session, town.petition(measure))
    assert (tally.submitted, tally.standing) == (lines, good)
    assert tally.void_by_reason == {Reason.OUT_OF_PERIOD: lines - good}


def test_an_election_in_all_districts_of_the_measure_is_one_everywhere(town: Town) -> None:
    area = [town.districts[0].id, town.districts[1].id]
    measure = town.opens(Instrument.REFERENDUM, districts=tuple(area))
    holds(town, BY_ELECTION, [*area, town.districts[5].id])
    kept = ends(town, measure)
    assert (kept.day, kept.districts) == (OWN, {})
    holds(town, date(2027, 9, 1), [town.districts[7].id])
    assert ends(town, measure).districts == {}, "it is held elsewhere"


def test_an_initiative_stops_everywhere_for_an_election_anywhere(
    town: Town, initiative_open: UUID
) -> None:
    """ORD §8① names no district."""
    measure = initiative_open
    holds(town, BY_ELECTION, [town.districts[0].id])
    comes(town, date(2027, 4, 1))
    with pytest.raises(SigningBarred):
        town.signs(measure, town.some(1, district=9)[0])
    assert ends(town, measure).districts == {}


def test_an_override_is_one_day_for_all_districts(town: Town, referendum_open: UUID) -> None:
    measure = referendum_open
    holds(town, BY_ELECTION, [town.districts[0].id])
    day = date(2027, 8, 2)
    with town.begin() as uow:
        moving.override(
            uow,
            measure,
            "collection_ends",
            day=day,
            document=PAPER,
            reason="법원 결정",
            by=seconded(town.officer(MAYOR)),
        )
    kept = ends(town, measure)
    assert (kept.day, kept.latest, kept.districts) == (day, day, {})
    holds(town, date(2027, 7, 7), [town.districts[1].id])
    assert ends(town, measure).districts == {}, "what was overridden stands"
    with town.begin() as uow:
        closed = barring.closed_days(uow.session, locating.get(uow.session, measure))
    assert {one.district for one in closed} == {town.districts[0].id, town.districts[1].id}


def test_later_deadlines_follow_from_the_latest_end(town: Town, referendum_open: UUID) -> None:
    measure = referendum_open
    holds(town, BY_ELECTION, [town.districts[0].id])
    town.waits_for("collection_ends", measure, seconds=1)
    with town.begin() as uow:
        due = deadlines.kept(uow.session, measure, "submission_due")
        assert due is not None
        assert due.day == OWN + timedelta(days=5)
        assert petitioning.petition_of(uow.session, locating.get(uow.session, measure)).closed_at


def test_the_day_on_which_a_district_opens_again_is_found_over_spans_that_touch() -> None:
    here, there = UUID(int=1), UUID(int=2)
    closed = [
        ClosedDays(date(2027, 3, 1), date(2027, 3, 5), here),
        ClosedDays(date(2027, 3, 5), date(2027, 3, 9)),
        ClosedDays(date(2027, 3, 20), date(2027, 4, 2), here),
    ]
    last = date(2027, 4, 1)

    def opens(day: int, district: UUID) -> date | None:
        return opens_again(closed, date(2027, 3, day), district, last=last)

    assert opens(1, here) == date(2027, 3, 9)
    assert opens(1, there) == date(2027, 3, 1)
    assert opens(5, there) == date(2027, 3, 9)
    assert opens(19, here) == date(2027, 3, 19)
    assert opens(20, here) is None
    assert opens(20, there) == date(2027, 3, 20)


def test_an_election_entered_while_a_petition_is_admitted_bars_its_days(town: Town) -> None:
    """The admission has not seen it, and it has not seen the admission: it waits for that."""
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    enters = Thread(target=holds, args=[town, BY_ELECTION, []])
    with town.begin() as uow:
        performing.perform(uow, town.means, measure, Act.ADMIT, town.examiner_of(measure))
        enters.start()
        until_it_waits(town, enters)
    enters.join()
    with town.begin() as uow:
        petition = petitions.get(uow.session, town.petition(measure))
        barred = barring.closed_days(uow.session, locating.get(uow.session, measure))
    assert petitions.closed_days_of(petition) == barred
    assert barred[0].until == BY_ELECTION + timedelta(days=1)
    assert petition.closes_at == town.deadline(measure, "collection_ends")


def test_an_election_taken_out_by_two_at_once_is_taken_out_once(town: Town) -> None:
    entered, missed = holds(town, BY_ELECTION, []), []

    def removes() -> None:
        try:
            with town.begin() as uow:
                elections.remove(
                    uow, entered, document=PAPER, reason="착오", by=seconded(town.officer(MAYOR))
                )
        except OtherJurisdiction as gone:
            missed.append(gone)

    other = Thread(target=removes)
    with town.begin() as uow:
        elections.remove(
            uow, entered, document=PAPER, reason="착오", by=seconded(town.officer(MAYOR))
        )
        other.start()
        until_it_waits(town, other)
    other.join()
    assert len(missed) == 1
    with town.begin() as uow:
        acts = uow.session.scalars(select(RecordEntry.act).order_by(RecordEntry.number)).all()
    assert acts.count("election.removed") == 1
