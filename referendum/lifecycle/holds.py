"""Whether a halt lies over a measure: one statement, which acts, pages and the calendar all ask.

A halt is placed and lifted (`holding`) under the measure's lock and then the petition's, held
alone, and is written on the petition's row too: whoever signs shares that row and reads it again
under the lock, so no signature can slip past a halt that is placed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from referendum.lifecycle.errors import OnHold
from referendum.lifecycle.tables import Hold


def lying(session: Session, measure_id: UUID) -> Sequence[Hold]:
    """The halts that lie over a measure now, the first placed first."""
    return session.scalars(_lying(measure_id).order_by(Hold.from_at)).all()


def stopped(session: Session, measures: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these measures whose clock a halt stops now."""
    found = select(Hold.measure_id).where(
        Hold.measure_id.in_(list(measures)), Hold.lifted_at.is_(None), Hold.stops_clock
    )
    return frozenset(session.scalars(found))


def halted(session: Session, measures: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these measures over which a halt lies now."""
    found = select(Hold.measure_id).where(
        Hold.measure_id.in_(list(measures)), Hold.lifted_at.is_(None)
    )
    return frozenset(session.scalars(found))


def over(measure_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The same question inside a statement about many measures."""
    return exists(_lying(measure_id))


def lay_at(session: Session, measure_id: UUID, moment: datetime) -> Hold | None:
    """A halt that lay over a measure at a moment, lifted since or not."""
    then = select(Hold).where(
        Hold.measure_id == measure_id,
        Hold.from_at <= moment,
        or_(Hold.lifted_at.is_(None), Hold.lifted_at > moment),
    )
    return session.scalars(then.order_by(Hold.from_at)).first()


def stops(session: Session, measure_id: UUID, *, under_hold: bool = False) -> Hold | None:
    """The halt that stops what is asked for; None where none lies, or what holds do not stop."""
    return None if under_hold else next(iter(lying(session, measure_id)), None)


def insist_on_none(session: Session, measure_id: UUID, *, under_hold: bool = False) -> None:
    """Refuse what a halt stops: `OnHold`, with its kind and the number of its document."""
    if hold := stops(session, measure_id, under_hold=under_hold):
        raise OnHold(kind=hold.kind, document=hold.document_number)


def _lying(measure_id: UUID | InstrumentedAttribute[UUID]) -> Select[Hold]:
    return select(Hold).where(Hold.measure_id == measure_id, Hold.lifted_at.is_(None))
