"""Days off that no almanac knows, as officers enter them from a notice; deadlines follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, OtherJurisdiction, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates.following import follow, insist_plausible, insist_written
from referendum.lifecycle.errors import DayOffSetBefore
from referendum.lifecycle.tables import DayOff


def listed(session: Session, jurisdiction_id: UUID) -> Sequence[DayOff]:
    """All that were entered, the latest day first."""
    here = select(DayOff).where(DayOff.jurisdiction_id == jurisdiction_id)
    return session.scalars(here.order_by(DayOff.day.desc())).all()


def add(
    uow: UnitOfWork,
    *,
    day: date,
    off: bool,
    title_ko: str,
    title_en: str,
    document: Document,
    reason: str,
    by: Officer,
) -> DayOff:
    """Declare a day a holiday, or a holiday a working day, and follow with every open measure."""
    by.insist(Role.CLERK)
    insist_plausible(day=day)
    insist_written(
        title_ko=title_ko, title_en=title_en, document_number=document.number, reason=reason
    )
    acting.insist_not_ahead(uow, by.jurisdiction, document)
    made = DayOff(
        jurisdiction_id=by.jurisdiction,
        day=day,
        off=off,
        title_ko=title_ko.strip(),
        title_en=title_en.strip(),
        document_number=document.number.strip(),
        document_date=document.day,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(made)
    except IntegrityError as again:
        raise DayOffSetBefore(day=day.isoformat()) from again
    facts = {"day": day.isoformat(), "off": off, "document": made.document_number}
    uow.record("day_off.declared", by=by, facts={**facts, "reason": reason.strip()})
    follow(uow, by.jurisdiction)
    return made


def remove(uow: UnitOfWork, day_off_id: UUID, *, reason: str, by: Officer) -> None:
    """Take a declaration back, and follow with every open measure."""
    by.insist(Role.CLERK)
    insist_written(reason=reason)
    found = uow.session.get(DayOff, day_off_id)
    if found is None or found.jurisdiction_id != by.jurisdiction:
        raise OtherJurisdiction
    facts = {"day": found.day.isoformat(), "off": found.off, "reason": reason.strip()}
    uow.session.delete(found)
    uow.session.flush()
    uow.record("day_off.withdrawn", by=by, facts=facts)
    follow(uow, by.jurisdiction)
