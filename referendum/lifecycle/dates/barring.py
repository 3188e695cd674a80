"""On which days, and where, nobody may ask for a petition's signatures or give one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.lifecycle import area, rules
from referendum.lifecycle.dates import circumstances, deadlines
from referendum.lifecycle.tables import Measure
from signatures.closing import ClosedDays
from thresholds.periods import Election, Exclusion, Span
from thresholds.vocabulary import DeadlineName


@dataclass(frozen=True, slots=True)
class Barred:
    """Days around an election on which the rules bar collection. No districts: everywhere."""

    span: Span
    districts: tuple[str, ...]
    article: str


def barred(session: Session, measure: Measure) -> list[Barred]:
    """The spans that the collection period leaves out, for the districts that each is about."""
    calendar = rules.pinned(measure).calendar
    period = calendar.periods.get(DeadlineName.COLLECTION_ENDS)
    if period is None or period.excluding is None:
        return []
    elections = circumstances.elections_of(session, measure)
    return list(_spans(elections, calendar.exclusions[period.excluding]))


def around_elections(measure: Measure, elections: Sequence[Election]) -> list[Barred]:
    """Every span around these that any rule of the measure leaves out or bars, each once."""
    exclusions = rules.pinned(measure).calendar.exclusions.values()
    found = [one for each in exclusions for one in _spans(elections, each)]
    return list(dict.fromkeys(found))


def _spans(elections: Sequence[Election], exclusion: Exclusion) -> Iterator[Barred]:
    for election in elections:
        where = (election.districts or ()) if exclusion.per_district else ()
        yield Barred(exclusion.span(election), where, exclusion.article)


def closed_days(session: Session, measure: Measure) -> list[ClosedDays]:
    """Barred days, and in each district the days after its own end until collection ends at last.

    A signature of such a day is void (주민투표법 §11①, §12②5; 주민소환법 §10①).
    """
    return [*_barred_days(session, measure), *_after_own_end(session, measure)]


def _barred_days(session: Session, measure: Measure) -> Iterator[ClosedDays]:
    for one in barred(session, measure):
        until = one.span.last + deadlines.ONE_DAY
        yield from (
            ClosedDays(one.span.first, until, UUID(where) if where else None)
            for where in one.districts or ("",)
        )


def _after_own_end(session: Session, measure: Measure) -> Iterator[ClosedDays]:
    ends = deadlines.kept(session, measure.id, DeadlineName.COLLECTION_ENDS)
    if ends is None or not ends.districts:
        return
    over = ends.latest + deadlines.ONE_DAY
    for district in area.districts(session, measure):
        since = ends.day_in(district.id) + deadlines.ONE_DAY
        if since < over:
            yield ClosedDays(since, over, district.id)
