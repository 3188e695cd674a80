"""Outages as officers enter them, to the minute; a rule that gives days back gives whole ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates.declaring import Declared
from referendum.lifecycle.dates.following import insist_plausible
from referendum.lifecycle.errors import OutageBackwards
from referendum.lifecycle.rules import last_local_day, local_day
from referendum.lifecycle.tables import OutageKept
from referendum.papers.naming import Issuer
from referendum.roll import places

OUTAGES: Final = Declared(
    OutageKept,
    [OutageKept.from_at],
    "outage.recorded",
    "outage.withdrawn",
    lambda one: {
        "from": one.from_at.isoformat(),
        "until": one.until_at.isoformat(),
        "document": one.document_number,
    },
)
listed, remove = OUTAGES.listed, OUTAGES.remove


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
    seen: str | None = None,
) -> OutageKept:
    """Enter an outage (`from_at <= t < until_at`) that is over."""
    by.insist(Role.CLERK)
    zone = places.zone_of(uow.session, by.jurisdiction)
    insist_plausible(from_at=local_day(from_at, zone), until_at=local_day(until_at, zone))
    if not from_at < until_at <= uow.now():
        raise OutageBackwards(field="until_at")
    made = OutageKept(
        jurisdiction_id=by.jurisdiction,
        from_at=from_at,
        until_at=until_at,
        title_ko=title_ko.strip(),
        title_en=title_en.strip() or title_ko.strip(),
    )
    on = (Issuer(by.authority.value), document)
    return OUTAGES.enter(uow, made, on=on, reason=reason, by=by, seen=seen)
