"""Days off and outages as officers enter them: what follows, what stays, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from referendum.kernel.clock import advance
from referendum.kernel.people import Authority, OtherJurisdiction, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import calendar, calling, holding, locating, petitioning, rules
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.dates import daysoff, deadlines, elections, moving, outages
from referendum.lifecycle.errors import (
    BarApplies,
    DayImplausible,
    DayOffSetBefore,
    ElectionSetBefore,
    OutageBackwards,
    ParticularMissing,
)
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import DeadlineKept, ElectionSet
from referendum.papers.naming import Issuer
from referendum.roll import places
from referendum.roll.tables import Jurisdiction
from signatures import petitions
from tests.papers import PAPER
from tests.town import Town, seconded
from thresholds.vocabulary import ElectionKind, Instrument

MAYOR = Authority.MAYOR
SEOUL = ZoneInfo("Asia/Seoul")
SECOND = timedelta(seconds=1)


def declares(town: Town, day: date, *, off: bool = True, reason: str = "국무회의 의결") -> UUID:
    with town.begin() as uow:
        return daysoff.add(
            uow,
            day=day,
            off=off,
            title_ko="임시공휴일",
            title_en="Temporary holiday",
            document=PAPER,
            reason=reason,
            by=seconded(town.officer(MAYOR)),
        ).id


def goes_down(town: Town, from_at: datetime, until_at: datetime) -> UUID:
    with town.begin() as uow:
        return outages.add(
            uow,
            from_at=from_at,
            until_at=until_at,
            title_ko="정전",
            title_en="Power cut",
            document=PAPER,
            reason="전산실 정전",
            by=seconded(town.officer(MAYOR)),
        ).id


def kept(town: Town, measure: UUID, name: str) -> DeadlineKept:
    with town.begin() as uow:
        found = deadlines.kept(uow.session, measure, name)
        assert found is not None
        return found


def town_entries(town: Town, act: str) -> int:
    """How often the record has an act that is about no one measure."""
    with town.begin() as uow:
        here = RecordEntry.act == act, RecordEntry.measure_id.is_(None)
        return uow.session.scalar(select(func.count()).where(*here)) or 0


def test_cal_02_a_declared_day_off_moves_an_end_and_taking_it_out_moves_it_back(
    town: Town,
    referendum_open: UUID,
) -> None:
    """CAL-02: the last day is a working day; days declared for once are data, not code."""
    measure = referendum_open
    before = kept(town, measure, "collection_ends")
    # The ninetieth day is a Sunday, and the Monday after it the substitute of 1 May.
    assert before.day == date(2027, 5, 4)
    made = declares(town, before.day)
    after = kept(town, measure, "collection_ends")
    assert after.day == date(2027, 5, 6), "the fifth of May is a holiday as well"
    assert "2027-05-02에서 다음 날로 옮김(민법 §161)" in after.sum_ko
    with town.begin() as uow:
        petition = petitions.of_measure(uow.session, measure)
        assert petition is not None
        assert petition.closes_at == after.at, "the petition ends with its deadline"
        daysoff.remove(
            uow, made, document=PAPER, reason="취소 공고", by=seconded(town.officer(MAYOR))
        )
    assert kept(town, measure, "collection_ends").day == before.day
    assert [town_entries(town, act) for act in ("day_off.declared", "day_off.withdrawn")] == [1, 1]


def test_a_holiday_on_which_people_work_is_no_day_to_move_from(
    town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    assert kept(town, measure, "collection_ends").day == date(2027, 5, 4)
    declares(town, date(2027, 5, 3), off=False)
    assert kept(town, measure, "collection_ends").day == date(2027, 5, 3)


def test_cal_03_a_day_declared_before_the_call_moves_the_vote_and_one_declared_after_does_not(
    town: Town,
    referendum_sufficient: UUID,
) -> None:
    """CAL-03: the announced day stands until an act sets another."""
    with town.begin() as uow:
        found = locating.get(uow.session, referendum_sufficient)
        plain = calling.days_allowed(uow.session, found, rules.today(uow, found)).first
    declares(town, plain - timedelta(days=1))
    town.calls(referendum_sufficient, MAYOR)
    moved = kept(town, referendum_sufficient, "vote_day")
    assert moved.day > plain
    assert f"{plain} 건너뜀(공휴일 {plain - timedelta(days=1)})" in moved.sum_ko
    hours = kept(town, referendum_sufficient, "polls_open").at
    declares(town, moved.day + timedelta(days=1))
    stands = kept(town, referendum_sufficient, "vote_day")
    assert (stands.day, kept(town, referendum_sufficient, "polls_open").at) == (moved.day, hours)
    assert "공고에 따른 투표일" in stands.sum_ko
    assert kept(town, referendum_sufficient, "roll_base").day == moved.day - timedelta(days=22)


def test_outages_give_whole_days_back_only_where_the_rule_says_so(
    town: Town, advisory_open: UUID
) -> None:
    """The promise's rule gives days back; a signing period set by statute does not."""
    advisory, initiative = advisory_open, town.opens(Instrument.INITIATIVE)
    plain, statute = (kept(town, one, "collection_ends") for one in (advisory, initiative))
    town.waits(days=10)
    began = datetime(2027, 2, 8, 23, 50, tzinfo=SEOUL)
    made = goes_down(town, began, began + timedelta(minutes=20))
    longer = kept(town, advisory, "collection_ends")
    assert plain.day == date(2027, 4, 2)
    assert longer.day == date(2027, 4, 5), "two days more, and then off the weekend"
    assert "접속 장애 2027-02-08~2027-02-09 2일 제외" in longer.sum_ko
    assert kept(town, initiative, "collection_ends").day == statute.day
    assert "장애" not in kept(town, initiative, "collection_ends").sum_ko
    with town.begin() as uow:
        (row,) = outages.listed(uow.session, town.place)
        assert outages.days_lost(row, SEOUL) == (date(2027, 2, 8), date(2027, 2, 9))
        outages.remove(
            uow, made, document=PAPER, reason="다른 시스템의 일", by=seconded(town.officer(MAYOR))
        )
    assert kept(town, advisory, "collection_ends").day == plain.day
    assert town_entries(town, "outage.recorded") == town_entries(town, "outage.withdrawn") == 1


