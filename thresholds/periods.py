"""The calendar part of a rulebook: how long, counted from what, leaving out which days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from thresholds.errors import OutsideEnvelope
from thresholds.reading import Bilingual, Data, Day, Days, Name
from thresholds.share import ShareText
from thresholds.vocabulary import DeadlineName, ElectionKind, Event, Level

ONE_DAY = timedelta(days=1)

EARLIEST: Final = date(1948, 1, 1)
LATEST: Final = date(2200, 1, 1)
PlausibleDay = Annotated[Day, Field(ge=EARLIEST, le=LATEST)]
"""Arithmetic on dates outside these years is a slip of the hand, and could run off the calendar."""


class Weekday(StrEnum):
    """A day of the week, as rulebooks name it."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    def falls_on(self, day: date) -> bool:
        """Whether a date is that day of the week."""
        return list(Weekday)[day.weekday()] is self


class Unit(StrEnum):
    """What a period is counted in. Months and years end by the calendar, days by counting."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


class OrdinanceNumbers(Data):
    """What a local ordinance has set, as far as it has."""

    share: ShareText | None = None
    collection_days: Annotated[Days, Field(ge=1)] | None = None
    cure_days: Annotated[Days, Field(ge=1)] | None = None
    decision_months: Annotated[Days, Field(ge=1)] | None = None


class Election(Data):
    """A public election that is set. `districts` None means everywhere."""

    date: PlausibleDay
    kind: ElectionKind
    districts: Annotated[
        tuple[Name, ...] | None, BeforeValidator(lambda value: None if value == "all" else value)
    ] = None

    def touches(self, district: str | None) -> bool:
        """Whether it is held there; None asks about a district with no election of its own."""
        return self.districts is None or district in self.districts


class DatedHoliday(Data):
    """What an almanac does not know: a day off that was declared for once, or one that was not."""

    date: PlausibleDay
    day_off: bool = True
    title: Name


class Outage(Data):
    """Days on which a channel could not be reached; the last one included."""

    first: PlausibleDay
    last: PlausibleDay
    reason: Name

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("an outage ends after it begins")
        return self


def days_off(almanac: Iterable[date], dated: Iterable[DatedHoliday]) -> frozenset[date]:
    """An almanac's holidays with those that were declared, or called off, for once."""
    ours = {one.date: one.day_off for one in dated}
    kept = {day for day in almanac if ours.get(day, True)}
    return frozenset(kept | {day for day, off in ours.items() if off})


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Whole days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days_within(self, first: date, last: date) -> int:
        """How many of its days lie between `first` and `last`, all ends included."""
        return max((min(self.last, last) - max(self.first, first)).days + 1, 0)


class Exclusion(Data):
    """Days around an election that do not count: from so many days before it to election day."""

    days_before: Days
    days_before_by_kind: dict[ElectionKind, Days] = Field(default_factory=dict)
    per_district: bool
    title: Bilingual
    article: Name

    def spans(self, elections: Iterable[Election], *, district: str | None) -> tuple[Span, ...]:
        """The excluded spans for one district, in order."""
        return tuple(
            sorted(
                self.span(election)
                for election in elections
                if not self.per_district or election.touches(district)
            )
        )

    def span(self, election: Election) -> Span:
        """The days that one election takes out, both ends included."""
        before = self.days_before_by_kind.get(election.kind, self.days_before)
        return Span(election.date - timedelta(days=before), election.date)


class Length(Data):
    """Days are counted one by one; months and years end by the calendar."""

    days: Days | None = None
    months: Days | None = None
    years: Days | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(part is not None for part in (self.days, self.months, self.years)) != 1:
            raise ValueError("a length has exactly one of days, months, years")
        return self

    @property
    def unit(self) -> Unit:
        """Days, months or years: the one that is stated."""
        if self.days is not None:
            return Unit.DAYS
        return Unit.YEARS if self.months is None else Unit.MONTHS

    @property
    def number(self) -> int:
        """How many of its unit; negative or nought counts back from the event."""
        return next(n for n in (self.days, self.months, self.years) if n is not None)

    def with_number(self, number: int) -> Length:
        """The same unit with another number, as an ordinance sets it."""
        return Length.model_validate({self.unit.value: number})

    def last_day(self, start: date) -> date:
        """The last of the days that begin with `start`, which is itself the first counted."""
        if self.unit is Unit.DAYS:
            return start + timedelta(days=self.number - 1)
        months = self.number if self.unit is Unit.MONTHS else 12 * self.number
        return months_after(start, months) - ONE_DAY


