"""Who may sign and who may vote, decided from plain facts and two dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, Strict

from thresholds.reading import Data, Name


class Ineligibility(StrEnum):
    """Why somebody may not sign or vote. Never shown to anyone but the person."""

    NOT_RESIDENT = "not_resident"
    UNDER_AGE = "under_age"
    FOREIGNER_STATUS = "foreigner_status"
    FOREIGNER_STATUS_TOO_RECENT = "foreigner_status_too_recent"
    NO_VOTING_RIGHT = "no_voting_right"


class AgeDate(StrEnum):
    """The day on which age is measured."""

    BASE_DATE = "base_date"
    SIGNING_DAY = "signing_day"
    VOTE_DAY = "vote_day"


class ResidenceBase(StrEnum):
    """The day on which a person must live in the place."""

    PREVIOUS_YEAR_END = "previous_year_end"
    ROLL_BASE = "roll_base"


class ForeignerSource(StrEnum):
    """Which norm says which foreigners take part: the statute, or the place's ordinance."""

    STATUTE = "statute"
    ORDINANCE = "ordinance"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What the register says of one residence episode. Intervals are half-open.

    `registered_from` None means not registered; an open end means still so.
    """

    birth_date: date
    nationality: str
    status: str | None = None
    status_since: date | None = None
    registered_from: date | None = None
    registered_to: date | None = None
    lost_from: date | None = None
    lost_to: date | None = None


class Foreigners(Data):
    """Which residents of another nationality take part, and for how long they must have stayed."""

    statuses: tuple[Name, ...]
    held_years: Annotated[int, Strict(), Field(ge=0, le=100)] = 0
    source: ForeignerSource = ForeignerSource.STATUTE
    citation: Name


class Electorate(Data):
    """The people of one instrument for one purpose."""

    minimum_age: Annotated[int, Strict(), Field(ge=0, le=150)]
    age_on: AgeDate
    residence_base: ResidenceBase
    nationality: Name
    foreigners: Foreigners | None = None
    citation: Name

    def refusal(self, facts: PersonFacts, *, base: date, age_on: date) -> Ineligibility | None:
        """Why this person is not one of them, or None. `base` decides all but age."""
        if not _within(base, facts.registered_from, facts.registered_to):
            return Ineligibility.NOT_RESIDENT
        if anniversary(facts.birth_date, self.minimum_age) > age_on:
            return Ineligibility.UNDER_AGE
        if facts.nationality != self.nationality and (foreign := self._foreign(facts, base)):
            return foreign
        if _within(base, facts.lost_from, facts.lost_to):
            return Ineligibility.NO_VOTING_RIGHT
        return None

    def _foreign(self, facts: PersonFacts, base: date) -> Ineligibility | None:
        rule = self.foreigners
        if rule is None or facts.status not in rule.statuses:
            return Ineligibility.FOREIGNER_STATUS
        if rule.held_years == 0:
            return None
        if facts.status_since is None or anniversary(facts.status_since, rule.held_years) > base:
            return Ineligibility.FOREIGNER_STATUS_TOO_RECENT
        return None


def _within(day: date, opens: date | None, closes: date | None) -> bool:
    return opens is not None and opens <= day and (closes is None or day < closes)


def anniversary(day: date, years: int) -> date:
    """The day on which so many years are complete: a person is 18 on the 18th birthday.

    Somebody born on 29 February completes a year on 1 March where there is no such day: the year
    runs to the end of February.
    """
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
