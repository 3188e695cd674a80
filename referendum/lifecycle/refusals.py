"""What the calendar was refused: asked again later and later, and shown until it is done.

A due act that is refused (polls without electors, a day that a rule now bars) would be asked for
again at every sweep. It waits twice as long each time instead; whatever step the measure takes
meanwhile ends the waiting, since what was missing may be there then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import CalendarRefusal, Measure

FIRST: Final = timedelta(seconds=10)
LONGEST: Final = timedelta(minutes=10)
"""An officer who mends the cause outside a step sees the act done after so long at the latest."""
DOUBLINGS: Final = 6


def keep(uow: UnitOfWork, measure_id: UUID, act: Act, why: DomainError) -> None:
    """Write down that a due act was refused, and wait before it is asked for again.

    Of a measure that is not there nothing is kept: nobody will ask again.
    """
    if uow.session.get(Measure, measure_id) is None:
        return
    now = func.clock_timestamp()
    said = {"code": why.code, "facts": dict(why.facts)}
    wait = FIRST * func.power(2, func.least(CalendarRefusal.times, DOUBLINGS))
    row = insert(CalendarRefusal).values(
        measure_id=measure_id, act=act.value, times=1, since=now, again_at=now + FIRST, **said
    )
    uow.session.execute(
        row.on_conflict_do_update(
            index_elements=[CalendarRefusal.measure_id, CalendarRefusal.act],
            set_={
                **said,
                "times": CalendarRefusal.times + 1,
                "again_at": now + func.least(wait, LONGEST),
            },
        )
    )


def waiting(session: Session) -> frozenset[tuple[UUID, Act]]:
    """The acts that are not asked for again yet."""
    rows = session.execute(
        select(CalendarRefusal.measure_id, CalendarRefusal.act).where(
            CalendarRefusal.again_at > func.clock_timestamp()
        )
    )
    return frozenset((row[0], Act(row[1])) for row in rows)


def unresolved(session: Session, place: UUID) -> Sequence[CalendarRefusal]:
    """All that the calendar is refused in a place, the oldest first."""
    here = select(Measure.id).where(Measure.jurisdiction_id == place)
    refused = select(CalendarRefusal).where(CalendarRefusal.measure_id.in_(here))
    return session.scalars(refused.order_by(CalendarRefusal.since)).all()
