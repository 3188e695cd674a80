"""From the call to the verdict on the vote: polling day, electors, opening, closing, canvass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ballots import canvassing, days, polls, stations
from ballots.canvassing import Canvass
from ballots.tables import Poll, PollingDay
from referendum.kernel.people import Actor, Authority, Calendar, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, deadlines, qualifying, rules, stages
from referendum.lifecycle.acting import Means, Particulars
from referendum.lifecycle.errors import (
    CountIncomplete,
    DayNotAllowed,
    OnHold,
    ParticularMissing,
)
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure, StepTaken, Suspension
from referendum.roll import freezing
from referendum.roll.freezing import Purpose
from referendum.roll.tables import RollEntry
from thresholds.electorate import AgeDate
from thresholds.quorum import CountGate
from thresholds.requirement import RequirementName, ShareRequirement
from thresholds.rulebook import Rulebook
from thresholds.verdict import PollNumbers, PollVerdict, judge_poll
from thresholds.vocabulary import DeadlineName, Event, Instrument


def call(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars
) -> StepTaken:
    """Announce the vote, its day and its text (발의); of a recall, powers are suspended now."""
    del means
    today = rules.today(uow, measure)
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
    poll = current_poll(uow.session, measure)
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


def freeze_roll(
    uow: UnitOfWork, means: Means, measure: Measure, by: Calendar, at: datetime
) -> StepTaken:
    """Freeze the voters' roll of the base day and give every district its electors."""
    del means
    base = deadlines.kept(uow.session, measure.id, DeadlineName.ROLL_BASE)
    day = polling_day_of(uow.session, measure)
    assert base is not None
    rulebook = rules.for_poll(measure, deadlines.events_of(uow.session, measure))
    assert rulebook.voting is not None
    electorate = rulebook.voting.electorate
    roll = freezing.freeze(
        uow,
        jurisdiction_id=measure.jurisdiction_id,
        purpose=Purpose.VOTING,
        instrument=Instrument(measure.instrument),
        measure_id=measure.id,
        electorate=electorate,
        base_date=base.day,
        age_date=day.day if electorate.age_on is AgeDate.VOTE_DAY else base.day,
        districts=[UUID(one) for one in measure.districts] if measure.districts else None,
        by=by,
    )
    counted = uow.session.execute(
        select(RollEntry.district_id, func.count())
        .where(RollEntry.roll_id == roll.id)
        .group_by(RollEntry.district_id)
    )
    per_district = {row[0]: row[1] for row in counted}
    taken = acting.take(uow, measure, Act.FREEZE_ROLL, by, at=at, facts={"roll": str(roll.id)})
    furnish(uow, measure, per_district, by)
    return taken


def state_electors(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars
) -> StepTaken:
    """Enter electors per district as another authority published them."""
    del means
    if not given.electors:
        raise ParticularMissing(field="electors")
    taken = acting.take(
        uow,
        measure,
        Act.STATE_ELECTORS,
        by,
        given,
        facts={"electors": sum(given.electors.values()), "source": given.source},
    )
    furnish(uow, measure, given.electors, by)
    return taken


def furnish(uow: UnitOfWork, measure: Measure, electors: Mapping[UUID, int], by: Actor) -> Poll:
    """Set the poll and put one box with its electors in each district's first station."""
    day = polling_day_of(uow.session, measure)
    rulebook = rules.for_poll(measure, deadlines.events_of(uow.session, measure))
    former = current_poll(uow.session, measure)
    if former is not None and former.closed_at is None:
        polls.cancel_poll(uow, former.id, by=by)
    poll = polls.set_poll(
        uow,
        measure_id=measure.id,
        polling_day_id=day.id,
        options=[option["key"] for option in measure.options],
        electors=sum(electors.values()),
        gate=gate_of(rulebook),
        by=by,
    )
    there = {station.district_id: station for station in stations.stations_of(uow.session, day.id)}
    for district in qualifying.area(uow.session, measure):
        if district.id not in electors:
            continue
        station = there.get(district.id) or stations.add_station(
            uow,
            polling_day_id=day.id,
            district_id=district.id,
            number=1,
            name_ko=f"{district.name_ko} 제1투표소",
            name_en=f"{district.name_en} station 1",
            by=by,
        )
        stations.add_box(
            uow, poll_id=poll.id, station_id=station.id, electors=electors[district.id], by=by
        )
    return poll


def open_polls(
    uow: UnitOfWork, means: Means, measure: Measure, by: Calendar, at: datetime
) -> StepTaken:
    """Open at the polling day's hour."""
    del means
    poll = poll_of(uow.session, measure)
    polls.open_poll(uow, poll.id, by=by, at=at)
    return acting.take(uow, measure, Act.OPEN_POLLS, by, at=at)


def close_polls(
    uow: UnitOfWork, means: Means, measure: Measure, by: Calendar, at: datetime
) -> StepTaken:
    """Close at the polling day's hour; returns can be entered from now on."""
    del means
    poll = poll_of(uow.session, measure)
    polls.close_poll(uow, poll.id, by=by, at=at)
    return acting.take(uow, measure, Act.CLOSE_POLLS, by, at=at)


