"""May this person sign or vote: the electorate's rule over the register, in Python and in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, literal, null, or_, select
from sqlalchemy.orm import Session

from referendum.roll.errors import PersonNotFound
from referendum.roll.tables import Person, Residence
from referendum.roll.versions import at_version, version_of
from thresholds.electorate import Electorate, Ineligibility, PersonFacts, anniversary


@dataclass(frozen=True, slots=True)
class Episode:
    """The episode that decides for a person on a day, as an electorate reads it."""

    told: PersonFacts
    district_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person is told of their own standing, and of nobody else's."""

    eligible: bool
    reason: Ineligibility | None
    decided_on: date
    """The day that decides: the one for age where age is what is missing, else the base day."""
    residence_from: date | None
    residence_to: date | None
    district_id: UUID | None
    of_age_on: date | None
    register_as_of: date
    """The day up to which the register is known."""


def may_i(
    session: Session, *, person_id: UUID, electorate: Electorate, base_date: date, age_date: date
) -> Answer:
    """Answer a person by the latest version of the register."""
    person = session.get(Person, person_id)
    if person is None:
        raise PersonNotFound(person=str(person_id))
    register = version_of(session, person.jurisdiction_id, None)
    episode = facts_of(session, person_id, base=base_date, version=register.number)
    reason: Ineligibility | None = Ineligibility.NOT_RESIDENT
    if episode is not None:
        reason = electorate.refusal(episode.told, base=base_date, age_on=age_date)
    return Answer(
        eligible=reason is None,
        reason=reason,
        decided_on=age_date if reason is Ineligibility.UNDER_AGE else base_date,
        residence_from=episode.told.registered_from if episode else None,
        residence_to=episode.told.registered_to if episode else None,
        district_id=episode.district_id if episode else None,
        of_age_on=anniversary(episode.told.birth_date, electorate.minimum_age) if episode else None,
        register_as_of=register.as_of,
    )


def facts_of(session: Session, person_id: UUID, *, base: date, version: int) -> Episode | None:
    """The deciding episode; None for somebody whom that version does not know."""
    rows = (
        select(Residence)
        .where(Residence.person_id == person_id, at_version(version))
        .order_by(*order_of_episodes(base))
        .limit(1)
    )
    row = session.scalars(rows).first()
    if row is None:
        return None
    told = PersonFacts(
        birth_date=row.birth_date,
        nationality=row.nationality,
        status=row.status,
        status_since=row.status_since,
        registered_from=row.registered_from,
        registered_to=row.registered_to,
        lost_from=row.lost_from,
        lost_to=row.lost_to,
    )
    return Episode(told, row.district_id)


def order_of_episodes(base: date) -> tuple[ColumnElement[Any], ...]:
    """Which of a person's episodes decides: one that covers the day, else the last begun by it.

    Where the source's dates overlap, the later one wins.
    """
    begun = Residence.registered_from <= base
    return (
        _within(base, Residence.registered_from, Residence.registered_to).desc(),
        begun.desc(),
        Residence.registered_from.desc(),
    )


def refusal_in_sql(electorate: Electorate, *, base: date, age_on: date) -> ColumnElement[Any]:
    """`Electorate.refusal` over a row of residence, its value or null.

    Two forms of one rule, so that a whole city is decided in one statement; a property test
    holds them together.
    """
    resident = _within(base, Residence.registered_from, Residence.registered_to)
    lost = _within(base, Residence.lost_from, Residence.lost_to)
    foreign = Residence.nationality != electorate.nationality
    rule = electorate.foreigners
    statuses = rule.statuses if rule else ()
    recent: ColumnElement[bool] = false()
    if rule and rule.held_years:
        since = latest_with(rule.held_years, by=base)
        recent = or_(Residence.status_since.is_(None), Residence.status_since > since)
    admitted = and_(Residence.status.is_not(None), Residence.status.in_(statuses))
    return case(
        (~resident, literal(Ineligibility.NOT_RESIDENT.value)),
        (
            Residence.birth_date > latest_with(electorate.minimum_age, by=age_on),
            literal(Ineligibility.UNDER_AGE.value),
        ),
        (and_(foreign, ~admitted), literal(Ineligibility.FOREIGNER_STATUS.value)),
        (and_(foreign, recent), literal(Ineligibility.FOREIGNER_STATUS_TOO_RECENT.value)),
        (lost, literal(Ineligibility.NO_VOTING_RIGHT.value)),
        else_=null(),
    )


def latest_with(years: int, *, by: date) -> date:
    """The latest day since which so many years are complete: the youngest birth date of age.

    The inverse of `anniversary`: on 29 February, where that year had none, it is 28 February, as
    those born on 1 March complete their year a day later.
    """
    if by.year - years < date.min.year:
        return date.min
    try:
        return by.replace(year=by.year - years)
    except ValueError:
        return date(by.year - years, 2, 28)


def _within(day: date, opens: Any, closes: Any) -> ColumnElement[bool]:
    """Half-open, an open end running on; never unknown, whatever is null."""
    return and_(opens.is_not(None), opens <= day, or_(closes.is_(None), closes > day))
