"""How many are needed, said the way the law says it, and what a count makes of that."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from thresholds.errors import NumberMissing, OutsideEnvelope
from thresholds.reading import Count, Data, Name, Positive
from thresholds.share import Share, ShareText


class Comparison(StrEnum):
    """Whether the value itself is enough ("at least", 이상) or must be passed (초과).

    >>> from fractions import Fraction
    >>> Comparison.AT_LEAST.least(Fraction(10)), Comparison.MORE_THAN.least(Fraction(10))
    (10, 11)
    """

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"

    def least(self, exact: Fraction) -> int:
        """The smallest whole count that reaches, or passes, the exact value."""
        match self:
            case Comparison.AT_LEAST:
                return ceil(exact)
            case Comparison.MORE_THAN:
                return floor(exact) + 1

    def formula(self, exact: str) -> str:
        """The rounding as it is printed beside a sum."""
        return f"ceil({exact})" if self is Comparison.AT_LEAST else f"floor({exact}) + 1"


class RequirementName(StrEnum):
    """What a requirement is about; also its key in JSON, in words and in certificates."""

    SIGNATURES = "signatures"
    SPREAD = "spread"
    TURNOUT = "turnout"
    MAJORITY = "majority"
    APPROVAL = "approval"


class Whole(StrEnum):
    """The totals of which a law asks a share. They are published numbers, never derived ones."""

    CLAIMANTS = "claimants"
    ELECTORS = "electors"
    VOTED = "voted"
    VALID_VOTES = "valid_votes"
    LAST_VOTE = "last_vote"
    POPULATION = "population"


class Side(StrEnum):
    """Whose votes must reach a share: those for the proposal, or the majority's, yes or no."""

    PROPOSAL = "proposal"
    LEADING = "leading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One counted area: its total, and how many signed (or said yes) there, where known.

    `whole` is None where the law asks no share of it. `majority_stated`: what was published of a
    vote there where its numbers are not at hand.
    """

    name: str
    whole: int | None
    counted: int | None = None
    majority_stated: bool | None = None

    @property
    def carried(self) -> bool | None:
        """Whether more than half of the area's votes said yes; a tie did not."""
        if self.whole is None or self.counted is None:
            return self.majority_stated
        return 2 * self.counted > self.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Everything a requirement may ask for. `areas` is None where none are stated."""

    wholes: Mapping[Whole, int]
    signatures: int | None = None
    options: Mapping[str, int] | None = None
    areas: tuple[Area, ...] | None = None
    ordinance: Share | None = None

    def whole(self, name: Whole) -> int:
        """The published total of that name. Raises NumberMissing."""
        if name not in self.wholes:
            raise NumberMissing(key=name.value)
        return self.wholes[name]

    def counted(self, name: RequirementName, side: Side = Side.PROPOSAL) -> int | None:
        """What was counted for it; None where that is not known (a box not opened)."""
        match name:
            case RequirementName.SIGNATURES:
                return self.signatures
            case RequirementName.TURNOUT:
                return self.whole(Whole.VOTED)
            case _:
                return None if self.options is None else votes_for(self.options, side)


YES: Final = "yes"


def votes_for(options: Mapping[str, int], side: Side = Side.PROPOSAL) -> int:
    """Votes for the proposal, or for the leading one of the options a choice is between."""
    leading = side is Side.LEADING or YES not in options
    return max(options.values()) if leading else options[YES]


Amount = int | Fraction


def _plain(amount: Amount | None) -> int | str | None:
    """A count as JSON: a whole number, or a fraction as text ("23/2")."""
    if isinstance(amount, Fraction):
        return amount.numerator if amount.denominator == 1 else str(amount)
    return amount


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictFinding:
    """One district's own floor."""

    name: str
    whole: int | None
    counted: int | None
    needed: int
    sum: str

    @property
    def met(self) -> bool | None:
        """Whether the district reached its own floor; None where nobody counted there."""
        return None if self.counted is None else self.counted >= self.needed

    def as_json(self) -> dict[str, Any]:
        """Name, whole, counted, needed and met; counts are people, null where not known."""
        return {
            "name": self.name,
            "whole": self.whole,
            "counted": self.counted,
            "needed": self.needed,
            "met": self.met,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A requirement applied to numbers, with all that is needed to redo the sum.

    `met` is None where a number it depends on is not known; a finding without any number at all
    says that the requirement exists and its numbers were not stated.
    """

    requirement: RequirementName
    citation: str
    whole: Amount | None
    counted: Amount | None
    needed: Amount | None
    met: bool | None
    sum: str = ""
    districts: tuple[DistrictFinding, ...] | None = None

    @property
    def stated(self) -> bool:
        """Whether any number is known: without one the finding only says that the rule exists."""
        return (self.whole, self.counted, self.needed) != (None, None, None)

    @property
    def shortfall(self) -> Amount | None:
        """How many are lacking; None where that is not known."""
        if self.counted is None or self.needed is None:
            return None
        return max(self.needed - self.counted, 0)

    def as_json(self) -> dict[str, Any]:
        """As in `referendum judge --json`, in certificates and in the API.

        Counts are whole numbers, or fractions as text ("23/2", weighted areas); `districts` stands
        there where the rule looks at areas, and is empty where none were stated.
        """
        document: dict[str, Any] = {
            "requirement": self.requirement.value,
            "citation": self.citation,
            "whole": _plain(self.whole),
            "counted": _plain(self.counted),
            "needed": _plain(self.needed),
            "met": self.met,
        }
        if self.districts is not None:
            document["districts"] = [district.as_json() for district in self.districts]
        return document


def reached(counted: Amount | None, needed: Amount | None) -> bool | None:
    """Whether what was counted is enough; None where either number is not known."""
    return None if counted is None or needed is None else counted >= needed


class Envelope(Data):
    """What a higher norm lets a lower one choose. A missing bound is the statute's own number."""

    low: ShareText | None = None
    high: ShareText | None = None
    citation: Name

    def admit(self, chosen: Share, *, statute: Share | None) -> Share:
        """The chosen share, where it lies inside. Raises OutsideEnvelope; nought never does."""
        high = self.high or statute
        too_low = chosen.value == 0 or (self.low is not None and chosen < self.low)
        if too_low or (high is not None and chosen > high):
            raise OutsideEnvelope(
                key="ordinance.share",
                share=str(chosen),
                low=str(self.low) if self.low else "> 0",
                high=str(high) if high else "1",
                article=self.citation,
            )
        return chosen


class Stated(Data):
    """What every requirement says: which one it is, and where it is written."""

    name: RequirementName
    citation: Name


class FixedRequirement(Stated):
    """A number of people, whatever the whole."""

    kind: Literal["fixed"]
    count: Positive

    def findings(self, numbers: Numbers) -> tuple[Finding, ...]:
        """One finding without a whole."""
        counted = numbers.counted(self.name)
        return (
            Finding(
                requirement=self.name,
                citation=self.citation,
                whole=None,
                counted=counted,
                needed=self.count,
                met=reached(counted, self.count),
                sum=f"{self.count:,}",
            ),
        )


class _OfWhole(Stated, ABC):
    of: Whole
    side: Side = Side.PROPOSAL
    comparison: Comparison = Comparison.AT_LEAST
    minimum: Count = 0
    envelope: Envelope | None = None
    chosen: ShareText | None = None
    """What a lower norm has chosen inside the envelope."""

    @abstractmethod
    def statute_share(self, numbers: Numbers) -> Share | None:
        """The share the statute itself states; None where it leaves that to the ordinance."""

    def share_for(self, numbers: Numbers) -> Share | None:
        """The share in force: the ordinance's, inside its envelope, over the statute's."""
        statute = self.statute_share(numbers)
        if self.name is not RequirementName.SIGNATURES:
            return statute
        if numbers.ordinance is None:
            return self.chosen or statute
        if self.envelope is None:
            share = str(numbers.ordinance)
            raise OutsideEnvelope(
                key="ordinance.share", share=share, low="—", high="—", article=self.citation
            )
        return self.envelope.admit(numbers.ordinance, statute=statute)

    def findings(self, numbers: Numbers) -> tuple[Finding, ...]:
        whole, share = numbers.whole(self.of), self.share_for(numbers)
        counted = numbers.counted(self.name, self.side)
        needed = None if share is None else self.needed(share, whole)
        return (
            Finding(
                requirement=self.name,
                citation=self.citation,
                whole=whole,
                counted=counted,
                needed=needed,
                met=reached(counted, needed),
                sum="" if share is None else self.formula(share, whole),
            ),
        )

    def needed(self, share: Share, whole: int) -> int:
        """The smallest whole count that satisfies this requirement."""
        return max(self.comparison.least(share.of(whole)), self.minimum)

    def formula(self, share: Share, whole: int) -> str:
        inner = self.comparison.formula(f"{whole:,} × {share}")
        if self.minimum:
            inner = f"max({inner}, {self.minimum:,})"
        return f"{inner} = {self.needed(share, whole):,}"


class ShareRequirement(_OfWhole):
    """A share of a named whole; without `share` the ordinance alone can say how much."""

    kind: Literal["share"]
    share: ShareText | None = None

    def statute_share(self, numbers: Numbers) -> Share | None:
        """The share of the text, whatever the place."""
        del numbers
        return self.share


class Tier(Data):
    """The share for places of at least so many."""

    at_least: Count
    share: ShareText


class TierRequirement(_OfWhole):
    """A share that falls as the place grows."""

    kind: Literal["tiers"]
    by: Whole = Whole.POPULATION
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    def statute_share(self, numbers: Numbers) -> Share | None:
        """The share of the highest tier that the place's size reaches."""
        size = numbers.whole(self.by)
        reached_tiers = [tier for tier in self.tiers if tier.at_least <= size]
        return max(reached_tiers, key=lambda tier: tier.at_least).share if reached_tiers else None
