"""Three totals a year, when they were due, what corrected them, and what they ask for today."""

from __future__ import annotations

from datetime import date

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle import totalling
from referendum.lifecycle.totalling import Stated, Year
from referendum.roll import entering_totals, places
from referendum.roll.totals import TotalKind
from tests.town import Town, seconded
from thresholds.vocabulary import Instrument

TODAY = date(2027, 2, 1)


def years(town: Town, on: date = TODAY) -> tuple[Year, ...]:
    with town.begin() as uow:
        return totalling.years(uow.session, places.jurisdiction(uow.session, "kr-goyang"), on)


def stated(town: Town, instrument: Instrument, on: date = TODAY, *, year: int = 0) -> Stated:
    return next(one for one in years(town, on)[year].stated if one.instrument is instrument)


def publishes(town: Town, instrument: Instrument, number: int, **given: object) -> None:
    with town.begin() as uow:
        entering_totals.publish_total(
            uow,
            jurisdiction_id=town.place,
            instrument=instrument,
            number=number,
            source="시험용 공고",
            by=seconded(town.officer(Authority.MAYOR)),
            **{"kind": TotalKind.CLAIMANTS, "base_year": 2026, "published_on": TODAY, **given},  # type: ignore[arg-type]  # the one that is asked about
        )


def test_three_totals_stand_apart_with_what_they_need(town: Town) -> None:
    (year,) = years(town)
    assert (year.base_year, year.base_day) == (2026, date(2026, 12, 31))
    assert [one.instrument for one in year.stated] == list(totalling.INSTRUMENTS)
    initiative, referendum, recall = year.stated
    assert initiative.signatures is not None
    assert initiative.signatures.sum == "ceil(528 × 1/150) = 4"
    assert not initiative.assumed
    assert referendum.signatures is not None
    assert referendum.signatures.sum == "ceil(528 × 1/20) = 27"
    assert referendum.assumed, "the town's ordinance is assumed"
    assert recall.signatures is not None
    assert recall.signatures.sum == "ceil(528 × 15%) = 80"
    assert recall.spread is not None
    assert recall.spread.sum == "ceil(44 × 1/3) = 15"
    assert recall.districts[0].floor is not None
    assert recall.districts[0].floor.needed == 2
    assert len(recall.districts) == 44


def test_the_tenth_of_january_divides_in_time_from_late(town: Town) -> None:
    """ORD §5③, REF §9④, REC §7⑤."""
    one = stated(town, Instrument.RECALL)
    assert (one.due, one.article, one.late) == (date(2027, 1, 10), "주민소환법 §7⑤", False)
    publishes(town, Instrument.RECALL, 500, base_year=2025, published_on=date(2026, 1, 11))
    assert stated(town, Instrument.RECALL, year=1).late
    assert stated(town, Instrument.INITIATIVE, year=1).published is None


@pytest.mark.parametrize(("on", "late"), [(date(2028, 1, 10), False), (date(2028, 1, 11), True)])
def test_a_total_that_is_not_there_is_missing_once_it_was_due(
    town: Town, on: date, *, late: bool
) -> None:
    one = stated(town, Instrument.REFERENDUM, on)
    assert (one.due, one.published, one.late) == (date(2028, 1, 10), None, late)
    assert one.signatures is None


def test_a_correction_keeps_what_it_replaced_and_makes_nothing_late(town: Town) -> None:
    before = stated(town, Instrument.INITIATIVE).published
    assert before is not None
    with town.begin() as uow:
        entering_totals.correct_total(
            uow,
            before.id,
            number=540,
            source="정정 공고",
            published_on=date(2027, 1, 20),
            by=seconded(town.officer(Authority.MAYOR)),
        )
    after = stated(town, Instrument.INITIATIVE)
    assert after.published is not None
    assert after.published.number == 540
    assert [one.number for one in after.corrected] == [528]
    assert not after.late
    assert after.signatures is not None
    assert after.signatures.sum == "ceil(540 × 1/150) = 4"


def test_electors_are_another_number(town: Town) -> None:
    publishes(town, Instrument.REFERENDUM, 531, kind=TotalKind.ELECTORS)
    (year,) = years(town)
    assert [one.number for one in year.electors] == [531]
    assert stated(town, Instrument.REFERENDUM).published is not None
    assert stated(town, Instrument.REFERENDUM).signatures is not None
