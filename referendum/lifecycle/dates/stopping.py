"""Days on which a hold stopped the clock: no period counts them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.lifecycle import rules
from referendum.lifecycle.tables import Hold
from thresholds.periods import ONE_DAY, Span


def spans(
    session: Session, measure_id: UUID, zone: ZoneInfo, *, since: datetime | None = None
) -> tuple[Span, ...]:
    """The local days of each hold that was lifted: with the first, without the last.

    `since`: of those that were lifted after that moment, whenever they were placed.
    """
    lifted = Hold.lifted_at.is_not(None) if since is None else Hold.lifted_at > since
    holds = session.execute(
        select(Hold.from_at, Hold.lifted_at).where(
            Hold.measure_id == measure_id, Hold.stops_clock, lifted
        )
    )
    found = (
        Span(rules.local_day(began, zone), rules.local_day(lifted, zone) - ONE_DAY)
        for began, lifted in holds
        if lifted is not None
    )
    return tuple(sorted(span for span in found if span.first <= span.last))
