"""The count gate: whether enough people voted for the boxes to be opened at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thresholds.requirement import Comparison
from thresholds.share import Share


@dataclass(frozen=True, slots=True)
class GateFinding:
    """The gate applied to the turnout, with every number needed to redo the sum.

    `met` is None while turnout returns are missing: an incomplete turnout decides nothing.
    """

    electors: int
    cast: int
    needed: int
    met: bool | None
    citation: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A share of the electors that must have voted (REF-old §24, REC §22)."""

    share: Share
    comparison: Comparison
    citation: str

    @classmethod
    def read(cls, pinned: Mapping[str, Any]) -> Gate:
        """From the poll's row; ValueError where what the rulebook pinned is no gate."""
        if set(pinned) != {"share", "comparison", "citation"}:
            raise ValueError(f"not a count gate: {sorted(pinned)}")
        return cls(
            Share.parse(pinned["share"]),
            Comparison(pinned["comparison"]),
            str(pinned["citation"]),
        )

    def needed(self, electors: int) -> int:
        """The smallest number of votes cast that opens the boxes."""
        return self.comparison.least(self.share.of(electors))

    def judge(self, *, electors: int, cast: int, complete: bool) -> GateFinding:
        needed = self.needed(electors)
        met = cast >= needed if complete else None
        return GateFinding(electors, cast, needed, met, self.citation)
