"""Which of a mayor's undertakings a vote has reached: each one's turnout and agreement, as sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thresholds.majority import OptionsRequirement
from thresholds.requirement import (
    Finding,
    Numbers,
    RequirementName,
    ShareRequirement,
    Whole,
)
from thresholds.terms import Promise, Terms, Undertaking


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaken:
    """One undertaking against the count. It is reached where both its conditions are."""

    number: int
    """Counts the terms' promises from 1."""
    undertaking: Undertaking
    turnout: Finding
    majority: Finding

    @property
    def met(self) -> bool:
        return bool(self.turnout.met and self.majority.met)


def judged(
    terms: Terms, *, electors: int, voted: int, options: Mapping[str, int], citation: str
) -> tuple[Undertaken, ...]:
    """Every undertaking in the order of the terms; none of them says what the council will do."""
    numbers = Numbers(wholes={Whole.ELECTORS: electors, Whole.VOTED: voted}, options=options)
    return tuple(
        _one(promise, number, numbers, f"{citation} ({number})")
        for number, promise in enumerate(terms.promises, 1)
    )


def _one(promise: Promise, number: int, numbers: Numbers, citation: str) -> Undertaken:
    turnout = ShareRequirement(
        kind="share",
        name=RequirementName.TURNOUT,
        of=Whole.ELECTORS,
        share=promise.turnout,
        citation=citation,
    )
    majority = OptionsRequirement(kind="options", share=promise.majority, citation=citation)
    return Undertaken(
        number=number,
        undertaking=promise.undertaking,
        turnout=turnout.findings(numbers)[0],
        majority=majority.findings(numbers)[0],
    )
