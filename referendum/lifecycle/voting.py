"""The poll of a measure: its electors and boxes, opening and closing, an early end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ballots import furnishing, polls
from ballots.errors import DistrictNotInPoll
from ballots.tables import Poll
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import area, holds, polling, rules
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.enrolment.errors import VotersEnrol
from referendum.lifecycle.errors import (
    ElectorsNotStated,
    PollsWereHalted,
)
from referendum.lifecycle.tables import Measure, StepTaken, Suspension
from referendum.lifecycle.taking import Allowed
from referendum.roll import freezing
from referendum.roll.freezing import Purpose
from referendum.roll.tables import RegisterVersion
from thresholds.quorum import CountGate
from thresholds.requirement import RequirementName, ShareRequirement
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName


def has_register(session: Session, jurisdiction_id: UUID) -> bool:
    """Whether residents of the place were ever imported here."""
    here = select(RegisterVersion.id).where(RegisterVersion.jurisdiction_id == jurisdiction_id)
    return session.scalar(here.limit(1)) is not None


def freeze_roll(allowed: Allowed) -> StepTaken:
    """Freeze the voters' roll of the base day and give every district its electors.

    It is made from the register, or from those who enrolled where the promise has it so.
    """
    uow, measure, by = allowed.uow, allowed.measure, allowed.by
    base = deadlines.kept(uow.session, measure.id, DeadlineName.ROLL_BASE)
    day = polling.polling_day_of(uow.session, measure)
    assert base is not None
    rulebook = rules.for_poll(measure, deadlines.events_of(uow.session, measure))
    assert rulebook.voting is not None
    electorate = rulebook.voting.electorate
    wanted = area.roll_of(measure, Purpose.VOTING, electorate, base=base.day, event=day.day)
    by_enrolment = enrolled.enrols(uow.session, measure)
    if by_enrolment:
        enrolled.hold(uow.session, measure.id)
    roll = freezing.freeze(
        uow,
        wanted,
        by=by,
        enrolled=enrolled.standing(measure.id) if by_enrolment else None,
    )
    per_district = freezing.size_by_district(uow.session, roll.id)
    facts: dict[str, Any] = {"roll": str(roll.id)}
    if by_enrolment:
        per_district, hosted = enrolled.stations(per_district)
        facts["hosted"] = {str(one): str(host) for one, host in hosted.items()}
    taken = allowed.take(facts=facts)
    furnish(uow, measure, per_district, by)
    return taken


def state_electors(allowed: Allowed) -> StepTaken:
    """Enter electors per district as another authority published them."""
    measure, given = allowed.measure, allowed.given
    if enrolled.enrols(allowed.session, measure):
        raise VotersEnrol(measure=str(measure.id))
    here = {district.id for district in area.districts(allowed.session, measure)}
    for stranger in sorted(given.electors.keys() - here):
        raise DistrictNotInPoll(field="electors", district=str(stranger))
    taken = allowed.take(facts={"electors": sum(given.electors.values()), "source": given.source})
    furnish(allowed.uow, measure, given.electors, allowed.by)
    return taken


def furnish(uow: UnitOfWork, measure: Measure, electors: Mapping[UUID, int], by: Actor) -> Poll:
    """Set the poll and put one box with its electors in each district's first station."""
    day = polling.polling_day_of(uow.session, measure)
    rulebook = rules.for_poll(measure, deadlines.events_of(uow.session, measure))
    former = polling.current_poll(uow.session, measure)
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
    wanted = [
        furnishing.Wanted(
            district,
            electors[district.id],
            name_ko=f"{district.name_ko} 제1투표소",
            name_en=f"{district.name_en} station 1",
        )
        for district in area.districts(uow.session, measure)
        if district.id in electors
    ]
    furnishing.furnish(uow, poll_id=poll.id, wanted=wanted, by=by)
    return poll


def open_polls(allowed: Allowed) -> StepTaken:
    """Open at the polling day's hour, unless a halt lay over it then: another day must be set.

    A poll that has closed was held before, and its result annulled: nobody votes in it again.
    """
    poll = polling.current_poll(allowed.session, allowed.measure)
    if poll is None or poll.closed_at is not None:
        raise ElectorsNotStated(measure=str(allowed.measure.id))
    at = allowed.at or allowed.uow.now()
    if halt := holds.lay_at(allowed.session, allowed.measure.id, at):
        raise PollsWereHalted(kind=halt.kind, document=halt.document_number)
    taken = allowed.take()
    polls.open_poll(allowed.uow, poll.id, by=allowed.by, at=taken.at)
    return taken


def close_polls(allowed: Allowed) -> StepTaken:
    """Close at the polling day's hour; returns can be entered from now on."""
    poll = polling.poll_of(allowed.session, allowed.measure)
    taken = allowed.take()
    polls.close_poll(allowed.uow, poll.id, by=allowed.by, at=taken.at)
    return taken


def end_early(allowed: Allowed) -> StepTaken:
    """Annulment, vacancy or an accepted purpose: the poll is cancelled, powers come back."""
    uow, measure, by = allowed.uow, allowed.measure, allowed.by
    taken = allowed.take()
    poll = polling.current_poll(uow.session, measure)
    if poll is not None and poll.closed_at is None:
        polls.cancel_poll(uow, poll.id, by=by)
    restore_powers(uow, measure, by, taken.at)
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
