"""Every kind of requirement a rulebook can state, told apart by its `kind`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thresholds.majority import OptionsRequirement
from thresholds.reading import Data
from thresholds.requirement import (
    Finding,
    FixedRequirement,
    Numbers,
    RequirementName,
    ShareRequirement,
    TierRequirement,
)
from thresholds.spread import SpreadRequirement, WeightedAreasRequirement


class AllOf(Data):
    """Several requirements that must all be met."""

    kind: Literal["all_of"]
    parts: Annotated[tuple[AnyRequirement, ...], Field(min_length=1)]

    def findings(self, numbers: Numbers) -> tuple[Finding, ...]:
        """The findings of all parts, in their order."""
        return findings_of(self.parts, numbers)


AnyRequirement = Annotated[
    FixedRequirement
    | ShareRequirement
    | TierRequirement
    | SpreadRequirement
    | WeightedAreasRequirement
    | OptionsRequirement
    | AllOf,
    Field(discriminator="kind"),
]

AllOf.model_rebuild()


def findings_of(requirements: tuple[AnyRequirement, ...], numbers: Numbers) -> tuple[Finding, ...]:
    """Every requirement applied, in order. Raises NumberMissing for a whole not given."""
    return tuple(
        finding for requirement in requirements for finding in requirement.findings(numbers)
    )


def named(
    requirements: tuple[AnyRequirement, ...], *names: RequirementName
) -> tuple[AnyRequirement, ...]:
    """The requirements of these names, with those joined by *all of* taken apart."""
    flat = (
        part
        for requirement in requirements
        for part in (requirement.parts if isinstance(requirement, AllOf) else (requirement,))
    )
    return tuple(part for part in flat if not isinstance(part, AllOf) and part.name in names)
