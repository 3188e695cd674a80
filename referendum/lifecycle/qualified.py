"""What one person is told: whether they may sign or vote on a measure, and why, for their eyes.

Before a list is frozen the register answers, by the days that will decide and the measure's area;
afterwards the list alone does. That they have signed is told only where this session may see it:
to any other that could have signed, the answer is the general one, signed or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.people import Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import qualifying, signing
from referendum.lifecycle.qualifying import Asked, When
from referendum.lifecycle.signing import Obstacle
from referendum.lifecycle.surveying import Overview
from referendum.roll import eligibility, freezing, versions
from referendum.roll.eligibility import Episode
from referendum.roll.freezing import Purpose
from referendum.roll.tables import Roll
from signatures import collecting, same_phone
from signatures.collecting import Mine
from thresholds.electorate import Electorate, Ineligibility, anniversary


class Verdict(StrEnum):
    """What a person is told of a measure."""

    MAY = "may"
    NOT = "not"
    SIGNED = "signed"
    GENERAL = "general"
    """No more than everyone is told."""


class Why(StrEnum):
    """Why not, beside what a rule says of a person."""

    OUTSIDE = "outside"
    """They live here, and yet not in the area that it is about."""
    LIST = "list"
    """The register has them now; the list was made before it did."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer. `district`: where the register has them on the day that decides."""

    asked: Asked
    verdict: Verdict
    why: Ineligibility | Why | None = None
    district: UUID | None = None
    from_day: date | None = None
    """The day on which they come of age, or have held their status for long enough."""
    obstacle: Obstacle | None = None
    """What keeps everyone of their district, or whoever signs here, from signing now."""
    signature: Mine | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a list or the register says of somebody."""

    why: Ineligibility | Why | None
    district: UUID | None
    from_day: date | None = None


def answer(uow: UnitOfWork, vault: Vault, view: Overview, resident: Resident) -> Answer | None:
    """What a resident is told of a measure; None of one that asks nothing of anybody."""
    asked = qualifying.asked(uow.session, view)
    if asked is None:
        return None
    if asked.purpose is Purpose.SIGNING and view.progress is not None:
        return _of_petition(uow, vault, view, asked, resident)
    if asked.electorate is None or asked.enrols:
        return Answer(asked, Verdict.GENERAL)
    roll = (
        qualifying.voting_roll(uow.session, view.steps) if asked.purpose is Purpose.VOTING else None
    )
    return _told(asked, _found(uow.session, view, asked, roll, resident))


def registered(session: Session, asked: Asked, resident: Resident) -> Answer:
    """By the register as it is now, of something that is about the whole place."""
    latest = versions.version_of(session, resident.jurisdiction, None).number
    return _told(asked, _registered(session, asked, None, resident.person, latest))


def _of_petition(
    uow: UnitOfWork, vault: Vault, view: Overview, asked: Asked, resident: Resident
) -> Answer:
    session = uow.session
    assert view.progress is not None
    petition = view.progress.petition
    if signed := collecting.mine(session, vault, resident, petition_id=petition.id):
        return Answer(asked, Verdict.SIGNED, signature=signed[0])
    if asked.electorate is None:
        return Answer(asked, Verdict.GENERAL)
    roll = freezing.get(session, petition.roll_id)
    found = _found(session, view, asked, roll, resident)
    if found.why is not None:
        return _told(asked, found)
    if same_phone.new_since(session, resident) is not None:
        # What was signed through another phone, or on paper, is not for this session to know.
        return Answer(asked, Verdict.GENERAL)
    if asked.when is not When.NOW:
        return _told(asked, found)
    may = signing.may_sign(uow, vault, view.measure, resident)
    obstacle = may if isinstance(may, Obstacle) else None
    return Answer(asked, Verdict.MAY, district=found.district, obstacle=obstacle)


def _told(asked: Asked, found: _Found) -> Answer:
    verdict = Verdict.MAY if found.why is None else Verdict.NOT
    return Answer(asked, verdict, found.why, found.district, found.from_day)


def _found(
    session: Session, view: Overview, asked: Asked, roll: Roll | None, resident: Resident
) -> _Found:
    """By the frozen list, or where there is none by the register as it is now."""
    person, latest = resident.person, versions.version_of(session, resident.jurisdiction, None)
    if roll is None:
        return _registered(session, asked, view.measure.districts, person, latest.number)
    if listed := freezing.place_on_roll(session, roll.id, person):
        return _Found(None, listed.district_id)
    then = _registered(
        session, asked, view.measure.districts, person, roll.register_version or latest.number
    )
    now = _registered(session, asked, view.measure.districts, person, latest.number)
    return _Found(Why.LIST, now.district) if now.why is None else then


def _registered(
    session: Session, asked: Asked, area: Sequence[str] | None, person: UUID, version: int
) -> _Found:
    """What a version of the register says of somebody on the days that decide."""
    assert asked.electorate is not None
    assert asked.base is not None
    assert asked.age is not None
    episode = eligibility.facts_of(session, person, base=asked.base, version=version)
    if episode is None:
        return _Found(Ineligibility.NOT_RESIDENT, None)
    why = asked.electorate.refusal(episode.told, base=asked.base, age_on=asked.age)
    if why is not None:
        return _Found(why, episode.district_id, _from_day(asked.electorate, episode, why))
    if area and str(episode.district_id) not in area:
        return _Found(Why.OUTSIDE, episode.district_id)
    return _Found(None, episode.district_id)


def _from_day(electorate: Electorate, episode: Episode, why: Ineligibility) -> date | None:
    """The day from which the reason no longer holds, where time alone ends it."""
    told = episode.told
    if why is Ineligibility.UNDER_AGE:
        return anniversary(told.birth_date, electorate.minimum_age)
    if why is Ineligibility.FOREIGNER_STATUS_TOO_RECENT and electorate.foreigners:
        held = electorate.foreigners.held_years
        return anniversary(told.status_since, held) if told.status_since else None
    return None
