"""What a form moves is shown before it is done: sent once to see which, once more to do it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from referendum.doors.problems import problem_of
from referendum.kernel.errors import DomainError
from referendum.lifecycle.dates.moves import MovesUnseen, Told
from referendum.lifecycle.tables import Shift
from referendum.web.desk.form import Context, Desk, Errors
from referendum.web.fields import Text

SEEN: Final = Text()
"""The digest of the list that was shown; nothing at the first sending."""
MOVES: Final = "moves"
"""The place of the list in the form that was sent."""
LATEST: Final = 20
"""How many causes a page lists."""


@dataclass(frozen=True, slots=True)
class Caused:
    """One cause with every deadline that it moved."""

    shift: Shift
    moved: Sequence[Told]


def told(desk: Desk, error: DomainError) -> Errors | None:
    """That something moves is wrong with no field: the list stands in the form that was sent."""
    if not isinstance(error, MovesUnseen):
        return None
    return {MOVES: problem_of(error).title(desk.words)}


def unseen(desk: Desk) -> Context:
    """What the form that was sent would move, and in which of several: by the id in its address."""
    moves = (one for one in desk.refused if isinstance(one, MovesUnseen))
    return {"unseen": next(moves, None), "sent_row": desk.at.get("row")}


def by_cause(found: Iterable[Told]) -> list[Caused]:
    """What has moved, by what moved it, in the order in which it is given."""
    grouped = groupby(found, key=lambda one: one.shift.id)
    caused = [list(group) for _, group in grouped]
    return [Caused(group[0].shift, group) for group in caused][:LATEST]
