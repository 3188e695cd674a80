"""How notices fare: for the metrics and the alarm page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.notices.tables import Notice


@dataclass(frozen=True, slots=True)
class NoticeFigures:
    """Notices since some moment, and how long the oldest of all has been waiting."""

    queued: int
    delivered: int
    failed: int
    oldest_waiting: timedelta | None


def notice_figures(session: Session, since: datetime) -> NoticeFigures:
    """Counted from the rows, by the machine's clock."""
    counts = select(
        func.count(), func.count(Notice.delivered_at), func.count(Notice.failed_at)
    ).where(Notice.created_at >= since)
    queued, delivered, failed = session.execute(counts).one()
    waiting = select(func.clock_timestamp() - func.min(Notice.created_at)).where(
        Notice.delivered_at.is_(None), Notice.failed_at.is_(None)
    )
    return NoticeFigures(queued, delivered, failed, session.scalar(waiting))
