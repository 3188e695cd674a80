"""Outages as officers enter them, to the minute; a rule that gives days back gives whole ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, OtherJurisdiction, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates.following import follow, insist_plausible, insist_written
from referendum.lifecycle.errors import OutageBackwards
from referendum.lifecycle.rules import last_local_day, local_day
from referendum.lifecycle.tables import OutageKept


def listed(session: Session, jurisdiction_id: UUID) -> Sequence[OutageKept]:
    """All that were entered, the latest first."""
    here = select(OutageKept).where(OutageKept.jurisdiction_id == jurisdiction_id)
    return session.scalars(here.order_by(OutageKept.from_at.desc())).all()


def days_lost(outage: OutageKept, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last local day on which the service was down."""
    return local_day(outage.from_at, zone), last_local_day(outage.until_at, zone)


def add(
    uow: UnitOfWork,
    *,
    from_at: datetime,
    until_at: datetime,
    title_ko: str,
    title_en: str,
    document: Document,
    reason: str,
    by: Officer,
) -> OutageKept:
    """Enter an outage (`from_at <= t < until_at`) that is over, and follow with open measures."""
    by.insist(Role.CLERK)
    insist_plausible(from_at=from_at.date(), until_at=until_at.date())
    if not from_at < until_at <= uow.now():
        raise OutageBackwards(field="until_at")
    insist_written(
        title_ko=title_ko, title_en=title_en, document_number=document.number, reason=reason
    )
    acting.insist_not_ahead(uow, by.jurisdiction, document)
    made = OutageKept(
        jurisdiction_id=by.jurisdiction,
        from_at=from_at,
        until_at=until_at,
        title_ko=title_ko.strip(),
        title_en=title_en.strip(),
        document_number=document.number.strip(),
        document_date=document.day,
    )
    uow.session.add(made)
    uow.session.flush()
    uow.record("outage.recorded", by=by, facts={**_facts(made), "reason": reason.strip()})
    follow(uow, by.jurisdiction)
    return made


def remove(uow: UnitOfWork, outage_id: UUID, *, reason: str, by: Officer) -> None:
    """Take out an outage that was entered wrongly, and follow with every open measure."""
    by.insist(Role.CLERK)
    insist_written(reason=reason)
    found = uow.session.get(OutageKept, outage_id)
    if found is None or found.jurisdiction_id != by.jurisdiction:
        raise OtherJurisdiction
    facts = {**_facts(found), "reason": reason.strip()}
    uow.session.delete(found)
    uow.session.flush()
    uow.record("outage.withdrawn", by=by, facts=facts)
    follow(uow, by.jurisdiction)


def _facts(outage: OutageKept) -> dict[str, str]:
    return {
        "from": outage.from_at.isoformat(),
        "until": outage.until_at.isoformat(),
        "document": outage.document_number,
    }
