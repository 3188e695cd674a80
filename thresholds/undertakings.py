"""Which of a mayor's undertakings a vote has reached: each one's turnout and majority, as sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thresholds.majority import leader
from thresholds.requirement import (
    Comparison,
    Finding,
    Numbers,
    RequirementName,
    ShareRequirement,
    Side,
    Whole,
)
from thresholds.terms import Promise, Terms, Undertaking


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaken:
    """One undertaking against the count. It is reached where both its conditions are.

    The majority is that of whichever side has more votes: who promises to follow the people follows
    their no as well. Sides that are level have none (`leading` is None).
    """

    number: int
    """Counts the terms' promises from 1."""
    undertaking: Undertaking
    turnout: Finding
    majority: Finding
    leading: str | None

    @property
    def met(self) -> bool:
        """Whether both of its conditions, turnout and majority, were reached."""
        return bool(self.turnout.met and self.majority.met) and self.leading is not None


def judged(
    terms: Terms, *, electors: int, voted: int, options: Mapping[str, int], citation: str
) -> tuple[Undertaken, ...]:
    """Every undertaking in the order of the terms; none of them says what the council will do."""
    wholes = {
        Whole.ELECTORS: electors,
        Whole.VOTED: voted,
        Whole.VALID_VOTES: sum(options.values()),
    }
    numbers = Numbers(wholes=wholes, options=options)
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
    majority = ShareRequirement(
        kind="share",
        name=RequirementName.MAJORITY,
        of=Whole.VALID_VOTES,
        side=Side.LEADING,
        comparison=Comparison.MORE_THAN,
        share=promise.majority,
        citation=citation,
    )
    return Undertaken(
        number=number,
        undertaking=promise.undertaking,
        turnout=turnout.findings(numbers)[0],
        majority=majority.findings(numbers)[0],
        leading=leader(numbers.options) if numbers.options else None,
    )
