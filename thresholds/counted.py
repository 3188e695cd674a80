"""Which days count: those left out of a period, and what is given back for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from thresholds.periods import ONE_DAY, Exclusion, Span
from thresholds.reading import Bilingual
from thresholds.workings import LeftOut

OUTAGE: Final = Bilingual(ko="접속 장애", en="an outage")
HOLD: Final = Bilingual(ko="정지", en="a hold that stops the clock")


def excluded(day: date, spans: tuple[Span, ...]) -> bool:
    """Whether a day lies in any of the spans, both ends of each included."""
    return any(day in span for span in spans)


def with_days_given_back(first: date, end: date, spans: tuple[Span, ...]) -> date:
    """The end moved on by one counted day for every excluded day, also for those met on the way."""
    owed = sum(excluded(first + timedelta(days=n), spans) for n in range((end - first).days + 1))
    while owed:
        end += ONE_DAY
        owed -= not excluded(end, spans)
    return end


def left_out(
    spans: tuple[Span, ...], first: date, last: date, exclusion: Exclusion | None
) -> tuple[LeftOut, ...]:
    """What each span takes out of the days from `first` to `last`, both included."""
    if exclusion is None:
        return ()
    title, article = exclusion.title, exclusion.article
    return tuple(
        LeftOut(first=span.first, last=span.last, days=days, title=title, article=article)
        for span in spans
        if (days := span.days_within(first, last))
    )


def days_lost(
    lost: Iterable[Span],
    before: tuple[Span, ...],
    first: date,
    last: date,
    *,
    title: Bilingual,
    article: str = "",
) -> tuple[LeftOut, ...]:
    """Days of each span that those `before` it had not left out already."""
    seen: set[date] = set()
    found = []
    for each in lost:
        span = Span(max(each.first, first), min(each.last, last))
        days = {
            day
            for n in range((span.last - span.first).days + 1)
            if not excluded(day := span.first + timedelta(days=n), before)
        } - seen
        seen |= days
        if days:
            found.append(
                LeftOut(
                    first=span.first, last=span.last, days=len(days), title=title, article=article
                )
            )
    return tuple(found)
