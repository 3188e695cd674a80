"""A measure's ground: its districts, its base day, the people published of them, and its rolls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referendum.lifecycle import rules
from referendum.lifecycle.errors import (
    TotalNotPublished,
)
from referendum.lifecycle.tables import Measure
from referendum.roll import places, totals
from referendum.roll.freezing import Purpose, Wanted
from referendum.roll.tables import District
from referendum.roll.totals import TotalKind, YearsNumbers
from thresholds.electorate import AgeDate, Electorate
from thresholds.vocabulary import Instrument

NOTHING_PUBLISHED: Final = YearsNumbers(None, {})


def base_day(session: Session, measure: Measure) -> date:
    """The day on whose districts the measure stands: the last of its base year, or its birth."""
    return base_day_there(measure, rules.zone_of(session, measure))


def base_day_there(measure: Measure, zone: ZoneInfo) -> date:
    """The same where the measure's days begin and end in this zone."""
    if measure.base_year is None:
        return rules.local_day(measure.created_at, zone)
    return date(measure.base_year, 12, 31)


def districts(session: Session, measure: Measure) -> list[District]:
    """The districts of the measure, as they were on its base day."""
    everywhere = places.districts_on(session, measure.jurisdiction_id, base_day(session, measure))
    return within(measure, everywhere)


def within(measure: Measure, everywhere: Sequence[District]) -> list[District]:
    """Of a place's districts those that the measure is about."""
    if not measure.districts:
        return list(everywhere)
    chosen = set(measure.districts)
    return [district for district in everywhere if str(district.id) in chosen]


def roll_of(
    measure: Measure, purpose: Purpose, electorate: Electorate, *, base: date, event: date
) -> Wanted:
    """The roll of the measure's area, as people stood on the base day.

    They are as old as on that day, or as at the `event` that the roll is for, as the rule has it:
    the end of collecting, or the vote.
    """
    return Wanted(
        jurisdiction_id=measure.jurisdiction_id,
        purpose=purpose,
        instrument=Instrument(measure.instrument),
        measure_id=measure.id,
        electorate=electorate,
        base_date=base,
        age_date=base if electorate.age_on is AgeDate.BASE_DATE else event,
        districts=[UUID(one) for one in measure.districts] if measure.districts else None,
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """Whom a petition can be signed by: its districts, and the people published of them."""

    districts: Sequence[District]
    claimants: int
    """Of the whole area."""
    by_district: Mapping[UUID, int]
    """Empty where only the total was published."""


def ground(session: Session, measure: Measure) -> Ground:
    """Of the measure's area and base year; refused where its total was not published."""
    published = claimants_published(session, measure)
    return ground_of(measure, districts(session, measure), published)


def ground_of(measure: Measure, here: Sequence[District], published: YearsNumbers) -> Ground:
    """The same of what was read before."""
    return Ground(here, claimants_in(measure, published), published.by_district)


def claimants(session: Session, measure: Measure) -> int:
    """The published claimant total of the measure's area and base year."""
    return claimants_in(measure, claimants_published(session, measure))


def claimants_published(session: Session, measure: Measure) -> YearsNumbers:
    """What was published of the claimants of the measure's base year, of the whole place."""
    if measure.base_year is None:
        return NOTHING_PUBLISHED
    instrument = Instrument(measure.instrument)
    found = totals.numbers(
        session,
        jurisdiction_id=measure.jurisdiction_id,
        kind=TotalKind.CLAIMANTS,
        instruments=[instrument],
        base_years=[measure.base_year],
    )
    return found.get((instrument, measure.base_year), NOTHING_PUBLISHED)


def claimants_in(measure: Measure, published: YearsNumbers) -> int:
    """Of these numbers, those of the measure's area added up; refused where one is missing."""
    if not measure.districts:
        found = published.whole
    elif any(UUID(district) not in published.by_district for district in measure.districts):
        found = None
    else:
        found = sum(published.by_district[UUID(district)] for district in measure.districts)
    if found is None:
        raise TotalNotPublished(instrument=measure.instrument, year=measure.base_year)
    return found
