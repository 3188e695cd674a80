"""The call and its day: announced, re-set after a postponement, called again after annulment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ballots import days, polls, stations
from ballots.tables import PollingDay
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, rules, voting
from referendum.lifecycle.acting import Means, Particulars
from referendum.lifecycle.advisory import delegating, enveloping
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolling
from referendum.lifecycle.errors import (
    DayNotAllowed,
    ParticularMissing,
)
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Measure, StepTaken, Suspension
from thresholds.vocabulary import DeadlineName, Event, Instrument


def call(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars
) -> StepTaken:
    """Announce the vote, its day and its text (발의); of a recall, powers are suspended now."""
    today = rules.today(uow, measure)
    enveloping.insist_on_promise(uow.session, measure, today)
    rules.pin(uow, measure, by, today)
    day = _vote_day(uow.session, measure, today, given.day)
    polling_day = _polling_day(uow, measure, day, by)
    taken = acting.take(
        uow,
        measure,
        Act.CALL,
        by,
        given,
        facts={"day": day.isoformat(), "polling_day": str(polling_day.id)},
    )
    set_hours(uow.session, measure, polling_day)
    enrolling.open_book(uow, means.vault, measure)
    if measure.instrument == Instrument.RECALL:
        uow.session.add(Suspension(measure_id=measure.id, from_at=taken.at))
        uow.record("powers.suspended", by=by, measure=measure.id, at=taken.at)
    return taken


def reset_day(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars
) -> StepTaken:
    """Set another day for a vote that was called and then postponed."""
    del means
    day = given.day
    if day is None:
        raise ParticularMissing(field="day")
    if day <= rules.today(uow, measure):
        raise DayNotAllowed(day=day.isoformat(), rule="future")
    polling_day = _polling_day(uow, measure, day, by)
    poll = voting.current_poll(uow.session, measure)
    if poll is not None:
        polls.cancel_poll(uow, poll.id, by=by)
    taken = acting.take(
        uow,
        measure,
        Act.RESET_DAY,
        by,
        given,
        facts={"day": day.isoformat(), "polling_day": str(polling_day.id)},
    )
    set_hours(uow.session, measure, polling_day)
    return taken


def call_revote(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars
) -> StepTaken:
    """Call the vote again after its result was annulled: a new poll with the next number."""
    del means
    if given.day is None:
        raise ParticularMissing(field="day")
    if given.day <= rules.today(uow, measure):
        raise DayNotAllowed(day=given.day.isoformat(), rule="future")
    polling_day = _polling_day(uow, measure, given.day, by)
    former = voting.poll_of(uow.session, measure)
    boxes = stations.boxes_of(uow.session, former.id)
    electors = {
        district: number or 0 for district, number in stations.electors_by_district(boxes).items()
    }
    taken = acting.take(
        uow,
        measure,
        Act.CALL_REVOTE,
        by,
        given,
        facts={"day": given.day.isoformat(), "polling_day": str(polling_day.id)},
    )
    set_hours(uow.session, measure, polling_day)
    voting.furnish(uow, measure, electors, by)
    measure.outcome = None
    return taken


@dataclass(frozen=True, slots=True)
class DaysAllowed:
    """The days on which a vote called today may be held; one day where the law computes it."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        last = "" if self.last is None else self.last.isoformat()
        return f"{self.first.isoformat()}–{last}"


def days_allowed(session: Session, measure: Measure, today: date) -> DaysAllowed:
    """What the rulebook says of the vote day, were the vote called today; refused where barred."""
    events = {**deadlines.events_of(session, measure), Event.CALLED: today}
    if opinion := delegating.opinion_day(session, measure, today):
        events[Event.LEGAL_OPINION_RECORDED] = opinion
    rulebook = None if measure.rulebook else rules.in_force(session, measure, today)
    found = {
        deadline.name: deadline.date
        for deadline in deadlines.computed(
            session, measure, events, new=[Event.CALLED], first=rulebook
        )
    }
    if DeadlineName.VOTE_DAY in found:
        day = found[DeadlineName.VOTE_DAY]
        return DaysAllowed(day, day)
    first = found.get(DeadlineName.VOTE_WINDOW_OPENS, today + deadlines.ONE_DAY)
    return DaysAllowed(first, found.get(DeadlineName.VOTE_WINDOW_CLOSES))


def set_hours(session: Session, measure: Measure, day: PollingDay) -> None:
    """Keep the hours of the polling day among the deadlines, for the calendar to act on."""
    hours = {deadlines.POLLS_OPEN: day.opens_at, deadlines.POLLS_CLOSE: day.closes_at}
    vote = deadlines.kept(session, measure.id, DeadlineName.VOTE_DAY)
    article = vote.article if vote else ""
    for name, at in hours.items():
        text = day.day.isoformat()
        deadlines.keep(
            session, measure, name=name, day=day.day, at=at, article=article, sums=(text, text)
        )
    deadlines.refresh(session, measure)


def _vote_day(session: Session, measure: Measure, today: date, wanted: date | None) -> date:
    allowed = days_allowed(session, measure, today)
    if wanted is None and allowed.first == allowed.last:
        return allowed.first
    if wanted is None:
        raise ParticularMissing(field="day")
    if wanted not in allowed or wanted <= today:
        raise DayNotAllowed(day=wanted.isoformat(), rule=str(allowed))
    return wanted


def _polling_day(uow: UnitOfWork, measure: Measure, day: date, by: Actor) -> PollingDay:
    there = days.day_of(uow.session, measure.jurisdiction_id, day)
    return there or days.add_polling_day(
        uow, jurisdiction_id=measure.jurisdiction_id, day=day, by=by
    )
