"""Whether a vote on a measure binds anybody by law, and the label of those that do not."""

from __future__ import annotations

from typing import Final

from referendum.lifecycle.tables import Measure
from thresholds.vocabulary import Instrument, Route

ADVISORY_LABEL: Final = "certificate.label.advisory"
NOT_BINDING_LABEL: Final = "certificate.label.not_binding"
"""Catalogue keys: one sentence, wherever such a measure is shown (CER-08)."""


def binds(measure: Measure) -> bool | None:
    """Whether the people's vote has legal force; None where they do not vote at all."""
    match Instrument(measure.instrument):
        case Instrument.INITIATIVE:
            return None
        case Instrument.ADVISORY:
            return False
        case Instrument.REFERENDUM:
            # A vote on a matter of state only tells the minister (주민투표법 §8).
            return measure.route != Route.STATE
        case Instrument.RECALL:
            return True


def label_of(measure: Measure) -> str | None:
    """The catalogue key of the label that everything of this measure carries; None: no label."""
    if measure.instrument == Instrument.ADVISORY:
        return ADVISORY_LABEL
    return NOT_BINDING_LABEL if binds(measure) is False else None
