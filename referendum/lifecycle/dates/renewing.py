"""Which deadlines begin anew when an event happens once more, or a day is set again."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Event


def begun_anew(
    rulebooks: Iterable[Rulebook], again: Collection[Event | DeadlineName]
) -> frozenset[str]:
    """The names of those that are counted from such an event or day, or from another of them.

    What an officer overrode was the period that the former event began; this one is another.
    """
    after = {
        name: set(period.after)
        for rulebook in rulebooks
        for name, period in rulebook.calendar.periods.items()
    }
    found: set[str] = set()
    causes: set[str] = set(again)
    while causes:
        found |= causes
        causes = {str(name) for name, begun_by in after.items() if begun_by & causes} - found
    return frozenset(found & after.keys())