def test_an_outage_until_midnight_takes_no_part_of_the_day_that_begins(town: Town) -> None:
    town.waits(days=3)
    midnight = datetime(2027, 2, 3, 0, 0, tzinfo=SEOUL)
    goes_down(town, midnight - timedelta(hours=1), midnight)
    with town.begin() as uow:
        (row,) = outages.listed(uow.session, town.place)
    assert outages.days_lost(row, SEOUL) == (date(2027, 2, 2), date(2027, 2, 2))


def test_only_the_same_election_twice_was_set_before(town: Town) -> None:
    """Any other fault of the database is a defect and says so."""
    clerk = seconded(town.officer(MAYOR))
    election: dict[str, Any] = {
        "day": date(2027, 6, 2),
        "kind": ElectionKind.LOCAL,
        "title_ko": "가",
        "title_en": "a",
        "districts": (),
        "document": PAPER,
        "reason": "x",
    }
    with town.begin() as uow:
        elections.add(uow, by=clerk, **election)
    with town.begin() as uow, pytest.raises(ElectionSetBefore):
        elections.add(uow, by=clerk, **election)
    nowhere = ElectionSet(
        jurisdiction_id=uuid4(),
        day=date(2027, 6, 2),
        kind=ElectionKind.LOCAL.value,
        title_ko="가",
        title_en="a",
    )
    on = (Issuer.ELECTION_COMMISSION, PAPER)
    with town.begin() as uow, pytest.raises(IntegrityError, match="fk_election_"):
        elections.ELECTIONS.enter(uow, nowhere, on=on, reason="x", by=clerk)


