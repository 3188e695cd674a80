"""May I sign or vote here? In general to everyone, and to a person for their own eyes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Caller, Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Words
from referendum.kernel.people import Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import locating, qualified, qualifying, rules, surveying
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.qualified import Answer, Verdict
from referendum.lifecycle.qualifying import Asked, When
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.roll.freezing import Purpose
from referendum.roll.tables import Jurisdiction
from referendum.web import qualified as saying
from referendum.web.measures import Number
from referendum.web.pages import page
from referendum.web.qualified import General, Said
from thresholds.electorate import AgeDate
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument, Office

router = APIRouter()

MOST: Final = 50
RECALLED: Final = (Office.MAYOR, Office.COUNCILLOR)
"""Whom a city's residents can recall."""
OPEN: Final = (When.NOW, When.AHEAD, When.HALTED, When.NOT_YET)
"""In the order in which they matter to somebody."""


@dataclass(frozen=True, slots=True)
class OfMeasure:
    """A measure under way, and what is told of it: to a person, or nothing to a visitor."""

    measure: Measure
    told: Said | None = None


@dataclass(frozen=True, slots=True)
class OfInstrument:
    """Who could take part if it began today; and whether the one who asks could."""

    instrument: Instrument
    office: Office | None
    purpose: Purpose
    general: General
    told: Said | None = None


@router.get("/may-i")
@shared()
def may_i(request: Request, caller: Visitor) -> Response:
    """Of each instrument in general; to a resident also of each measure that is under way."""
    services, words = services_of(request), words_of(request)
    resident = _resident(caller)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        measures = locating.listed(uow.session, place.id, under_way=True, limit=MOST)
        about = (
            [OfMeasure(one) for one in measures]
            if resident is None
            else _about(uow, services.vault, place, measures, resident, words)
        )
        instruments = list(_about_instruments(uow, place, resident, words))
    return page(
        request,
        "asking/may_i.html",
        signed_in=resident is not None,
        about=about,
        instruments=instruments,
    )


@router.get("/measures/{number}/may-i")
@shared()
def may_i_here(request: Request, number: Number, caller: Visitor) -> Response:
    """Of one measure, at whatever stage it is."""
    services, words = services_of(request), words_of(request)
    resident = _resident(caller)
    with services.look() as uow:
        place, measure = locating.to_show(uow.session, services.settings.jurisdiction, number)
        view = surveying.to_show(uow.session, place, measure)
        return page(
            request,
            "asking/here.html",
            measure=measure,
            signed_in=resident is not None,
            **here(uow, services.vault, view, resident, words),
        )


def here(
    uow: UnitOfWork, vault: Vault, view: Overview, resident: Resident | None, words: Words
) -> dict[str, Any]:
    """How it stands, who can take part, and what the one who asks is told of themselves."""
    asked = qualifying.asked(uow.session, view)
    told = qualified.answer(uow, vault, view, resident) if resident else None
    return {
        "state": saying.state(asked, words) if asked else None,
        "general": saying.general(asked, view.place, words) if asked else None,
        "told": saying.said(uow.session, view.measure, view.place, told, words) if told else None,
    }


def _resident(caller: Caller) -> Resident | None:
    """Who asks, if it is a resident who has signed in."""
    return caller.session.resident if caller.session and caller.is_resident else None


def _about(
    uow: UnitOfWork,
    vault: Vault,
    place: Jurisdiction,
    measures: Sequence[Measure],
    resident: Resident,
    words: Words,
) -> list[OfMeasure]:
    """What can be done now first; what is over stands on its own page alone."""
    told = list[Answer | None]()
    for one in measures:
        view = surveying.overview(uow.session, one, place)
        told.append(qualified.answer(uow, vault, view, resident))
    rows = [
        (one, answer)
        for one, answer in zip(measures, told, strict=True)
        if answer and (answer.asked.open or answer.verdict is Verdict.SIGNED)
    ]
    rows.sort(key=lambda row: _place_of(row[1].asked.when))
    return [
        OfMeasure(one, saying.said(uow.session, one, place, answer, words)) for one, answer in rows
    ]


def _place_of(when: When) -> int:
    return OPEN.index(when) if when in OPEN else len(OPEN)


def _about_instruments(
    uow: UnitOfWork, place: Jurisdiction, resident: Resident | None, words: Words
) -> Iterator[OfInstrument]:
    """As if somebody began a measure today, or called its vote."""
    today = rules.local_day(uow.now(), ZoneInfo(place.zone))
    for instrument in Instrument:
        offices = RECALLED if instrument is Instrument.RECALL else (None,)
        for office in offices:
            rulebook = _in_force(uow.session, place, instrument, office, today)
            for asked in _were_it_today(rulebook, today) if rulebook else ():
                general = saying.general(asked, place, words)
                assert general is not None
                told = _were_it(uow.session, place, asked, office, resident, words)
                yield OfInstrument(instrument, office, asked.purpose, general, told)


def _were_it_today(rulebook: Rulebook, today: date) -> Iterator[Asked]:
    last_year = date(today.year - 1, 12, 31)
    if rulebook.signing is not None:
        signers = rulebook.signing.electorate
        age = last_year if signers.age_on is AgeDate.BASE_DATE else today
        yield Asked(Purpose.SIGNING, When.NOT_YET, signers, last_year, age, settled=False)
    if rulebook.voting is not None:
        voters = rulebook.voting.electorate
        yield Asked(Purpose.VOTING, When.NOT_YET, voters, today, today, settled=False)


def _were_it(
    session: Session,
    place: Jurisdiction,
    asked: Asked,
    office: Office | None,
    resident: Resident | None,
    words: Words,
) -> Said | None:
    """Of a councillor's recall nobody is told yes: whose constituency it is, is not known."""
    if resident is None:
        return None
    found = qualified.registered(session, asked, resident)
    if found.verdict is Verdict.NOT:
        why = saying.why_not(session, place, found, words)
        return Said("danger", words(f"asking.no.{asked.purpose.value}"), why)
    why = saying.why_may(session, found, words)
    if office is Office.COUNCILLOR:
        return Said("info", words(f"asking.were.constituency.{asked.purpose.value}"), why)
    return Said("success", words(f"asking.were.{asked.purpose.value}"), why)


def _in_force(
    session: Session, place: Jurisdiction, instrument: Instrument, office: Office | None, on: date
) -> Rulebook | None:
    trial = Measure(
        jurisdiction_id=place.id,
        instrument=instrument.value,
        office=office.value if office else None,
    )
    try:
        return rules.in_force(session, trial, on)
    except RuleRefused:
        return None
