"""Days off that no almanac knows, as officers enter them from a notice; deadlines follow."""

from __future__ import annotations

from datetime import date
from typing import Final

from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates.declaring import Declared
from referendum.lifecycle.dates.following import insist_plausible
from referendum.lifecycle.errors import DayOffSetBefore
from referendum.lifecycle.tables import DayOff
from referendum.papers.naming import Issuer

DAYS_OFF: Final = Declared(
    DayOff,
    [DayOff.day],
    "day_off.declared",
    "day_off.withdrawn",
    lambda one: {"day": one.day.isoformat(), "off": one.off, "document": one.document_number},
    issuer=Issuer.STATE,
    once="uq_day_off_jurisdiction_id_day",
    before=DayOffSetBefore,
)
listed, remove = DAYS_OFF.listed, DAYS_OFF.remove


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
    seen: str | None = None,
) -> DayOff:
    """Declare a day a holiday, or a holiday a working day."""
    by.insist(Role.CLERK)
    insist_plausible(day=day)
    made = DayOff(
        jurisdiction_id=by.jurisdiction,
        day=day,
        off=off,
        title_ko=title_ko.strip(),
        title_en=title_en.strip() or title_ko.strip(),
    )
    on = (Issuer.STATE, document)
    return DAYS_OFF.enter(uow, made, on=on, reason=reason, by=by, seen=seen)
