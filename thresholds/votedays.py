"""The day of a vote that the law computes: clear of holidays and of the days before elections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thresholds.counted import excluded
from thresholds.periods import ONE_DAY, Span, VoteDay
from thresholds.workings import Passed


@dataclass(frozen=True, slots=True)
class Chosen:
    """The day counted to, the weekdays that were passed over, and the day of the vote."""

    reached: date
    passed: tuple[Passed, ...]
    day: date


def choose(
    rule: VoteDay, called: date, *, spans: tuple[Span, ...], holidays: frozenset[date]
) -> Chosen:
    """The first such weekday that can be, so many counted days after the call."""
    reached, counted = called, 0
    while counted < rule.counted_days:
        reached += ONE_DAY
        counted += not excluded(reached, spans)
    day, passed = reached, list[Passed]()
    while True:
        if rule.weekday.falls_on(day):
            why = _unfit(day, spans, holidays)
            if why is None:
                return Chosen(reached, tuple(passed), day)
            passed.append(why)
        day += ONE_DAY


def _unfit(day: date, spans: tuple[Span, ...], holidays: frozenset[date]) -> Passed | None:
    """Why no vote can be held that day, if so: an election is near, or a holiday beside it."""
    if excluded(day, spans):
        return Passed(day)
    beside = (day - ONE_DAY, day, day + ONE_DAY)
    return next((Passed(day, one) for one in beside if one in holidays), None)
