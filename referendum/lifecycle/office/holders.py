"""Who holds an office on a day: written down by two officers, and picked by every act of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, papering
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import following
from referendum.lifecycle.errors import (
    DayImplausible,
    HolderNotRecorded,
    NotYourAct,
    ParticularMissing,
)
from referendum.lifecycle.office.tables import OfficeHolder
from referendum.papers.naming import Issuer

LONGEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who holds which office, from when, and by which paper."""

    office: Authority
    name: str
    title: str
    from_day: date
    until_day: date | None = None
    document: Document


def refusal(session: Session, by: Officer, office: Authority) -> DomainError | None:
    """Why an officer may not write down who holds an office."""
    if acting.records_for(session, by.jurisdiction, by, office) is None:
        return NotYourAct(act="office", by=office.value)
    return None if Role.CLERK in by.roles else by.lacking(Role.CLERK)


def insist(session: Session, by: Officer, office: Authority) -> None:
    """Refuse whoever may not write it down."""
    found = refusal(session, by, office)
    if found is not None:
        raise found


def record(uow: UnitOfWork, seat: Seat, *, by: Officer) -> OfficeHolder:
    """Write down who holds an office. Two officers do; who held it before does so no longer."""
    insist(uow.session, by, seat.office)
    following.insist_written(name=seat.name, title=seat.title)
    for field in ("name", "title"):
        if len(getattr(seat, field)) > LONGEST:
            raise ParticularMissing(field=field)
    following.insist_plausible(from_day=seat.from_day)
    if seat.until_day is not None and seat.until_day < seat.from_day:
        raise DayImplausible(field="until_day", day=seat.until_day.isoformat())
    issuer = Issuer(seat.office.value)
    named = papering.name(uow, by.jurisdiction, issuer, seat.document, by=by)
    proposals.insist_seconded(by, act="office.hold")
    row = OfficeHolder(
        jurisdiction_id=by.jurisdiction,
        office=seat.office.value,
        name=seat.name.strip(),
        title=seat.title.strip(),
        from_day=seat.from_day,
        until_day=seat.until_day,
        **named.columns,
        recorded_by=by.mark,
        confirmed_by=by.seconded_by,
    )
    uow.session.add(row)
    uow.session.flush()
    facts = {
        "holder": str(row.id),
        "office": row.office,
        "from": row.from_day.isoformat(),
        "until": row.until_day.isoformat() if row.until_day else None,
        "document": row.document_number,
        **named.facts,
    }
    uow.record("office.held", by=by, facts=facts)
    return row


def listed(session: Session, place: UUID) -> Sequence[OfficeHolder]:
    """All who were ever written down, the latest first."""
    rows = select(OfficeHolder).where(OfficeHolder.jurisdiction_id == place)
    latest = (OfficeHolder.from_day.desc(), OfficeHolder.recorded_at.desc())
    return session.scalars(rows.order_by(OfficeHolder.office, *latest)).all()


def on(session: Session, place: UUID, office: Authority, day: date) -> OfficeHolder | None:
    """Who holds an office that day: the latest who came, unless their own last day is over."""
    begun = (
        select(OfficeHolder)
        .where(
            OfficeHolder.jurisdiction_id == place,
            OfficeHolder.office == office.value,
            OfficeHolder.from_day <= day,
        )
        .order_by(OfficeHolder.from_day.desc(), OfficeHolder.recorded_at.desc())
        .limit(1)
    )
    found = session.scalars(begun).one_or_none()
    if found is None or (found.until_day is not None and found.until_day < day):
        return None
    return found


def get_on(session: Session, place: UUID, office: Authority, day: date) -> OfficeHolder:
    """The same, where an act cannot do without."""
    found = on(session, place, office, day)
    if found is None:
        raise HolderNotRecorded(office=office.value, day=day.isoformat())
    return found


def written(uow: UnitOfWork, seat: Seat, by: Officer) -> dict[str, Any]:
    """It as it is proposed, in JSON's own types."""
    issuer = Issuer(seat.office.value)
    return {
        "office": seat.office.value,
        "name": seat.name.strip(),
        "title": seat.title.strip(),
        "from_day": seat.from_day.isoformat(),
        "until_day": seat.until_day.isoformat() if seat.until_day else None,
        "document": papering.written(uow, by.jurisdiction, issuer, seat.document, by=by),
    }


def read(what: Mapping[str, Any]) -> Seat:
    """What was proposed."""
    until, document = what["until_day"], papering.read(what["document"])
    assert document is not None
    return Seat(
        office=Authority(what["office"]),
        name=what["name"],
        title=what["title"],
        from_day=date.fromisoformat(what["from_day"]),
        until_day=date.fromisoformat(until) if until else None,
        document=document,
    )
