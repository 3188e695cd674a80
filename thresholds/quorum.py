"""Whether enough people voted, asked before anything is known of how they voted."""

from __future__ import annotations

from enum import StrEnum

from thresholds.kinds import AnyRequirement, findings_of, named
from thresholds.requirement import Finding, Numbers, RequirementName, Whole


class CountGate(StrEnum):
    """What must hold before a box may be opened."""

    NEVER = "never"
    TURNOUT = "turnout"


def turnout_findings(
    requirements: tuple[AnyRequirement, ...], *, electors: int, voted: int
) -> tuple[Finding, ...]:
    """The turnout requirements applied; empty where the law asks for none."""
    numbers = Numbers(wholes={Whole.ELECTORS: electors, Whole.VOTED: voted})
    return findings_of(named(requirements, RequirementName.TURNOUT), numbers)
