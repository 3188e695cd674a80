"""The form of a case file: the counts of a real petition or vote, typed strictly."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thresholds import library
from thresholds.periods import OrdinanceNumbers
from thresholds.reading import Bilingual, Count, Data, Day, Name, Positive
from thresholds.requirement import Area
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument, Level, Office, PetitionOutcome, PollOutcome, Route


class About(Data):
    """Which measure, where and when: together they pick the rulebook."""

    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$")]
    title: Bilingual | None = None
    instrument: Instrument
    country: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    level: Level
    office: Office | None = None
    population: Positive | None = None
    as_of: Day
    assumed: tuple[Name, ...] = ()
    route: Route | None = None


class District(Data):
    name: Name
    claimants: Count
    valid: Count | None = None


class Petition(Data):
    claimants: Positive
    submitted: Count | None = None
    claimed: Count | None = None
    valid: Count | None = None
    status: Literal["not_filed"] | None = None
    districts: tuple[District, ...] | None = None

    def areas(self) -> tuple[Area, ...] | None:
        if not self.districts:
            return None
        return tuple(
            Area(name=district.name, whole=district.claimants, counted=district.valid)
            for district in self.districts
        )


class Poll(Data):
    electors: Positive | None = None
    voted: Count | None = None
    options: Annotated[dict[Name, Count], Field(min_length=1)] | None = None
    invalid: Count | None = None


class Expected(Data):
    """What the authorities decided. Compared with, never decided from."""

    petition_needed: Count | None = None
    petition: PetitionOutcome | None = None
    district_needed: dict[Name, Count] | None = None
    districts_required: Count | None = None
    turnout_needed: Count | None = None
    poll: PollOutcome | None = None
    winner: Name | None = None


class Case(Data):
    case: About
    ordinance: OrdinanceNumbers = OrdinanceNumbers()
    petition: Petition | None = None
    poll: Poll | None = None
    expected: Expected = Expected()

    def rulebook(self) -> Rulebook:
        about = self.case
        return library.in_force(
            country=about.country,
            level=about.level,
            instrument=about.instrument,
            on=about.as_of,
            office=about.office,
            route=about.route,
        )
