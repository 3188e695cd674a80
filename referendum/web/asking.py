"""May I sign or vote here? Answered to the person alone, with the day that decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Visitor
from referendum.kernel.people import Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import locating, petitioning, polling, rules
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.roll import eligibility, freezing, places
from referendum.roll.freezing import Purpose
from referendum.roll.tables import Jurisdiction, Roll
from referendum.web.pages import page
from signatures import petitions
from thresholds.electorate import AgeDate, Electorate, Ineligibility
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Instrument, Office

router = APIRouter(prefix="/may-i")

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer. `outside`: eligible by the rule, and yet on no list of this measure."""

    instrument: Instrument
    measure: Measure | None
    purpose: Purpose
    eligible: bool
    reason: Ineligibility | None
    day: date
    of_age_on: date | None
    outside: bool
    citation: str


@dataclass(frozen=True, slots=True)
class _Ruled:
    """Whom, by which rule, on which days."""

    electorate: Electorate
    base: date
    age: date
    roll: Roll | None = None


@router.get("")
def may_i(request: Request, caller: Visitor) -> Response:
    """Before the code: what is asked and that nothing is kept. After it: the answers."""
    if caller.session is None or not caller.is_resident:
        return page(request, "asking/may_i.html", told=None)
    resident, services = caller.session.resident, services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        told = [
            *_about_measures(uow, place, resident),
            *_about_instruments(uow, place, resident),
        ]
    return page(
        request,
        "asking/may_i.html",
        told=True,
        about=[one for one in told if one.measure],
        instruments=[one for one in told if not one.measure],
    )


def _about_measures(uow: UnitOfWork, place: Jurisdiction, resident: Resident) -> list[Answered]:
    told = []
    for measure in locating.listed(uow.session, place.id, under_way=True, limit=MOST):
        rulebook = rules.pinned(measure) if measure.rulebook else None
        if rulebook is None:
            continue
        match Stage(measure.stage):
            case Stage.COLLECTING:
                asked, purpose = _of_petition(uow.session, measure, rulebook), Purpose.SIGNING
            case Stage.CALLED | Stage.VOTING:
                asked, purpose = _of_poll(uow.session, measure), Purpose.VOTING
            case _:
                continue
        if asked is not None:
            instrument = Instrument(measure.instrument)
            told.append(_answer(uow.session, resident, instrument, measure, purpose, asked))
    return told


def _about_instruments(uow: UnitOfWork, place: Jurisdiction, resident: Resident) -> list[Answered]:
    """As if somebody began a measure today, or called its vote."""
    today = rules.local_day(uow.now(), ZoneInfo(place.zone))
    last_year = date(today.year - 1, 12, 31)
    told = []
    for instrument in Instrument:
        rulebook = _in_force(uow.session, place, instrument, today)
        if rulebook is None:
            continue
        if rulebook.signing is not None:
            signers = rulebook.signing.electorate
            age = last_year if signers.age_on is AgeDate.BASE_DATE else today
            asked = _Ruled(signers, last_year, age)
            told.append(_answer(uow.session, resident, instrument, None, Purpose.SIGNING, asked))
        if rulebook.voting is not None:
            asked = _Ruled(rulebook.voting.electorate, today, today)
            told.append(_answer(uow.session, resident, instrument, None, Purpose.VOTING, asked))
    return told


def _in_force(
    session: Session, place: Jurisdiction, instrument: Instrument, on: date
) -> Rulebook | None:
    office = Office.MAYOR if instrument is Instrument.RECALL else None
    trial = Measure(
        jurisdiction_id=place.id,
        instrument=instrument.value,
        office=office.value if office else None,
    )
    try:
        return rules.in_force(session, trial, on)
    except RuleRefused:
        return None


def _of_petition(session: Session, measure: Measure, rulebook: Rulebook) -> _Ruled | None:
    petition = petitions.of_measure(session, measure.id)
    if petition is None:
        return None
    roll = freezing.get(session, petition.roll_id)
    electorate = petitioning.signing_of(rulebook).electorate
    return _Ruled(electorate, roll.base_date, roll.age_date, roll)


def _of_poll(session: Session, measure: Measure) -> _Ruled | None:
    """By the frozen roll, or by the days on which it will be made.

    Of those who enrol themselves the register says nothing: their page does.
    """
    if enrolled.enrols(session, measure):
        return None
    rulebook = rules.for_poll(measure, deadlines.events_of(session, measure))
    if rulebook.voting is None:
        return None
    frozen = select(Roll).where(Roll.measure_id == measure.id, Roll.purpose == Purpose.VOTING.value)
    roll = session.scalars(frozen.order_by(Roll.frozen_at.desc()).limit(1)).first()
    if roll is not None:
        return _Ruled(rulebook.voting.electorate, roll.base_date, roll.age_date, roll)
    base = deadlines.kept(session, measure.id, DeadlineName.ROLL_BASE)
    day = polling.polling_day_of(session, measure).day
    return _Ruled(rulebook.voting.electorate, base.day if base else day, day)


def _answer(
    session: Session,
    resident: Resident,
    instrument: Instrument,
    measure: Measure | None,
    purpose: Purpose,
    asked: _Ruled,
) -> Answered:
    found = eligibility.may_i(
        session,
        person_id=resident.person,
        electorate=asked.electorate,
        base_date=asked.base,
        age_date=asked.age,
    )
    eligible, reason = found.eligible, found.reason
    if asked.roll is not None:
        eligible = freezing.place_on_roll(session, asked.roll.id, resident.person) is not None
        reason = freezing.why_not(session, asked.roll, asked.electorate, resident.person)
    elif measure is not None and measure.districts:
        eligible = eligible and str(found.district_id) in measure.districts
    too_young = not eligible and reason is Ineligibility.UNDER_AGE
    return Answered(
        instrument,
        measure,
        purpose,
        eligible=eligible,
        reason=None if eligible else reason,
        day=asked.age if too_young else asked.base,
        of_age_on=found.of_age_on if too_young else None,
        outside=not eligible and reason is None,
        citation=asked.electorate.citation,
    )
