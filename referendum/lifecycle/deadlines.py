"""A measure's deadlines: computed from its rulebook and its history, kept with their sums."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.lifecycle import almanacs, rules
from referendum.lifecycle.stages import LIVES, Act
from referendum.lifecycle.tables import (
    DeadlineKept,
    ElectionSet,
    Hold,
    Measure,
    StepTaken,
)
from thresholds.periods import Election, OrdinanceNumbers
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, ElectionKind, Event, Instrument
from thresholds.windows import Deadline
from thresholds.windows import deadlines as compute

EVENTS = {
    Act.ADMIT: (Event.CERTIFICATE_PUBLISHED,),
    Act.CLOSE_COLLECTION: (Event.COLLECTION_CLOSED,),
    Act.FILE: (Event.SUBMITTED,),
    Act.OPEN_INSPECTION: (Event.LIST_PUBLISHED, Event.INSPECTION_OPENED),
    Act.CLOSE_INSPECTION: (Event.INSPECTION_CLOSED,),
    Act.SETTLE_OBJECTIONS: (Event.OBJECTIONS_DECIDED,),
    Act.ORDER_CURE: (Event.CURE_ORDERED,),
    Act.ACCEPT: (Event.ACCEPTED,),
    Act.REQUEST_EXPLANATION: (Event.EXPLANATION_REQUESTED,),
    Act.CALL: (Event.CALLED,),
    Act.DECLARE: (Event.RESULT_PUBLISHED,),
}
"""Which step is which event of the law."""


def events_by(instrument: Instrument, act: Act) -> tuple[Event, ...]:
    """The events that an act is. Where nobody accepts a petition apart, the verdict does."""
    accepts = {step.act for step in LIVES[instrument]} & {Act.ACCEPT}
    if act in (Act.FIND_SUFFICIENT, Act.TAKE_UP) and not accepts:
        return (Event.ACCEPTED,)
    return EVENTS.get(act, ())


INSTANT = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)


def around(day: date, almanac: str | None) -> frozenset[date]:
    """The holidays that a period beginning about that day can meet."""
    return almanacs.public_holidays(almanac, day.year - 1, day.year + 3)


def events_of(session: Session, measure: Measure) -> dict[Event, date]:
    """The days on which the law's events happened; a repeated one counts as last happened.

    The calendar's acts take effect at the end of a deadline's last day: that day is the event's.
    """
    zone = rules.zone_of(session, measure)
    steps = session.scalars(
        select(StepTaken).where(StepTaken.measure_id == measure.id).order_by(StepTaken.sequence)
    )
    instrument = Instrument(measure.instrument)
    events = {event: day for event, day in _terms(measure) if day is not None}
    for step in steps:
        at = step.at - INSTANT if step.by == "calendar" else step.at
        for event in events_by(instrument, Act(step.act)):
            events[event] = rules.local_day(at, zone)
    return events


def _terms(measure: Measure) -> tuple[tuple[Event, date | None], ...]:
    """The days of a recall that were stated rather than acted (REC §8)."""
    return (
        (Event.TERM_STARTED, measure.term_started),
        (Event.TERM_ENDS, measure.term_ends),
        (Event.PREVIOUS_VOTE, measure.previous_vote),
    )


def elections_of(session: Session, measure: Measure) -> tuple[Election, ...]:
    """The elections that bar or exclude days where the measure is."""
    rows = session.scalars(
        select(ElectionSet).where(ElectionSet.jurisdiction_id == measure.jurisdiction_id)
    )
    area = set(measure.districts) if measure.districts else None
    return tuple(
        Election(date=row.day, kind=ElectionKind(row.kind), districts=None)
        for row in rows
        if row.districts is None or area is None or area & set(row.districts)
    )


def ordinance_of(measure: Measure) -> OrdinanceNumbers:
    """The numbers of the local ordinance that the measure was admitted under."""
    return OrdinanceNumbers.model_validate(
        {key: value for key, value in measure.ordinance.items() if key != "assumed"}
    )


def computed(
    session: Session,
    measure: Measure,
    events: dict[Event, date],
    *,
    new: Collection[Event] = (),
    first: Rulebook | None = None,
) -> tuple[Deadline, ...]:
    """Every deadline that follows from the events, under the rulebooks that apply.

    Refused where a `new` event falls on a barred day; what was lawful when it happened stays so.
    `first` stands in for the pinned rulebook of a measure that has none yet.
    """
    if not events:
        return ()
    poll = first or rules.for_poll(measure, events)
    first = first or rules.pinned(measure)
    almanac = poll.calendar.almanac
    follow = partial(
        compute,
        events=events,
        elections=elections_of(session, measure),
        holidays=around(min(events.values()), almanac) | around(max(events.values()), almanac),
        ordinance=ordinance_of(measure),
        admitted=events.keys() - set(new),
    )
    with rules.asking():
        found = {deadline.name: deadline for deadline in follow(first)}
        if poll.id != first.id:
            found |= {
                deadline.name: deadline
                for deadline in follow(poll)
                if deadline.name in POLL_DEADLINES
            }
    return tuple(found.values())


POLL_DEADLINES = frozenset(
    {
        DeadlineName.VOTE_DAY,
        DeadlineName.VOTE_WINDOW_OPENS,
        DeadlineName.VOTE_WINDOW_CLOSES,
        DeadlineName.ROLL_BASE,
        DeadlineName.DISPUTE_DUE,
        DeadlineName.ANSWER_DUE,
    }
)


def refresh(session: Session, measure: Measure, *, new: Collection[Event] = ()) -> None:
    """Bring the kept deadlines up to date with what has happened. Overridden ones stand."""
    if measure.rulebook is None:
        return
    zone = rules.zone_of(session, measure)
    for deadline in computed(session, measure, events_of(session, measure), new=new):
        day = deadline.date + _stopped(session, measure.id, deadline.date, zone)
        keep(
            session,
            measure,
            name=deadline.name.value,
            day=day,
            at=end_of(day, zone),
            article=deadline.article,
            sums=(deadline.sum["ko"], deadline.sum["en"]),
        )


def keep(
    session: Session,
    measure: Measure,
    *,
    name: str,
    day: date,
    at: datetime,
    article: str,
    sums: tuple[str, str],
) -> None:
    """Write one deadline, unless an officer has overridden it."""
    kept = session.get(DeadlineKept, (measure.id, name))
    if kept is None:
        kept = DeadlineKept(measure_id=measure.id, name=name)
        session.add(kept)
    elif kept.overridden_by:
        return
    kept.day, kept.at, kept.article = day, at, article
    kept.sum_ko, kept.sum_en = sums
    session.flush()


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment a last day is over: the next local midnight."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def kept(session: Session, measure_id: UUID, name: str) -> DeadlineKept | None:
    """One deadline of a measure, where it has been computed."""
    return session.get(DeadlineKept, (measure_id, name))


def _stopped(session: Session, measure_id: UUID, day: date, zone: ZoneInfo) -> timedelta:
    """The days that holds which stop the clock took from a period ending on `day`."""
    holds = session.scalars(
        select(Hold).where(
            Hold.measure_id == measure_id,
            Hold.stops_clock,
            Hold.lifted_at.is_not(None),
            Hold.from_at < end_of(day, zone),
        )
    )
    total = timedelta(0)
    for hold in holds:
        first, last = rules.local_day(hold.from_at, zone), hold.lifted_at
        if last is not None:
            total += rules.local_day(last, zone) - first
    return total
