"""The claimant totals of each year as they were published, and what they make needed today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.lifecycle import rules
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.tables import Measure
from referendum.roll import places, totals
from referendum.roll.tables import District, Jurisdiction, PublishedTotal
from referendum.roll.totals import TotalKind
from thresholds.errors import RuleRefusal
from thresholds.periods import OrdinanceNumbers
from thresholds.requirement import Area, DistrictFinding, Finding, RequirementName
from thresholds.rulebook import Rulebook
from thresholds.verdict import PetitionNumbers, judge_petition
from thresholds.vocabulary import Instrument, Office, Route

INSTRUMENTS: Final = (Instrument.INITIATIVE, Instrument.REFERENDUM, Instrument.RECALL)
"""Whose totals the law has published each year: three separate numbers, never one for another."""


@dataclass(frozen=True, slots=True)
class DistrictTotal:
    """One district's number, with its own floor where today's rules have one."""

    district: District
    published: PublishedTotal
    floor: DistrictFinding | None


@dataclass(frozen=True, slots=True)
class Stated:
    """One instrument's claimants of one base year."""

    instrument: Instrument
    due: date | None
    article: str | None
    districts_article: str | None
    published: PublishedTotal | None
    corrected: Sequence[PublishedTotal]
    """What the published number replaced, the newest first."""
    late: bool
    """Published after the last day, or not yet though it has passed."""
    signatures: Finding | None
    assumed: bool
    """Whether the ordinance's share in it is ours."""
    spread: Finding | None
    districts: tuple[DistrictTotal, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """All that is published of one base year. Electors are another number, of another day."""

    base_year: int
    stated: tuple[Stated, ...]
    electors: Sequence[PublishedTotal]

    @property
    def base_day(self) -> date:
        return date(self.base_year, 12, 31)


def years(session: Session, place: Jurisdiction, now: date) -> tuple[Year, ...]:
    """From the last base year back to the first for which anything was published."""
    first = session.scalar(
        select(func.min(PublishedTotal.base_year)).where(PublishedTotal.jurisdiction_id == place.id)
    )
    last = now.year - 1
    return tuple(
        _year(session, place, base_year, now)
        for base_year in range(last, min(first or last, last) - 1, -1)
    )


def _year(session: Session, place: Jurisdiction, base_year: int, now: date) -> Year:
    electors = (_total(session, place, one, TotalKind.ELECTORS, base_year) for one in INSTRUMENTS)
    return Year(
        base_year,
        tuple(_stated(session, place, one, base_year, now) for one in INSTRUMENTS),
        [one for one in electors if one is not None],
    )


def _stated(
    session: Session, place: Jurisdiction, instrument: Instrument, base_year: int, now: date
) -> Stated:
    like = _measure(place, instrument)
    book = _in_force(session, like, now)
    rule = book.publication if book else None
    due = rule.due(base_year) if rule else None
    published = _total(session, place, instrument, TotalKind.CLAIMANTS, base_year)
    districts = _districts(session, place, instrument, base_year)
    found = _needed(session, like, book, published, districts, now) if book else ()
    spread = next((one for one in found if one.requirement is RequirementName.SPREAD), None)
    floors = {one.name: one for one in (spread.districts or ())} if spread else {}
    day = published.published_on if published else now
    return Stated(
        instrument=instrument,
        due=due,
        article=rule.citation if rule else None,
        districts_article=rule.districts if rule else None,
        published=published,
        corrected=totals.history_of(session, published.id)[1:] if published else (),
        late=due is not None and _first_day(session, published, day) > due,
        signatures=next((f for f in found if f.requirement is RequirementName.SIGNATURES), None),
        assumed="ordinance.share" in rules.ordinance(session, like, now).get("assumed", ()),
        spread=spread if spread and spread.needed is not None else None,
        districts=tuple(
            DistrictTotal(district, number, floors.get(district.code))
            for district, number in districts
        ),
    )


def _first_day(session: Session, published: PublishedTotal | None, otherwise: date) -> date:
    """When a number was first published: a later correction makes no publication late."""
    if published is None:
        return otherwise
    return totals.history_of(session, published.id)[-1].published_on


def _needed(
    session: Session,
    like: Measure,
    book: Rulebook,
    published: PublishedTotal | None,
    districts: Sequence[tuple[District, PublishedTotal]],
    now: date,
) -> tuple[Finding, ...]:
    if published is None:
        return ()
    numbers = rules.ordinance(session, like, now)
    numbers.pop("assumed", None)
    place = session.get_one(Jurisdiction, like.jurisdiction_id)
    areas = tuple(Area(name=one.code, whole=number.number) for one, number in districts)
    try:
        return judge_petition(
            book,
            PetitionNumbers(claimants=published.number, districts=areas or None),
            ordinance=OrdinanceNumbers.model_validate(numbers).share,
            population=place.population,
        ).findings
    except RuleRefusal:
        return ()


def _in_force(session: Session, like: Measure, now: date) -> Rulebook | None:
    try:
        return rules.in_force(session, like, now)
    except RuleRefused:
        return None


def _measure(place: Jurisdiction, instrument: Instrument) -> Measure:
    """A measure of the whole place, never stored: to ask the rules about."""
    return Measure(
        jurisdiction_id=place.id,
        instrument=instrument.value,
        office=Office.MAYOR.value if instrument is Instrument.RECALL else None,
        route=Route.RESIDENTS.value if instrument is Instrument.REFERENDUM else None,
        ordinance={},
    )


def _total(
    session: Session,
    place: Jurisdiction,
    instrument: Instrument,
    kind: TotalKind,
    base_year: int,
) -> PublishedTotal | None:
    return totals.total(
        session,
        jurisdiction_id=place.id,
        instrument=instrument,
        kind=kind,
        base_year=base_year,
    )


def _districts(
    session: Session, place: Jurisdiction, instrument: Instrument, base_year: int
) -> list[tuple[District, PublishedTotal]]:
    """The districts of the base day that have a number, in the place's own order."""
    held = totals.district_rows(
        session,
        jurisdiction_id=place.id,
        instrument=instrument,
        kind=TotalKind.CLAIMANTS,
        base_year=base_year,
    )
    there = places.districts_on(session, place.id, date(base_year, 12, 31))
    return [(one, held[one.id]) for one in there if one.id in held]
