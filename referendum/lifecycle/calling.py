"""The call and its day: announced, re-set after a postponement, called again after annulment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ballots import days, polls, stations
from ballots.tables import PollingDay
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import enveloping, polling, rules, voting
from referendum.lifecycle.dates import deadlines, reckoning
from referendum.lifecycle.enrolment import enrolling
from referendum.lifecycle.errors import (
    DayNotAllowed,
    ParticularMissing,
)
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.tables import Measure, StepTaken, Suspension
from referendum.lifecycle.taking import Allowed
from thresholds.vocabulary import DeadlineName, Event, Instrument


def call(allowed: Allowed) -> StepTaken:
    """Announce the vote, its day and its text (발의); of a recall, powers are suspended now."""
    uow, measure, by = allowed.uow, allowed.measure, allowed.by
    today = rules.today(uow, measure)
    enveloping.insist_on_promise(uow.session, measure, today)
    rules.pin(uow, measure, by, today)
    day = _vote_day(uow.session, measure, today, allowed.given.day)
    taken = _announce(allowed, day)
    enrolling.open_book(uow, allowed.means.vault, measure)
    if measure.instrument == Instrument.RECALL:
        uow.session.add(Suspension(measure_id=measure.id, from_at=taken.at))
        uow.record("powers.suspended", by=by, measure=measure.id, at=taken.at)
    return taken


def reset_day(allowed: Allowed) -> StepTaken:
    """Set another day for a vote that was called and then postponed.

    A vote that is held again keeps the roll of the first, so its next poll has the same electors.
    """
    day = _day_ahead(allowed)
    _, again = deadlines.announced_day(allowed.session, allowed.measure)
    if again:
        return _with_the_same_electors(allowed, day)
    poll = polling.current_poll(allowed.session, allowed.measure)
    if poll is not None:
        polls.cancel_poll(allowed.uow, poll.id, by=allowed.by)
    return _announce(allowed, day)


def call_revote(allowed: Allowed) -> StepTaken:
    """Call the vote again after its result was annulled: a new poll with the next number."""
    taken = _with_the_same_electors(allowed, _day_ahead(allowed))
    allowed.measure.outcome = None
    return taken


def _with_the_same_electors(allowed: Allowed, day: date) -> StepTaken:
    """Announce the day, with a new poll after the last one's figures (REF §26)."""
    former = polling.poll_of(allowed.session, allowed.measure)
    boxes = stations.boxes_of(allowed.session, former.id)
    electors = {
        district: number or 0 for district, number in stations.electors_by_district(boxes).items()
    }
    taken = _announce(allowed, day)
    voting.furnish(allowed.uow, allowed.measure, electors, allowed.by)
    return taken


def _day_ahead(allowed: Allowed) -> date:
    """The day given, if it is still to come."""
    day = allowed.given.day
    assert day is not None, "the act was let through with it"
    if day <= rules.today(allowed.uow, allowed.measure):
        raise DayNotAllowed(day=day.isoformat(), rule="future")
    return day


def _announce(allowed: Allowed, day: date) -> StepTaken:
    """Take the step that names a vote's day, with its polling day and hours."""
    polling_day = _polling_day(allowed.uow, allowed.measure, day, allowed.by)
    taken = allowed.take(facts={"day": day.isoformat(), "polling_day": str(polling_day.id)})
    set_hours(allowed.session, allowed.measure, polling_day)
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


def days_or_bar(
    session: Session, measure: Measure, today: date
) -> tuple[DaysAllowed | None, DomainError | None]:
    """The same for a page: the days, or what bars a call today."""
    try:
        return days_allowed(session, measure, today), None
    except DomainError as barred:
        return None, barred


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
    reckoning.refresh(session, measure)


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
