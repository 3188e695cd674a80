"""What every object of a measure says of itself: whether its vote binds, and the label if not."""

from __future__ import annotations

from typing import TypedDict

from referendum.api.shapes import Label, Told
from referendum.i18n.words import Language, Words
from referendum.lifecycle import binding
from referendum.lifecycle.tables import Measure


class Labelled(Told):
    """`binding` is false and `label` is set for an advisory vote, in each of its objects (CER-08).

    `binding` is null where the residents do not vote at all.
    """

    binding: bool | None
    label: Label | None


class Force(TypedDict):
    """The two, to be put into an object."""

    binding: bool | None
    label: Label | None


def binding_of(measure: Measure) -> Force:
    """Whether a vote on this measure binds, and its label in both languages."""
    return {"binding": binding.binds(measure), "label": label(measure)}


def label(measure: Measure) -> Label | None:
    key = binding.label_of(measure)
    if key is None:
        return None
    return Label(ko=Words.load(Language.KO)(key), en=Words.load(Language.EN)(key))
