"""The versions of a register, and what it holds of people now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, any_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from referendum.kernel import clock
from referendum.roll.comparing import Known
from referendum.roll.errors import (
    JurisdictionNotFound,
    RegisterFromTheFuture,
    RegisterMissing,
    RegisterOlder,
)
from referendum.roll.tables import Jurisdiction, Person, RegisterVersion, Residence


def at_version(version: ColumnElement[int] | int) -> ColumnElement[bool]:
    """The rows of residence that a version of the register holds."""
    return and_(
        Residence.version_from <= version,
        or_(Residence.version_to.is_(None), Residence.version_to > version),
    )


def current(jurisdiction_id: ColumnElement[UUID] | UUID) -> ColumnElement[bool]:
    """The rows that the last version of a place holds; those of one on its way are beside them."""
    return at_version(last_number(jurisdiction_id))


def last_number(jurisdiction_id: ColumnElement[UUID] | UUID) -> ColumnElement[int]:
    """The number of the last version of a place; null before the first, when nobody is seen."""
    return (
        select(func.max(RegisterVersion.number))
        .where(RegisterVersion.jurisdiction_id == jurisdiction_id)
        .scalar_subquery()
    )


def next_version(session: Session, jurisdiction_id: UUID, as_of: date) -> int:
    """The number of the next version; refused for a day before the last one's or after today."""
    place = session.get(Jurisdiction, jurisdiction_id)
    if place is None:
        raise JurisdictionNotFound(jurisdiction=str(jurisdiction_id))
    today = clock.read(session).astimezone(ZoneInfo(place.zone)).date()
    if as_of > today:
        raise RegisterFromTheFuture(as_of=as_of.isoformat(), today=today.isoformat())
    last = latest_version(session, jurisdiction_id)
    if last is None:
        return 1
    if as_of < last.as_of:
        raise RegisterOlder(as_of=as_of.isoformat(), latest=last.as_of.isoformat())
    return last.number + 1


def latest_version(session: Session, jurisdiction_id: UUID) -> RegisterVersion | None:
    versions = select(RegisterVersion).where(RegisterVersion.jurisdiction_id == jurisdiction_id)
    return session.scalars(versions.order_by(RegisterVersion.number.desc()).limit(1)).first()


def known_people(
    session: Session, jurisdiction_id: UUID, numbers: Collection[str]
) -> dict[str, Known]:
    """Whom of these register numbers was ever imported, with the last episode of each.

    For whoever holds the register of the place: no version is on its way then.
    """
    rows = (
        select(
            Person.register_no,
            Residence.person_id,
            Residence.id,
            Residence.line_mac,
            Residence.registered_from,
            Residence.stated_from,
            Residence.registered_to,
            Residence.district_id,
            Residence.birth_date,
            Residence.name_index,
            Residence.nationality,
            Residence.status,
            Residence.status_since,
            Residence.lost_from,
            Residence.lost_to,
            Residence.phone_index,
        )
        .join(Residence, Residence.person_id == Person.id)
        .where(
            Person.jurisdiction_id == jurisdiction_id,
            # One text goes to the database in no time; no number in the register holds the sign.
            Person.register_no == any_(func.string_to_array("\x1f".join(numbers), "\x1f")),
            Residence.version_to.is_(None),
        )
        .ext(distinct_on(Residence.person_id))
        .order_by(Residence.person_id, Residence.registered_from.desc())
    )
    return {no: Known(*known) for no, *known in session.execute(rows) if no is not None}


def holds_anybody(session: Session, jurisdiction_id: UUID) -> bool:
    """Whether anybody was ever imported here."""
    some = select(Person.id).where(
        Person.jurisdiction_id == jurisdiction_id, Person.register_no.is_not(None)
    )
    return session.scalar(some.limit(1)) is not None


def width_of_numbers(session: Session, jurisdiction_id: UUID) -> int | None:
    """How many digits the register's numbers have, where some of them begin with a zero."""
    zeros = select(func.length(Person.register_no)).where(
        Person.jurisdiction_id == jurisdiction_id,
        Person.register_no >= "0",
        Person.register_no < "1",
        Person.register_no.regexp_match("^[0-9]+$"),
    )
    return session.scalar(zeros.limit(1))


def history(session: Session, jurisdiction_id: UUID) -> list[RegisterVersion]:
    """All imports, newest first."""
    versions = select(RegisterVersion).where(RegisterVersion.jurisdiction_id == jurisdiction_id)
    return list(session.scalars(versions.order_by(RegisterVersion.number.desc())))


def people_now(session: Session, jurisdiction_id: UUID) -> int:
    """How many have a residence without an end."""
    open_rows = (
        select(func.count(Residence.person_id.distinct()))
        .join(Person, Person.id == Residence.person_id)
        .where(
            Person.jurisdiction_id == jurisdiction_id,
            current(jurisdiction_id),
            Residence.registered_to.is_(None),
        )
    )
    return session.scalar(open_rows) or 0


def version_of(session: Session, jurisdiction_id: UUID, number: int | None) -> RegisterVersion:
    """One version, or the latest; refused where there is none."""
    if number is None:
        found = latest_version(session, jurisdiction_id)
    else:
        found = session.scalars(
            select(RegisterVersion).where(
                RegisterVersion.jurisdiction_id == jurisdiction_id,
                RegisterVersion.number == number,
            )
        ).first()
    if found is None:
        raise RegisterMissing(jurisdiction=str(jurisdiction_id))
    return found
