"""A measure's course in days: what happened, what lies ahead, and what does not count between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referendum.lifecycle import rules, stages
from referendum.lifecycle.dates import barring, circumstances, deadlines
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import DeadlineKept
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


def course(session: Session, view: Overview) -> Course:
    """The days of a measure as they are known now."""
    now, zone = view.now, ZoneInfo(view.place.zone)
    ahead = still_ahead(view)
    between = sorted(_between(session, view, zone, now), key=lambda one: one.first)
    return Course(
        today=rules.local_day(now, zone),
        past=[(step.act, _day(step.at, step.by, zone)) for step in view.steps],
        ahead=ahead,
        between=between,
        collecting=_collecting(view, ahead, zone),
        names=names_in(session, ahead, between),
    )


def names_in(
    session: Session, ahead: Iterable[DeadlineKept], between: Iterable[DaysBetween] = ()
) -> dict[str, District]:
    """The districts that these deadlines, and the days between, name."""
    named = {one for days in between for one in days.districts}
    named |= {district for one in ahead for district in one.districts}
    return places.districts_called(session, named)


OF_A_RESULT: Final = frozenset({DeadlineName.ANSWER_DUE, DeadlineName.DISPUTE_DUE})
WITHOUT_RESULT: Final = frozenset({Stage.REVOTE_DUE, Stage.CALLED, Stage.VOTING, Stage.COUNTING})
"""Where no result stands: what counted from an earlier one, which was annulled or is corrected,
counts anew from the next."""


def ended_at(view: Overview) -> datetime | None:
    """When it ended; nothing while it goes on."""
    ended = Stage(view.measure.stage) in stages.ENDINGS
    return view.steps[-1].at if ended and view.steps else None


def came_or_come(view: Overview) -> list[DeadlineKept]:
    """The deadlines that passed while it went on, and those ahead, in their order."""
    until, ahead = ended_at(view) or view.now, {one.name for one in still_ahead(view)}
    return [one for one in view.deadlines if one.at <= until or one.name in ahead]


def still_ahead(view: Overview) -> list[DeadlineKept]:
    """The deadlines to come, without those of steps that can no longer be taken."""
    instrument, here = Instrument(view.measure.instrument), Stage(view.measure.stage)
    if here in stages.ENDINGS:
        return []
    over = _closed(instrument, here)
    if here in WITHOUT_RESULT:
        over |= OF_A_RESULT
    if any(one.name == deadlines.POLLS_CLOSE and one.at <= view.now for one in view.deadlines):
        over |= {DeadlineName.VOTE_DAY}
    return [one for one in view.deadlines if one.at > view.now and one.name not in over]


@cache
def _closed(instrument: Instrument, here: Stage) -> frozenset[str | None]:
    """The deadlines of steps that can no longer be taken."""
    steps, reachable = stages.LIVES[instrument], _reachable(instrument, here)
    open_ = {step.due for step in steps if step.source in reachable}
    return frozenset(step.due for step in steps) - open_


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
    session: Session, view: Overview, zone: ZoneInfo, now: datetime
) -> Iterator[DaysBetween]:
    measure = view.measure
    ended = ended_at(view) or now
    for hold in view.halts:
        last = rules.local_day(hold.lifted_at or ended, zone)
        yield DaysBetween(SpanKind.HOLD, rules.local_day(hold.from_at, zone), last)
    if measure.rulebook is None:
        return
    for one in barring.around_elections(measure, view.elections):
        first, last = one.span.first, one.span.last
        yield DaysBetween(SpanKind.EXCLUDED, first, last, one.districts, one.article)
    if any(period.outages for period in rules.pinned(measure).calendar.periods.values()):
        for outage in circumstances.outages_of(session, measure.jurisdiction_id, zone):
            yield DaysBetween(SpanKind.OUTAGE, outage.first, outage.last)
