"""How many lines to plan for, so that enough outlast the examination: from real examinations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from math import ceil
from statistics import median

from thresholds import precedents
from thresholds.casefile import Case
from thresholds.reading import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One first examination: the lines handed in, and what of them was valid."""

    case: str
    title: Bilingual | None
    day: date
    submitted: int
    valid: int

    @property
    def failing(self) -> Fraction:
        """The share of the submitted signatures that the first examination threw out."""
        return 1 - Fraction(self.valid, self.submitted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """So many lines for so many valid ones, if the fewest, as many as usual, or the most fail."""

    valid: int
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """What real examinations have left, from the one that voided least to the one that did most.

    A range of what has happened, not a forecast: nothing says how likely any of it is.
    """

    examinations: tuple[Examination, ...]

    @property
    def least(self) -> Fraction:
        """The smallest share that was thrown out in any of these examinations."""
        return self.examinations[0].failing

    @property
    def middle(self) -> Fraction:
        """The median share; of an even number the mean of the two in the middle."""
        return median([one.failing for one in self.examinations])

    @property
    def most(self) -> Fraction:
        """The largest share that was thrown out."""
        return self.examinations[-1].failing

    def plan(self, valid: int) -> Plan:
        """The least whole numbers of lines of which `valid` remain."""
        low, middle, high = (
            ceil(valid / (1 - failing)) for failing in (self.least, self.middle, self.most)
        )
        return Plan(valid=valid, low=low, middle=middle, high=high)


def examinations(cases: Iterable[Case]) -> tuple[Examination, ...]:
    """The first examinations that the cases state, those that voided least first.

    A cure comes after the first examination, so what it added does not count here.
    """
    found = []
    for case in cases:
        told = case.petition
        valid = (
            None if told is None else told.valid if told.first_valid is None else told.first_valid
        )
        if told is not None and told.submitted and valid:
            found.append(
                Examination(
                    case=case.case.id,
                    title=case.case.title,
                    day=case.case.as_of,
                    submitted=told.submitted,
                    valid=valid,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.failing, one.case)))


@cache
def margin(country: str) -> Margin | None:
    """What examinations in a country have left; None where no case says."""
    found = examinations(one for one in precedents.all_cases() if one.case.country == country)
    return Margin(examinations=found) if found else None
