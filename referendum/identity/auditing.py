"""All that one officer did, from the record: for themselves and for their administrators."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referendum.identity.errors import StaffNotFound
from referendum.identity.tables import Staff
from referendum.kernel import record
from referendum.kernel.people import Officer, Role


@dataclass(frozen=True, slots=True)
class Done:
    """One act as its entry of the record states it."""

    act: str
    at: datetime
    measure: UUID | None
    facts: Mapping[str, Any]


def looked_at(session: Session, staff_id: UUID, *, by: Officer) -> Staff:
    """The account whose acts somebody may see: their own, or one that they administer."""
    account = session.get(Staff, staff_id)
    own = account is not None and account.id == by.id
    if account is None or account.jurisdiction_id != by.jurisdiction:
        raise StaffNotFound
    if not own:
        by.insist(Role.ADMINISTRATOR)
        if account.authority != by.authority.value:
            raise StaffNotFound
    return account


def done(
    session: Session, staff_id: UUID, *, by: Officer, zone: ZoneInfo, day: date | None = None
) -> Iterator[Done]:
    """What the officer did, the latest first; of one day in the zone, if one is asked for."""
    account = looked_at(session, staff_id, by=by)
    for leaf in record.by_officer(session, account.id):
        body = json.loads(leaf)
        at = datetime.fromisoformat(body["at"])
        if day is None or at.astimezone(zone).date() == day:
            measure = UUID(body["measure"]) if body["measure"] else None
            yield Done(body["act"], at, measure, body["facts"])
