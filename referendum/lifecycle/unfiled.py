"""Halts that were entered at once and whose paper's file is still to be brought.

A court's order is obeyed before anybody has scanned it. Until its file is there, nobody else can
have compared the halt with it: the queue of the office that placed it and an alarm ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from referendum.kernel.people import Authority
from referendum.kernel.proposals import Proposal
from referendum.lifecycle.tables import Hold, Measure
from referendum.papers import filing
from referendum.papers.tables import PaperFile

PLACED: Final = "placed."
"""The sort of proposal by which a second officer looks at a halt that stands already."""
WITHIN: Final = timedelta(days=1)
"""So long the file may take; then it is an alarm."""


def of_measure(session: Session, measure_id: UUID) -> Mapping[UUID, Hold]:
    """Those of one measure, lifted since or not, by their ids."""
    rows = session.scalars(_unfiled().where(Hold.measure_id == measure_id))
    return {row.id: row for row in rows}


def office_of(session: Session, hold: Hold) -> Authority | None:
    """The office that placed it; None of what was placed before a second officer looked at it."""
    asked = select(Proposal.proposer_authority).where(Proposal.kind == f"{PLACED}{hold.id}")
    found = session.scalars(asked.limit(1)).one_or_none()
    return Authority(found) if found else None


def late(
    session: Session, place: UUID, now: datetime, *, of: Authority | None = None
) -> list[tuple[Measure, Hold]]:
    """Those of a place, or of one office of it, whose file should be there by now."""
    rows = (
        _unfiled()
        .add_columns(Measure)
        .join(Measure, Measure.id == Hold.measure_id)
        .where(Measure.jurisdiction_id == place, _entered_at() <= now - WITHIN)
    )
    found = [(measure, hold) for hold, measure in session.execute(rows.order_by(Hold.from_at))]
    return [one for one in found if of is None or office_of(session, one[1]) is of]


def _unfiled() -> Select[Any]:
    filed = select(PaperFile.paper_id).where(PaperFile.copy == filing.OWN)
    return select(Hold).where(Hold.paper_id.not_in(filed))


def _entered_at() -> Any:
    """When a halt was entered: it may have begun long before."""
    asked = select(Proposal.proposed_at).where(Proposal.kind == func.concat(PLACED, Hold.id))
    return func.coalesce(asked.scalar_subquery(), Hold.from_at)
