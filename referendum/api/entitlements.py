"""May I sign or vote? Answered to the one who asks, and to nobody else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.api.access import measure_here
from referendum.api.callers import House
from referendum.api.refusing import Route, possible
from referendum.api.shapes import Told
from referendum.doors.sessions import Signer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, petitioning, qualifying, rules
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.enrolment.errors import VotersEnrol
from referendum.lifecycle.errors import MeasureNotFound, RuleRefused
from referendum.lifecycle.tables import Measure
from referendum.roll import eligibility, freezing
from referendum.roll import errors as refusals
from referendum.roll.eligibility import Answer
from referendum.roll.freezing import Purpose
from referendum.roll.tables import Roll
from thresholds.electorate import AgeDate, Electorate
from thresholds.vocabulary import DeadlineName, Instrument, Office

router = APIRouter(prefix="/eligibility", tags=["register"], route_class=Route)


class EligibilityOut(Told):
    """What the one who asks is told of their own standing, and of nobody else's.

    Not eligible without a reason: by the rule they are, and yet on no list of this measure.
    """

    purpose: str
    eligible: bool
    reason: str | None
    decided_on: date
    residence_from: date | None
    residence_to: date | None
    district: UUID | None
    of_age_on: date | None
    register_as_of: date
    citation: str

    @classmethod
    def of(cls, purpose: Purpose, answer: Answer, electorate: Electorate) -> EligibilityOut:
        return cls(
            purpose=purpose.value,
            eligible=answer.eligible,
            reason=answer.reason.value if answer.reason else None,
            decided_on=answer.decided_on,
            residence_from=answer.residence_from,
            residence_to=answer.residence_to,
            district=answer.district_id,
            of_age_on=answer.of_age_on,
            register_as_of=answer.register_as_of,
            citation=electorate.citation,
        )


@router.get("", responses=possible(RuleRefused, refusals.RegisterMissing))
def may_i(
    house: House,
    resident: Signer,
    instrument: Instrument,
    purpose: Purpose = Purpose.SIGNING,
    office: Office | None = None,
) -> EligibilityOut:
    """May I sign, or vote, were it today? By the law in force and the latest register."""
    with house.begin() as uow:
        trial = Measure(
            jurisdiction_id=resident.jurisdiction,
            instrument=instrument.value,
            office=office.value if office else None,
        )
        today = rules.today(uow, trial)
        rulebook = rules.in_force(uow.session, trial, today)
        part = petitioning.signing_of(rulebook) if purpose is Purpose.SIGNING else rulebook.voting
        if part is None:
            raise RuleRefused(rule="no-poll", rulebook=rulebook.id)
        base = date(today.year - 1, 12, 31) if purpose is Purpose.SIGNING else today
        electorate = part.electorate
        age_on = base if electorate.age_on is AgeDate.BASE_DATE else today
        return _answer(uow.session, resident.person, purpose, electorate, base=base, age_on=age_on)


@router.get(
    "/{measure_id}",
    responses=possible(MeasureNotFound, RuleRefused, VotersEnrol, refusals.RegisterMissing),
)
def may_i_here(
    measure_id: UUID, house: House, resident: Signer, purpose: Purpose = Purpose.SIGNING
) -> EligibilityOut:
    """May I sign, or vote, on this measure? By its own rulebook and its own days."""
    with house.begin() as uow:
        measure = measure_here(uow, measure_id, resident)
        if purpose is Purpose.VOTING and enrolled.enrols(uow.session, measure):
            raise VotersEnrol(measure=str(measure.id))
        roll = _roll(uow.session, measure, purpose)
        rulebook = (
            rules.pinned(measure)
            if purpose is Purpose.SIGNING
            else rules.for_poll(measure, deadlines.events_of(uow.session, measure))
        )
        part = petitioning.signing_of(rulebook) if purpose is Purpose.SIGNING else rulebook.voting
        if part is None:
            raise RuleRefused(rule="no-poll", rulebook=rulebook.id)
        if roll is not None:
            base, age_on = roll.base_date, roll.age_date
        else:
            base, age_on = _days_ahead(uow, measure, part.electorate)
        found = _answer(
            uow.session, resident.person, purpose, part.electorate, base=base, age_on=age_on
        )
        return _here(uow.session, found, resident.person, measure, part.electorate, roll)


def _roll(session: Session, measure: Measure, purpose: Purpose) -> Roll | None:
    """The list that decides, where it is frozen already; of a day that was moved it is none."""
    if purpose is Purpose.VOTING:
        return qualifying.voting_roll(session, acting.history(session, measure.id))
    frozen = select(Roll).where(Roll.measure_id == measure.id, Roll.purpose == purpose.value)
    return session.scalars(frozen.order_by(Roll.frozen_at.desc()).limit(1)).first()


def _here(
    session: Session,
    found: EligibilityOut,
    person: UUID,
    measure: Measure,
    electorate: Electorate,
    roll: Roll | None,
) -> EligibilityOut:
    """As the frozen list has it, or before there is one as the measure's districts have it."""
    if roll is None:
        within = not measure.districts or str(found.district) in measure.districts
        return found if within else found.model_copy(update={"eligible": False})
    listed = freezing.place_on_roll(session, roll.id, person) is not None
    why = None if listed else freezing.why_not(session, roll, electorate, person)
    return found.model_copy(update={"eligible": listed, "reason": why.value if why else None})


def _days_ahead(uow: UnitOfWork, measure: Measure, electorate: Electorate) -> tuple[date, date]:
    """The days that will decide, as far as they are known; today, where they are not."""
    today = rules.today(uow, measure)
    base = deadlines.kept(uow.session, measure.id, DeadlineName.ROLL_BASE)
    vote = deadlines.kept(uow.session, measure.id, DeadlineName.VOTE_DAY)
    base_day = base.day if base else today
    if electorate.age_on is AgeDate.VOTE_DAY:
        return base_day, vote.day if vote else today
    return base_day, base_day


def _answer(
    session: Session,
    person: UUID,
    purpose: Purpose,
    electorate: Electorate,
    *,
    base: date,
    age_on: date,
) -> EligibilityOut:
    answer = eligibility.may_i(
        session, person_id=person, electorate=electorate, base_date=base, age_date=age_on
    )
    return EligibilityOut.of(purpose, answer, electorate)
