"""Days that holds take from a period, where a hold stops the clock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.lifecycle import rules
from referendum.lifecycle.tables import Hold


def days(session: Session, measure_id: UUID, *, before: datetime, zone: ZoneInfo) -> int:
    """The local days that lifted holds took from a period that would end at `before`."""
    holds = session.scalars(
        select(Hold).where(
            Hold.measure_id == measure_id,
            Hold.stops_clock,
            Hold.lifted_at.is_not(None),
            Hold.from_at < before,
        )
    )
    return sum(
        (rules.local_day(hold.lifted_at, zone) - rules.local_day(hold.from_at, zone)).days
        for hold in holds
        if hold.lifted_at is not None
    )
