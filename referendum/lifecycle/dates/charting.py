"""A measure's course in days: what happened, what lies ahead, and what does not count between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.lifecycle import rules, stages
from referendum.lifecycle.dates import barring, circumstances, deadlines
from referendum.lifecycle.reading import Overview
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import DeadlineKept, Hold, Measure
from referendum.roll import places
from referendum.roll.tables import District
from thresholds.vocabulary import DeadlineName, Instrument


class SpanKind(StrEnum):
    EXCLUDED = "excluded"
    HOLD = "hold"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """Whole days, both included, that are not like the others. No districts: everywhere."""

    kind: SpanKind
    first: date
    last: date
    districts: tuple[str, ...] = ()
    article: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """All days of one measure, in its own zone."""

    today: date
    past: Sequence[tuple[str, date]]
    """Acts with the day on which each took effect."""
    ahead: Sequence[DeadlineKept]
    between: Sequence[DaysBetween]
    collecting: tuple[date, DeadlineKept] | None
    """The first day of collection and its end, while that lies ahead."""
    names: dict[str, District]
    """The districts that any of this names."""


def course(session: Session, view: Overview, now: datetime) -> Course:
    """The days of a measure as they are known now."""
    measure = view.measure
    zone = rules.zone_of(session, measure)
    ahead = still_ahead(view, now)
    between = sorted(_between(session, measure, zone, now), key=lambda one: one.first)
    named = {one for days in between for one in days.districts}
    named |= {district for one in ahead for district in one.districts}
    return Course(
        today=rules.local_day(now, zone),
        past=[(step.act, _day(step.at, step.by, zone)) for step in view.steps],
        ahead=ahead,
        between=between,
        collecting=_collecting(view, ahead, zone),
        names={one: places.district(session, UUID(one)) for one in sorted(named)},
    )


def still_ahead(view: Overview, now: datetime) -> list[DeadlineKept]:
    """The deadlines to come, without those of steps that can no longer be taken."""
    instrument, here = Instrument(view.measure.instrument), Stage(view.measure.stage)
    if here in stages.ENDINGS:
        return []
    named = {step.due for step in stages.LIVES[instrument]}
    open_ = {
        step.due for step in stages.LIVES[instrument] if step.source in _reachable(instrument, here)
    }
    over = named - open_
    if any(one.name == deadlines.POLLS_CLOSE and one.at <= now for one in view.deadlines):
        over |= {DeadlineName.VOTE_DAY}
    return [one for one in view.deadlines if one.at > now and one.name not in over]


def _reachable(instrument: Instrument, here: Stage) -> frozenset[Stage]:
    """Where a measure can still come, where it stands among them."""
    found = {here}
    while True:
        following = {
            step.target for step in stages.LIVES[instrument] if step.source in found
        } - found
        if not following:
            return frozenset(found)
        found |= following


def _day(at: datetime, by: str, zone: ZoneInfo) -> date:
    """The calendar's acts take effect when a last day is over: that day is theirs."""
    return rules.last_local_day(at, zone) if by == "calendar" else rules.local_day(at, zone)


def _collecting(
    view: Overview, ahead: Sequence[DeadlineKept], zone: ZoneInfo
) -> tuple[date, DeadlineKept] | None:
    ends = next((one for one in ahead if one.name == DeadlineName.COLLECTION_ENDS), None)
    if ends is None or view.progress is None:
        return None
    return rules.local_day(view.progress.petition.opens_at, zone), ends


def _between(
    session: Session, measure: Measure, zone: ZoneInfo, now: datetime
) -> Iterator[DaysBetween]:
    for hold in session.scalars(select(Hold).where(Hold.measure_id == measure.id)):
        last = rules.local_day(hold.lifted_at or now, zone)
        yield DaysBetween(SpanKind.HOLD, rules.local_day(hold.from_at, zone), last)
    if measure.rulebook is None:
        return
    for one in barring.around_elections(session, measure):
        first, last = one.span.first, one.span.last
        yield DaysBetween(SpanKind.EXCLUDED, first, last, one.districts, one.article)
    if any(period.outages for period in rules.pinned(measure).calendar.periods.values()):
        for outage in circumstances.outages_of(session, measure.jurisdiction_id, zone):
            yield DaysBetween(SpanKind.OUTAGE, outage.first, outage.last)
