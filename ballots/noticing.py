"""What an officer looks at again before affirming a count: figures that stand apart from the rest.

Nothing here is an error, and nothing is refused for it: real counts have such boxes. Shares stand
apart by the fences of the quartiles (J. W. Tukey, *Exploratory Data Analysis*, 1977, ch. 2): more
than one and a half times the distance between the quartiles beyond them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from ballots.stations import BoxView
from ballots.tables import CountReturn, TurnoutReturn

FEWEST: Final = 8
"""Boxes of one kind below which nothing stands apart: quartiles of fewer say little."""
REACH: Final = Fraction(3, 2)


class Apart(StrEnum):
    """Why somebody looks again."""

    GAP = "gap"
    """Other papers were found than were cast."""
    FULL = "full"
    """More were cast than the box has electors."""
    CORRECTED = "corrected"
    TURNOUT = "turnout"
    INVALID = "invalid"
    LEADING = "leading"
    """The part of the option that leads in the whole poll."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One box with its latest figures; what is missing or withheld is None."""

    box: BoxView
    turnout: TurnoutReturn | None
    count: CountReturn | None
    apart: tuple[Apart, ...]


def looked(
    boxes: Sequence[BoxView],
    turnouts: Mapping[UUID, TurnoutReturn],
    counts: Mapping[UUID, CountReturn],
    *,
    leading: str | None,
) -> list[Looked]:
    """Every box in its order, with whatever makes it stand apart from those of its own kind."""
    shares: dict[Apart, dict[UUID, Fraction]] = {
        Apart.TURNOUT: _turnouts(boxes, turnouts),
        Apart.INVALID: {
            one: Fraction(row.invalid, row.papers) for one, row in counts.items() if row.papers
        },
        Apart.LEADING: _parts(counts, leading),
    }
    outside = {sort: _outside(boxes, found) for sort, found in shares.items()}
    return [
        Looked(
            box,
            turnouts.get(box.id),
            counts.get(box.id),
            (
                *_plain(box, turnouts.get(box.id), counts.get(box.id)),
                *(sort for sort, found in outside.items() if box.id in found),
            ),
        )
        for box in boxes
    ]


def _plain(box: BoxView, turnout: TurnoutReturn | None, count: CountReturn | None) -> list[Apart]:
    """What is seen without comparing it with others."""
    seen = []
    if turnout and count and turnout.cast != count.papers:
        seen.append(Apart.GAP)
    if turnout and box.electors is not None and turnout.cast > box.electors:
        seen.append(Apart.FULL)
    if any(row is not None and row.version > 1 for row in (turnout, count)):
        seen.append(Apart.CORRECTED)
    return seen


def _turnouts(
    boxes: Iterable[BoxView], turnouts: Mapping[UUID, TurnoutReturn]
) -> dict[UUID, Fraction]:
    return {
        box.id: Fraction(turnouts[box.id].cast, box.electors)
        for box in boxes
        if box.electors and box.id in turnouts
    }


def _parts(counts: Mapping[UUID, CountReturn], leading: str | None) -> dict[UUID, Fraction]:
    return {
        one: Fraction(row.votes[leading], valid)
        for one, row in counts.items()
        if leading is not None and (valid := sum(row.votes.values()))
    }


def _outside(boxes: Iterable[BoxView], shares: Mapping[UUID, Fraction]) -> set[UUID]:
    """Those beyond the fences of their own kind: early boxes are unlike those of the day."""
    kinds = {box.id: box.kind for box in boxes}
    found: set[UUID] = set()
    for kind in set(kinds.values()):
        here = {one: share for one, share in shares.items() if kinds.get(one) is kind}
        if len(here) >= FEWEST:
            low, high = fences(list(here.values()))
            found |= {one for one, share in here.items() if not low <= share <= high}
    return found


def fences(shares: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Below and above which a share stands apart; quartiles are Tukey's hinges.

    Those are the medians of the two halves, the middle one counted in both.

    >>> fences([Fraction(n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9)])
    (Fraction(-3, 1), Fraction(13, 1))
    """
    ordered = sorted(shares)
    half = (len(ordered) + 1) // 2
    low, high = _middle(ordered[:half]), _middle(ordered[-half:])
    return low - REACH * (high - low), high + REACH * (high - low)


def _middle(ordered: Sequence[Fraction]) -> Fraction:
    at = len(ordered) // 2
    return ordered[at] if len(ordered) % 2 else (ordered[at - 1] + ordered[at]) / 2
