"""The days on which nobody may be recalled, and until when an early application waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from thresholds.periods import ONE_DAY, Calendar, Span
from thresholds.vocabulary import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBar:
    """Days on which nobody may be recalled, and the event that is tested against them."""

    span: Span
    tested_on: Event
    article: str


def time_bars(
    calendar: Calendar,
    *,
    term_started: date | None = None,
    term_ends: date | None = None,
    previous_vote: date | None = None,
) -> tuple[TimeBar, ...]:
    """The bars that follow from a term (its last day included) and from an earlier vote."""
    rule = calendar.time_bars
    if rule is None:
        return ()
    spans = []
    if term_started is not None:
        spans.append(Span(term_started, _years(term_started, rule.years_after_start) - ONE_DAY))
    if term_ends is not None:
        spans.append(Span(_years(term_ends, -rule.years_before_end) + ONE_DAY, term_ends))
    if previous_vote is not None:
        spans.append(Span(previous_vote, _years(previous_vote, rule.years_after_vote)))
    return tuple(
        TimeBar(span=span, tested_on=rule.tested_on, article=rule.article) for span in spans
    )


def parked_until(bars: Iterable[TimeBar], day: date) -> date:
    """The first day, from this one on, that no bar covers."""
    for bar in sorted(bars, key=lambda bar: bar.span):
        if day in bar.span:
            day = bar.span.last + ONE_DAY
    return day


def _years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1) if years > 0 else date(day.year + years, 2, 28)