def test_what_cannot_be_entered_is_refused_and_leaves_nothing(town: Town) -> None:
    clerk = seconded(town.officer(MAYOR))
    day: dict[str, Any] = {"off": True, "title_ko": "가", "title_en": "a", "document": PAPER}
    declares(town, date(2027, 5, 3))
    with town.begin() as uow, pytest.raises(DayOffSetBefore):
        daysoff.add(uow, day=date(2027, 5, 3), reason="x", by=clerk, **day)
    with town.begin() as uow, pytest.raises(DayImplausible):
        daysoff.add(uow, day=date(9999, 5, 3), reason="x", by=clerk, **day)
    with town.begin() as uow, pytest.raises(ParticularMissing):
        daysoff.add(uow, day=date(2027, 5, 4), reason=" ", by=clerk, **day)
    with town.begin() as uow, pytest.raises(RoleMissing):
        daysoff.add(
            uow, day=date(2027, 5, 4), reason="x", by=town.officer(MAYOR, Role.EXAMINER), **day
        )
    unnamed = day | {"document": Document(" ", PAPER.day)}
    with town.begin() as uow, pytest.raises(ParticularMissing):
        daysoff.add(uow, day=date(2027, 5, 4), reason="x", by=clerk, **unnamed)
    now = town.now()
    for began, ended in ((now, now), (now - SECOND, now + timedelta(days=1))):
        with pytest.raises(OutageBackwards):
            goes_down(town, began, ended)
    with town.begin() as uow, pytest.raises(DayImplausible):
        elections.add(
            uow,
            day=date(9999, 1, 1),
            kind=ElectionKind.LOCAL,
            title_ko="가",
            title_en="a",
            districts=(),
            document=PAPER,
            reason="x",
            by=clerk,
        )
    with town.begin() as uow:
        assert len(daysoff.listed(uow.session, town.place)) == 1
        assert not outages.listed(uow.session, town.place)
    assert town_entries(town, "day_off.declared") == 1


def test_days_of_a_hold_that_stops_the_clock_are_in_the_sum(
    town: Town, referendum_open: UUID
) -> None:
    measure, clerk = referendum_open, town.officer(MAYOR)
    before = kept(town, measure, "collection_ends").day
    with town.begin() as uow:
        court = holding.HoldKind.COURT
        hold = holding.place(
            uow, measure, kind=court, document=PAPER, reason="x", stops_clock=True, by=clerk
        )
    town.waits(days=3)
    town.lifts(measure, hold.id)
    after = kept(town, measure, "collection_ends")
    assert (before, after.day) == (date(2027, 5, 4), date(2027, 5, 6)), (
        "off a Sunday, off a holiday"
    )
    assert "정지 2027-02-02~2027-02-04 3일 제외" in after.sum_ko
    assert after.sum_ko.endswith(f"{after.day} 24:00에 끝남")


def halted(town: Town, measure: UUID, days: int) -> None:
    hold = town.halts(measure)
    town.waits(days=days)
    town.lifts(measure, hold)


def test_an_end_that_a_hold_moves_still_rests_on_a_holiday(
    town: Town, referendum_open: UUID
) -> None:
    """민법 §161: the new last day is no Saturday, Sunday or holiday either."""
    measure = referendum_open
    halted(town, measure, 6)
    after = kept(town, measure, "collection_ends")
    assert after.day == date(2027, 5, 10)
    assert "2027-05-08에서 다음 날로 옮김(민법 §161)" in after.sum_ko


def test_a_hold_takes_its_days_from_no_later_period(town: Town, initiative_open: UUID) -> None:
    """What stood still while signatures were collected does not prolong their submission."""
    measure = initiative_open
    halted(town, measure, 12)
    town.waits_for("collection_ends", measure)
    closed = kept(town, measure, "collection_ends").day
    assert town.stage(measure) is Stage.COLLECTED
    due = kept(town, measure, "submission_due")
    assert closed + timedelta(days=5) <= due.day <= closed + timedelta(days=8)
    assert "정지" not in due.sum_ko


def test_another_places_days_are_not_touched(town: Town) -> None:
    made = declares(town, date(2027, 5, 3))
    stranger = replace(town.officer(MAYOR), jurisdiction=uuid4())
    for unknown in (made, uuid4()):
        with town.begin() as uow, pytest.raises(OtherJurisdiction):
            daysoff.remove(uow, unknown, document=PAPER, reason="x", by=stranger)
        with town.begin() as uow, pytest.raises(OtherJurisdiction):
            outages.remove(uow, unknown, document=PAPER, reason="x", by=stranger)


