"""Who has more votes, and whether that is enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from thresholds.requirement import (
    YES,
    Comparison,
    Finding,
    Numbers,
    RequirementName,
    Stated,
    votes_for,
)
from thresholds.share import ShareText


class OptionsRequirement(Stated):
    """A share of the valid votes; without `share`, more votes than any other option."""

    kind: Literal["options"]
    name: RequirementName = RequirementName.MAJORITY
    comparison: Comparison = Comparison.MORE_THAN
    share: ShareText | None = None

    def findings(self, numbers: Numbers) -> tuple[Finding, ...]:
        """One finding over the valid votes; none where the box was not opened."""
        options = numbers.options
        if options is None:
            return ()
        whole, counted = sum(options.values()), votes_for(options)
        if self.share is None:
            against = strongest_other(options)
            needed, formula = against + 1, f"{against:,} + 1 = {against + 1:,}"
        else:
            needed = self.comparison.least(self.share.of(whole))
            formula = f"{self.comparison.formula(f'{whole:,} × {self.share}')} = {needed:,}"
        return (
            Finding(
                requirement=self.name,
                citation=self.citation,
                whole=whole,
                counted=counted,
                needed=needed,
                met=counted >= needed,
                sum=formula,
            ),
        )


def leader(options: Mapping[str, int]) -> str | None:
    """The option with the most votes; nobody where the first two are level."""
    most = max(options.values())
    leading = [name for name, votes in options.items() if votes == most]
    return leading[0] if len(leading) == 1 else None


def strongest_other(options: Mapping[str, int]) -> int:
    """The most votes that stand against the proposal, or against the leading option."""
    answer = YES if YES in options else max(options, key=lambda name: options[name])
    return max((votes for name, votes in options.items() if name != answer), default=0)
