"""The form of a case file: the counts of a real petition or vote, typed strictly."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thresholds.about import Measured
from thresholds.periods import OrdinanceNumbers
from thresholds.reading import Count, Data, Day, Name, Positive
from thresholds.requirement import Area
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import (
    PetitionOutcome,
    PollOutcome,
)


class Source(Data):
    """Where numbers of the case were read, and when; `read` None: from memory, so assumed."""

    title: Name
    url: Annotated[str, Field(pattern=r"^https?://", max_length=500)] | None = None
    read: Day | None = None


class About(Measured):
    """Which case, and what its law may ask of the place."""

    population: Positive | None = None
    sources: tuple[Source, ...] = ()


class District(Data):
    """An area of a petition, with the whole of which its law asks a share, if any."""

    name: Name
    claimants: Count | None = None
    last_vote: Count | None = None
    valid: Count | None = None

    @property
    def whole(self) -> int | None:
        """The total of which the law asks a share here: the last vote's where one is stated."""
        return self.claimants if self.last_vote is None else self.last_vote


class Petition(Data):
    """`valid` is after examination and cure; `first_valid` what the first examination left."""

    claimants: Positive | None = None
    last_vote: Positive | None = None
    submitted: Count | None = None
    claimed: Count | None = None
    first_valid: Count | None = None
    valid: Count | None = None
    status: Literal["not_filed"] | None = None
    districts: tuple[District, ...] | None = None

    def areas(self) -> tuple[Area, ...] | None:
        """The districts as the rules take them; None where none are stated."""
        if not self.districts:
            return None
        return tuple(
            Area(name=district.name, whole=district.whole, counted=district.valid)
            for district in self.districts
        )


class PollArea(Data):
    """One area's own vote: its yes and no, or only whether it was carried."""

    name: Name
    yes: Count | None = None
    no: Count | None = None
    carried: bool | None = None


class Poll(Data):
    """The counts of a vote. `electors`, `voted` and `invalid` are people and papers."""

    electors: Positive | None = None
    voted: Count | None = None
    options: Annotated[dict[Name, Count], Field(min_length=1)] | None = None
    invalid: Count | None = None
    areas: tuple[PollArea, ...] | None = None

    def vote_areas(self) -> tuple[Area, ...] | None:
        """Each area's own vote: its yes and no together as the whole, its yes as counted."""
        if not self.areas:
            return None
        return tuple(
            Area(
                name=area.name,
                whole=None if area.yes is None or area.no is None else area.yes + area.no,
                counted=area.yes,
                majority_stated=area.carried,
            )
            for area in self.areas
        )


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
    """A case file: which case, the numbers of petition and vote, and what was really decided."""

    case: About
    ordinance: OrdinanceNumbers = OrdinanceNumbers()
    petition: Petition | None = None
    poll: Poll | None = None
    expected: Expected = Expected()

    def rulebook(self) -> Rulebook:
        """The rulebook of the case's day. Raises NoRulebookInForce, at `case.as_of`."""
        return self.case.rulebook(table="case")
