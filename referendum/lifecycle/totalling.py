"""The claimant totals of each year as they were published, and what they make needed today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from referendum.lifecycle import rules
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.tables import Measure
from referendum.roll import places, totals
from referendum.roll.tables import District, Jurisdiction, PublishedTotal
from referendum.roll.totals import Ledger, TotalKind
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


@dataclass(frozen=True, slots=True)
class _Read:
    """What the sums of every year are made from: read once, whatever the number of years."""

    session: Session
    place: Jurisdiction
    now: date
    ledger: Ledger
    districts: Sequence[District]
    ordinances: Mapping[Instrument, Any]

    def there(self, day: date) -> list[District]:
        """The districts of a day, in the place's own order."""
        return [
            one
            for one in self.districts
            if one.valid_from <= day and (one.valid_to is None or one.valid_to > day)
        ]


def years(session: Session, place: Jurisdiction, now: date) -> tuple[Year, ...]:
    """From the last base year back to the first for which anything was published."""
    read = _Read(
        session,
        place,
        now,
        totals.ledger(session, place.id),
        places.districts_ever(session, place.id),
        rules.ordinances(session, place.id, now),
    )
    last = now.year - 1
    first = min((row.base_year for row in read.ledger.rows.values()), default=last)
    return tuple(_year(read, base_year) for base_year in range(last, min(first, last) - 1, -1))


def _year(read: _Read, base_year: int) -> Year:
    electors = (
        read.ledger.holding(one, TotalKind.ELECTORS, base_year).get(None) for one in INSTRUMENTS
    )
    return Year(
        base_year,
        tuple(_stated(read, one, base_year) for one in INSTRUMENTS),
        [one for one in electors if one is not None],
    )


def _stated(read: _Read, instrument: Instrument, base_year: int) -> Stated:
    book = _in_force(read, instrument)
    rule = book.publication if book else None
    due = rule.due(base_year) if rule else None
    held = read.ledger.holding(instrument, TotalKind.CLAIMANTS, base_year)
    published = held.get(None)
    history = read.ledger.history(published) if published else []
    there = read.there(date(base_year, 12, 31))
    districts = [(one, held[one.id]) for one in there if one.id in held]
    found = _needed(read, instrument, book, published, districts) if book else ()
    spread = next((one for one in found if one.requirement is RequirementName.SPREAD), None)
    floors = {one.name: one for one in (spread.districts or ())} if spread else {}
    # A later correction makes no publication late.
    first_day = history[-1].published_on if history else read.now
    return Stated(
        instrument=instrument,
        due=due,
        article=rule.citation if rule else None,
        districts_article=rule.districts if rule else None,
        published=published,
        corrected=history[1:],
        late=due is not None and first_day > due,
        signatures=next((f for f in found if f.requirement is RequirementName.SIGNATURES), None),
        assumed="ordinance.share" in read.ordinances.get(instrument, {}).get("assumed", ()),
        spread=spread if spread and spread.needed is not None else None,
        districts=tuple(
            DistrictTotal(district, number, floors.get(district.code))
            for district, number in districts
        ),
    )


def _needed(
    read: _Read,
    instrument: Instrument,
    book: Rulebook,
    published: PublishedTotal | None,
    districts: Sequence[tuple[District, PublishedTotal]],
) -> tuple[Finding, ...]:
    if published is None:
        return ()
    chosen = {**read.ordinances.get(instrument, {})}
    chosen.pop("assumed", None)
    areas = tuple(Area(name=one.code, whole=number.number) for one, number in districts)
    try:
        return judge_petition(
            book,
            PetitionNumbers(claimants=published.number, districts=areas or None),
            ordinance=OrdinanceNumbers.model_validate(chosen).share,
            population=read.place.population,
        ).findings
    except RuleRefusal:
        return ()


def _in_force(read: _Read, instrument: Instrument) -> Rulebook | None:
    """What the law asks of a measure of the whole place today."""
    try:
        return rules.in_force(read.session, _measure(read.place, instrument), read.now)
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