def test_an_overridden_deadline_stands_whatever_is_declared(
    town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    with town.begin() as uow:
        moving.override(
            uow,
            measure,
            "collection_ends",
            day=date(2027, 5, 3),
            document=PAPER,
            reason="정정",
            by=seconded(town.officer(MAYOR)),
        )
    declares(town, date(2027, 5, 3))
    stands = kept(town, measure, "collection_ends")
    assert (stands.day, stands.overridden_reason) == (date(2027, 5, 3), "정정")


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/Los_Angeles", "Europe/Zurich"])
def test_cal_01_half_open_to_the_second_with_and_without_summer_time(town: Town, zone: str) -> None:
    """CAL-01: -1 s, 0 and +1 s; the day on which clocks go forward has 23 hours, and one 25."""
    with town.begin() as uow:
        uow.session.get_one(Jurisdiction, town.place).zone = zone
    place = ZoneInfo(zone)
    measure = town.opens(Instrument.REFERENDUM)
    for last in (date(2027, 3, 14), date(2027, 3, 28), date(2027, 10, 31), date(2027, 11, 7)):
        if last == date(2027, 10, 31):
            town.waits(days=180)
            measure = town.opens(Instrument.REFERENDUM)
        with town.begin() as uow:
            moving.override(
                uow,
                measure,
                "collection_ends",
                day=last,
                document=replace(PAPER, day=date(2027, 1, 1)),
                reason="시험",
                by=seconded(town.officer(MAYOR)),
            )
        ends = kept(town, measure, "collection_ends").at
        local = ends.astimezone(place)
        assert (local.date(), local.time()) == (last + timedelta(days=1), time())
        with town.begin() as uow:
            petition = petitions.of_measure(uow.session, measure)
            assert petition is not None
            seen = [petitions.is_open(petition, ends + n * SECOND) for n in (-1, 0, 1)]
            assert seen == [True, False, False]
            assert petitions.signing_days(petition)[1] == last
            asked = [
                [
                    one.act
                    for one in calendar.due(uow.session, ends + n * SECOND)
                    if one.measure_id == measure
                ]
                for n in (-1, 0, 1)
            ]
            assert asked == [[], [Act.CLOSE_COLLECTION], [Act.CLOSE_COLLECTION]]
        begun = datetime.combine(last, time(), place)
        hours = (ends - begun.astimezone(ZoneInfo("UTC"))).total_seconds() / 3600
        assert hours == 24 - (_offset(local) - _offset(begun))


def _offset(at: datetime) -> float:
    offset = at.utcoffset()
    assert offset is not None
    return offset.total_seconds() / 3600


def test_cal_04_an_early_claim_is_parked_until_the_bar_ends_and_then_admitted(
    town: Town,
) -> None:
    """CAL-04: one year after the term began, tested when the certificate is asked for."""
    started = date(2026, 2, 10)
    measure = town.drafts(Instrument.RECALL, term_started=started, term_ends=date(2030, 2, 9))
    commission = town.officer(Authority.ELECTION_COMMISSION)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    paper = Particulars(document=PAPER, reason="임기 개시 1년 미만")
    with pytest.raises(BarApplies) as early:
        town.acts(measure, Act.ADMIT, commission)
    assert early.value.facts["until"] == "2027-02-10"
    town.acts(measure, Act.PARK, commission, paper)
    assert town.stage(measure) is Stage.PARKED
    assert kept(town, measure, "bar_ends").day == date(2027, 2, 9)
    ends = town.deadline(measure, "bar_ends")
    assert ends.astimezone(SEOUL) == datetime(2027, 2, 10, tzinfo=SEOUL)
    town.waits_for("bar_ends", measure, seconds=-60)
    assert town.stage(measure) is Stage.PARKED
    town.waits_for("bar_ends", measure, seconds=1)
    town.acts(measure, Act.ADMIT, commission, paper)
    assert town.stage(measure) is Stage.COLLECTING
    with town.begin() as uow:
        assert (
            petitioning.petition_of(uow.session, locating.get(uow.session, measure)).opens_at > ends
        )


def test_a_days_date_is_the_places_own_and_not_the_universal_one(town: Town) -> None:
    """OPS-07: from midnight to nine in Korea the universal day is still the one before."""
    with town.begin() as uow:
        late = uow.now().replace(hour=23, minute=30)
        advance(uow.session, late - uow.now())
    with town.begin() as uow:
        assert places.today(uow, town.place) == uow.now().date() + timedelta(days=1)