def end_early(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars, act: Act
) -> StepTaken:
    """Annulment, vacancy or an accepted purpose: the poll is cancelled, powers come back."""
    del means
    taken = acting.take(uow, measure, act, by, given)
    poll = current_poll(uow.session, measure)
    if poll is not None and poll.closed_at is None:
        polls.cancel_poll(uow, poll.id, by=by)
    restore_powers(uow, measure, by, taken.at)
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
    former = poll_of(uow.session, measure)
    electors = {
        box.district_id: box.electors or 0 for box in stations.boxes_of(uow.session, former.id)
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
    furnish(uow, measure, electors, by)
    measure.outcome = None
    return taken


def restore_powers(uow: UnitOfWork, measure: Measure, by: Actor, at: datetime) -> None:
    """End the suspension at that moment (REC §21), where there is one."""
    ended = uow.session.execute(
        update(Suspension)
        .where(Suspension.measure_id == measure.id, Suspension.until_at.is_(None))
        .values(until_at=at)
        .returning(Suspension.measure_id)
    ).all()
    if ended:
        uow.record("powers.restored", by=by, measure=measure.id, at=at)


def insist_on_canvasser(session: Session, measure_id: UUID, by: Officer) -> Measure:
    """The measure whose returns this officer may key in now; no hold may lie over it.

    An officer of the counting authority, or of one that operates the service and transcribes.
    """
    measure = acting.lock(session, measure_id)
    insist_on_counting(session, measure, by)
    if Stage(measure.stage) is not Stage.COUNTING:
        raise stages.ActNotAllowed(stage=measure.stage, act="enter_return", possible=[])
    if holds := acting.open_holds(session, measure.id):
        raise OnHold(kind=holds[0].kind, document=holds[0].document_number)
    return measure


def insist_on_counting(session: Session, measure: Measure, by: Officer) -> None:
    """Refuse anyone else a look at figures that are not certified yet."""
    counting = counting_authority(Instrument(measure.instrument))
    acting.insist_on_authority(session, measure, by, act="enter_return", deciding=[counting])
    by.insist(Role.CANVASSER)


def counting_authority(instrument: Instrument) -> Authority:
    """Who counts and declares, by the instrument's table; an initiative has no vote to count."""
    for step in stages.LIVES[instrument]:
        if step.act is Act.DECLARE and step.by.authority is not None:
            return step.by.authority
    raise stages.ActNotAllowed(stage=instrument.value, act=Act.DECLARE.value, possible=[])


def gate_of(rulebook: Rulebook) -> dict[str, Any] | None:
    """The count gate as the poll pins it; None where the papers are always counted."""
    poll = rulebook.poll
    if poll is None or poll.count_gate is CountGate.NEVER:
        return None
    for requirement in poll.requirements:
        if not isinstance(requirement, ShareRequirement) or requirement.share is None:
            continue
        if requirement.name is RequirementName.TURNOUT:
            return {
                "share": str(requirement.share.value),
                "comparison": requirement.comparison.value,
                "citation": poll.count_gate_citation,
            }
    return None


def polling_day_of(session: Session, measure: Measure) -> PollingDay:
    """The day that the last call or re-set day named."""
    named = [
        step.facts["polling_day"]
        for step in acting.history(session, measure.id)
        if "polling_day" in step.facts
    ]
    return days.get_day(session, UUID(named[-1]))


def current_poll(session: Session, measure: Measure) -> Poll | None:
    """The last poll that was not cancelled."""
    held = [poll for poll in polls.of_measure(session, measure.id) if poll.cancelled_at is None]
    return held[-1] if held else None


def poll_of(session: Session, measure: Measure) -> Poll:
    """The current poll; refused where there is none yet."""
    poll = current_poll(session, measure)
    if poll is None:
        raise stages.ActNotAllowed(stage=measure.stage, act="poll", possible=[])
    return poll


def canvass(session: Session, measure: Measure) -> Canvass:
    """The returns of the current poll, added up."""
    return canvassing.canvass(session, poll_of(session, measure).id)


def verdict(session: Session, measure: Measure) -> PollVerdict:
    """The verdict on the canvass, once every number that there will be is there."""
    counted = canvass(session, measure)
    if not counted.complete:
        raise CountIncomplete(turnout=counted.turnout_missing, counts=counted.count_missing)
    rulebook = rules.for_poll(measure, deadlines.events_of(session, measure))
    with rules.asking():
        return judge_poll(
            rulebook,
            PollNumbers(
                electors=counted.electors,
                voted=counted.cast,
                options=dict(counted.votes) if counted.votes is not None else None,
                invalid=counted.invalid,
            ),
        )


def set_hours(session: Session, measure: Measure, day: PollingDay) -> None:
    """Keep the hours of the polling day among the deadlines, for the calendar to act on."""
    hours = {"polls_open": day.opens_at, "polls_close": day.closes_at}
    vote = deadlines.kept(session, measure.id, DeadlineName.VOTE_DAY)
    article = vote.article if vote else ""
    for name, at in hours.items():
        text = day.day.isoformat()
        deadlines.keep(
            session, measure, name=name, day=day.day, at=at, article=article, sums=(text, text)
        )
    deadlines.refresh(session, measure)


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
