"""Requirements over areas: enough of them must reach their own floor, or carry the vote."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from thresholds.errors import NotOfThisLaw, NumberMissing
from thresholds.reading import Count, Data, Name, Positive
from thresholds.requirement import (
    Area,
    Comparison,
    DistrictFinding,
    Finding,
    Numbers,
    RequirementName,
    Stated,
    Whole,
)
from thresholds.share import Share, ShareText


class Clamp(Data):
    """Bounds of an area's floor, as shares of the whole jurisdiction's total."""

    low: ShareText
    high: ShareText


class FewAreas(Data):
    """What holds instead where there are exactly so many areas.

    With `share_of_total` each of them needs that share of the whole total; without it the law
    has no rule for that many, and no finding is made.
    """

    areas: Positive
    share_of_total: ShareText | None = None


class SpreadRequirement(Stated):
    """Enough areas must each reach their own number: a share of the area, or a listed count."""

    kind: Literal["spread"]
    name: RequirementName = RequirementName.SPREAD
    total: Whole = Whole.CLAIMANTS
    share: ShareText | None = None
    clamp: Clamp | None = None
    counts: dict[str, Count] | None = None
    areas_share: ShareText | None = None
    areas_count: Positive | None = None
    few: tuple[FewAreas, ...] = ()

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.share is None) == (self.counts is None):
            raise ValueError("a spread states either `share` or `counts`")
        if (self.areas_share is None) == (self.areas_count is None):
            raise ValueError("a spread states either `areas_share` or `areas_count`")
        return self

    def findings(self, numbers: Numbers) -> tuple[Finding, ...]:
        """One finding with a floor for each area; none where the law has no rule for so few.

        Without areas the finding says only that the rule exists. Raises NumberMissing for an area
        without the total or the listed count that its floor is made from.
        """
        if not numbers.areas:
            return (self._not_stated(),)
        areas = numbers.areas
        special = next((few for few in self.few if few.areas == len(areas)), None)
        if special is not None and special.share_of_total is None:
            return ()
        total = 0 if self.counts is not None else numbers.whole(self.total)
        if special is not None and special.share_of_total is not None:
            districts = tuple(_each_of_total(area, special.share_of_total, total) for area in areas)
            return (self._finding(districts, needed=len(areas), formula=f"{len(areas)}"),)
        districts = tuple(self._floor(area, total) for area in areas)
        needed, formula = self._areas_needed(len(areas))
        return (self._finding(districts, needed=needed, formula=formula),)

    def _areas_needed(self, areas: int) -> tuple[int, str]:
        if self.areas_share is None:
            needed = self.areas_count or 0
            return needed, f"{needed}"
        needed = Comparison.AT_LEAST.least(self.areas_share.of(areas))
        return needed, f"ceil({areas} × {self.areas_share}) = {needed}"

    def _floor(self, area: Area, total: int) -> DistrictFinding:
        if self.counts is not None:
            if area.name not in self.counts:
                raise NumberMissing(key=f"districts.{area.name}")
            needed = self.counts[area.name]
            return _district(area, needed, f"{needed:,}")
        if area.whole is None:
            raise NumberMissing(key=f"districts.{area.name}")
        share = self.share or Share(Fraction(1))
        exact, inner = share.of(area.whole), f"{area.whole:,} × {share}"
        if self.clamp is not None:
            low, high = self.clamp.low, self.clamp.high
            if exact < low.of(total):
                exact, inner = low.of(total), f"max({inner}, {total:,} × {low})"
            elif exact > high.of(total):
                exact, inner = high.of(total), f"min({inner}, {total:,} × {high})"
        needed = Comparison.AT_LEAST.least(exact)
        return _district(area, needed, f"ceil({inner}) = {needed:,}")

    def _finding(
        self, districts: tuple[DistrictFinding, ...], *, needed: int, formula: str
    ) -> Finding:
        met = [district.met for district in districts]
        sure, possible = met.count(True), met.count(True) + met.count(None)
        return Finding(
            requirement=self.name,
            citation=self.citation,
            whole=len(districts),
            counted=None if None in met else sure,
            needed=needed,
            met=True if sure >= needed else (False if possible < needed else None),
            sum=formula,
            districts=districts,
        )

    def _not_stated(self) -> Finding:
        return Finding(
            requirement=self.name,
            citation=self.citation,
            whole=None,
            counted=None,
            needed=None,
            met=None,
            districts=(),
        )


def _each_of_total(area: Area, share: Share, total: int) -> DistrictFinding:
    needed = Comparison.AT_LEAST.least(share.of(total))
    return _district(area, needed, f"ceil({total:,} × {share}) = {needed:,}")


def _own_majority(area: Area) -> DistrictFinding:
    votes = area.whole or 0
    needed = votes // 2 + 1
    return _district(area, needed, f"floor({votes:,} × 1/2) + 1 = {needed:,}")


def _district(area: Area, needed: int, formula: str) -> DistrictFinding:
    return DistrictFinding(
        name=area.name, whole=area.whole, counted=area.counted, needed=needed, sum=formula
    )


class WeightedAreasRequirement(Stated):
    """More than a share of weighted areas must say yes, each by its own majority.

    `areas`, where it lists them, names all there are: none may be left out. `weights` names
    those that do not count as one (a half-canton: "1/2").
    """

    kind: Literal["weighted_areas"]
    name: RequirementName = RequirementName.SPREAD
    share: ShareText
    comparison: Comparison = Comparison.MORE_THAN
    areas: tuple[Name, ...] = ()
    weights: dict[Name, ShareText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _weights_are_of_its_areas(self) -> Self:
        if self.areas and not set(self.weights) <= set(self.areas):
            raise ValueError("a weight is given to an area that is not listed")
        return self

    def findings(self, numbers: Numbers) -> tuple[Finding, ...]:
        """One finding in weights (fractions), with each area's own majority.

        Raises NumberMissing where no areas, or not all that the law lists, are given, and
        NotOfThisLaw for an area that it does not list.
        """
        if numbers.areas is None:
            raise NumberMissing(key="areas")
        self._refuse_another_list(numbers.areas)
        whole = sum((self._weight(area) for area in numbers.areas), Fraction(0))
        needed = self._needed(whole)
        sure, open_ = self._carried(numbers.areas, yes=True), self._carried(numbers.areas, yes=None)
        return (
            Finding(
                requirement=self.name,
                citation=self.citation,
                whole=whole,
                counted=None if open_ else sure,
                needed=needed,
                met=True if sure >= needed else (False if sure + open_ < needed else None),
                sum=f"{self.comparison.value}({whole} × {self.share}) = {needed}",
                districts=tuple(_own_majority(area) for area in numbers.areas if area.whole),
            ),
        )

    def _refuse_another_list(self, areas: tuple[Area, ...]) -> None:
        stated = [area.name for area in areas]
        for name in self.areas:
            if name not in stated:
                raise NumberMissing(key=f"areas.{name}")
        for name in stated if self.areas else ():
            if name not in self.areas or stated.count(name) > 1:
                raise NotOfThisLaw(key=f"areas.{name}")

    def _carried(self, areas: tuple[Area, ...], *, yes: bool | None) -> Fraction:
        return sum((self._weight(area) for area in areas if area.carried is yes), Fraction(0))

    def _weight(self, area: Area) -> Fraction:
        weight = self.weights.get(area.name)
        return Fraction(1) if weight is None else weight.value

    def _needed(self, whole: Fraction) -> Fraction:
        """The least sum of votes that satisfies, in steps of the smallest weight there is."""
        step = min((weight.value for weight in self.weights.values()), default=Fraction(1))
        return self.comparison.least(whole * self.share.value / step) * step