def months_after(start: date, months: int) -> date:
    """The day that answers to `start`, or the day after a month that is too short to have it.

    A period ends on the eve of the answering day, or with the month where there is none
    (민법 §160②③).
    """
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    try:
        return date(year, month, start.day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)


class OrdinanceLength(Data):
    """A length an ordinance may set: its key, and on which side of the statute's own number."""

    key: Literal["collection_days", "cure_days", "decision_months"]
    bound: Literal["at_least", "at_most"] | None = None


class Period(Data):
    """One deadline: `length` after the first of the `after` events that has happened.

    A length of nought or fewer days is a plain offset (a roll's base day). `point`: the day itself
    is meant, not its end. `outages`: days on which the channel could not be reached are given
    back. `assumed`: the length is ours where neither statute nor ordinance is
    known.
    """

    after: Annotated[tuple[Event | DeadlineName, ...], Field(min_length=1)]
    length: Length
    by_level: dict[Level, Length] = Field(default_factory=dict)
    ordinance: OrdinanceLength | None = None
    first_day: bool = False
    holiday_end: bool = True
    excluding: Name | None = None
    point: bool = False
    outages: bool = False
    assumed: bool = False
    article: Name

    def length_for(self, level: Level, ordinance: OrdinanceNumbers) -> tuple[Length, bool]:
        """The length in force, and whether it is an assumption."""
        statute = self.by_level.get(level, self.length)
        if self.ordinance is None:
            return statute, self.assumed
        chosen: int | None = getattr(ordinance, self.ordinance.key)
        if chosen is None:
            return statute, self.assumed
        too_short = self.ordinance.bound == "at_least" and chosen < statute.number
        too_long = self.ordinance.bound == "at_most" and chosen > statute.number
        if too_short or too_long:
            facts: dict[str, Any] = {"share": str(chosen), "article": self.article}
            facts["low"] = str(statute.number) if too_short else "1"
            facts["high"] = str(statute.number) if too_long else "—"
            raise OutsideEnvelope(key=f"ordinance.{self.ordinance.key}", **facts)
        return statute.with_number(chosen), False


class VoteDay(Data):
    """The first such weekday so many counted days later, kept clear of holidays and elections.

    `unless`: an event after which elections are no bar.
    """

    after: Event
    counted_days: Days
    weekday: Weekday
    excluding: Name
    unless: Event | None = None
    article: Name


class Prohibition(Data):
    """An event that may not happen during an exclusion, unless another has happened before."""

    event: Event
    during: Name
    unless: Event | None = None
    article: Name


class TimeBars(Data):
    """No claim too soon after the term began, too near its end, or too soon after a vote."""

    tested_on: Event
    years_after_start: Days
    years_before_end: Days
    years_after_vote: Days
    article: Name


class Calendar(Data):
    """All that a rulebook says about days.

    `almanac`: whose public holidays are rest days, as ISO 3166 names the place ("KR", "US-CA").
    `override_days`: how far from the computed day an officer may set another.
    """

    almanac: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] | None = None
    override_days: Annotated[Days, Field(ge=1)] | None = None
    weekend: tuple[Weekday, ...]
    first_day_article: Name
    holiday_end_article: Name
    exclusions: dict[str, Exclusion] = Field(default_factory=dict)
    prohibited: tuple[Prohibition, ...] = ()
    periods: dict[DeadlineName, Period]
    vote_day: VoteDay | None = None
    time_bars: TimeBars | None = None

    @model_validator(mode="after")
    def _names_known_exclusions(self) -> Self:
        for name in self._exclusions_named():
            if name not in self.exclusions:
                raise ValueError(f"no exclusion is called {name!r}")
        return self

    def _exclusions_named(self) -> Iterator[str]:
        yield from (period.excluding for period in self.periods.values() if period.excluding)
        yield from (prohibition.during for prohibition in self.prohibited)
        if self.vote_day is not None:
            yield self.vote_day.excluding


Happened = Mapping[Event, date]
"""What has happened to a measure so far, and when."""
