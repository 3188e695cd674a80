"""Public holidays as the almanac of a rulebook's place knows them; the rules know none."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays


@cache
def public_holidays(almanac: str | None, first: int, last: int) -> frozenset[date]:
    """The holidays with their substitutes, of the years first to last; none without an almanac.

    `almanac` is ISO 3166-1, or 3166-2 where a part of a country has days of its own ("US-CA").
    """
    if almanac is None:
        return frozenset()
    country, _, part = almanac.partition("-")
    years = range(first, last + 1)
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=years))
