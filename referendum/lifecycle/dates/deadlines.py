"""A measure's deadlines: computed from its rulebook and its history, kept with their sums."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.lifecycle import rules
from referendum.lifecycle.dates import circumstances, done, stopping
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import (
    DeadlineKept,
    Measure,
    StepTaken,
)
from thresholds.deciding import NOTHING_SETTLED, Settled
from thresholds.periods import OrdinanceNumbers
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Event, Instrument
from thresholds.windows import Deadline
from thresholds.windows import deadlines as compute

ONE_DAY = timedelta(days=1)


def events_of(
    session: Session,
    measure: Measure,
    steps: Iterable[StepTaken] | None = None,
    zone: ZoneInfo | None = None,
) -> dict[Event, date]:
    """The days on which the law's events happened; a repeated one counts as last happened.

    The calendar's acts take effect at the end of a deadline's last day: that day is the event's.
    Whoever has read the measure's steps, or its zone, gives them.
    """
    zone = zone or rules.zone_of(session, measure)
    if steps is None:
        taken = select(StepTaken).where(StepTaken.measure_id == measure.id)
        steps = session.scalars(taken.order_by(StepTaken.sequence))
    instrument = Instrument(measure.instrument)
    events = {event: day for event, day in _terms(measure) if day is not None}
    if opinion := delegating.opinion_day(session, measure):
        events[Event.LEGAL_OPINION_RECORDED] = opinion
    for step in steps:
        day_of = rules.last_local_day if step.by == "calendar" else rules.local_day
        for event in done.events_by(instrument, Act(step.act)):
            events[event] = day_of(step.at, zone)
    return events


def _terms(measure: Measure) -> tuple[tuple[Event, date | None], ...]:
    """The days of a recall that were stated rather than acted (REC §8)."""
    return (
        (Event.TERM_STARTED, measure.term_started),
        (Event.TERM_ENDS, measure.term_ends),
        (Event.PREVIOUS_VOTE, measure.previous_vote),
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
    settled: Settled = NOTHING_SETTLED,
) -> tuple[Deadline, ...]:
    """Every deadline that follows from the events, under the rulebooks that apply.

    Refused where a `new` event falls on a barred day; what was lawful when it happened stays so.
    `first` stands in for the pinned rulebook of a measure that has none yet. What is
    `settled` stands.
    """
    if not events:
        return ()
    poll = first or rules.for_poll(measure, events)
    first = first or rules.pinned(measure)
    place, zone = measure.jurisdiction_id, rules.zone_of(session, measure)
    began, ended = min(events.values()), max(events.values())
    follow = partial(
        compute,
        events=events,
        elections=circumstances.elections_of(session, measure),
        holidays=circumstances.holidays_about(
            session, place, poll.calendar.almanac, first=began, last=ended
        ),
        ordinance=ordinance_of(measure),
        admitted=events.keys() - set(new),
        outages=circumstances.outages_of(session, place, zone),
        stopped=stopping.spans(session, measure.id, zone),
        settled=settled,
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


POLLS_OPEN, POLLS_CLOSE = "polls_open", "polls_close"
OF_THE_DAY = frozenset({DeadlineName.VOTE_DAY.value, POLLS_OPEN, POLLS_CLOSE})
"""What an announced vote day fixes, until the day is set again."""


POINTS = OF_THE_DAY | {
    DeadlineName.VOTE_WINDOW_OPENS.value,
    DeadlineName.VOTE_WINDOW_CLOSES.value,
    DeadlineName.ROLL_BASE.value,
}
"""Days themselves; every other deadline is the end of a period, at 24:00 of its last day."""


def announced_day(session: Session, measure: Measure) -> tuple[date | None, bool]:
    """The vote's day as announced last, which no later day off moves; and whether it is a re-vote.

    None before the call.
    """
    announcing = (Act.CALL, Act.RESET_DAY, Act.CALL_REVOTE)
    steps = session.execute(
        select(StepTaken.act, StepTaken.facts)
        .where(StepTaken.measure_id == measure.id, StepTaken.act.in_(announcing))
        .order_by(StepTaken.sequence)
    ).all()
    day = date.fromisoformat(steps[-1].facts["day"]) if steps else None
    return day, any(step.act == Act.CALL_REVOTE for step in steps)


def keep(
    session: Session,
    measure: Measure,
    *,
    name: str,
    day: date,
    at: datetime,
    article: str,
    sums: tuple[str, str],
) -> DeadlineKept:
    """Write one deadline as it is computed; what an officer said of it stays with it."""
    kept = session.get(DeadlineKept, (measure.id, name))
    if kept is None:
        kept = DeadlineKept(measure_id=measure.id, name=name, districts={}, noticed={})
        session.add(kept)
    kept.day, kept.at, kept.article = day, at, article
    kept.sum_ko, kept.sum_en = sums
    session.flush()
    return kept


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment a last day is over: the next local midnight."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def all_kept(session: Session, measure_id: UUID) -> dict[str, DeadlineKept]:
    """All of a measure's, by their names."""
    rows = select(DeadlineKept).where(DeadlineKept.measure_id == measure_id)
    return {row.name: row for row in session.scalars(rows)}


def kept(session: Session, measure_id: UUID, name: str) -> DeadlineKept | None:
    """One deadline of a measure, where it has been computed."""
    return session.get(DeadlineKept, (measure_id, name))
