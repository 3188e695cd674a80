"""Which days count: those left out of a period, and what is given back for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from thresholds.periods import ONE_DAY, Exclusion, Outage, Span
from thresholds.reading import Bilingual
from thresholds.workings import LeftOut

OUTAGE: Final = Bilingual(ko="접속 장애", en="an outage")


def excluded(day: date, spans: tuple[Span, ...]) -> bool:
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
    if exclusion is None:
        return ()
    title, article = exclusion.title, exclusion.article
    return tuple(
        LeftOut(first=span.first, last=span.last, days=days, title=title, article=article)
        for span in spans
        if (days := span.days_within(first, last))
    )


def days_down(
    outages: Iterable[Outage],
    elections: tuple[Span, ...],
    first: date,
    last: date,
    *,
    article: str,
) -> tuple[LeftOut, ...]:
    """Days of each outage that were not left out already."""
    seen: set[date] = set()
    found = []
    for outage in outages:
        span = Span(max(outage.first, first), min(outage.last, last))
        days = {
            day
            for n in range((span.last - span.first).days + 1)
            if not excluded(day := span.first + timedelta(days=n), elections)
        } - seen
        seen |= days
        if days:
            found.append(
                LeftOut(
                    first=span.first, last=span.last, days=len(days), title=OUTAGE, article=article
                )
            )
    return tuple(found)
