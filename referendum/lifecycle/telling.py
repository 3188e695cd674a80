"""What moved, told to the officers of the authorities concerned, until each has read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import locating, waiting
from referendum.lifecycle.dates import moves
from referendum.lifecycle.dates.moves import Told
from referendum.lifecycle.errors import ShiftNotFound
from referendum.lifecycle.telling_tables import ShiftRead

TOLD_FOR: Final = timedelta(days=30)
"""So long it is told to whoever has not read it; after that it is history on the measure's page."""


def unread(session: Session, officer: Officer, now: datetime) -> Sequence[Told]:
    """What moved lately of measures in which the officer's authority has a part, the latest first.

    A resident's draft is its authors' alone; what the officer has read is told no more.
    """
    read = select(ShiftRead.shift_id).where(ShiftRead.staff_id == officer.id)
    known = set(session.scalars(read))
    found = moves.since(session, officer.jurisdiction, now - TOLD_FOR)
    return [
        one
        for one in found
        if one.shift.id not in known
        and waiting.concerns(one.measure, officer)
        and not locating.is_private(session, one.measure)
    ]


def read(uow: UnitOfWork, shift_id: UUID, *, by: Officer) -> None:
    """The officer has read what this moved; to say so twice changes nothing."""
    if shift_id not in {one.shift.id for one in _of_place(uow, shift_id, by)}:
        raise ShiftNotFound(shift=str(shift_id))
    row = {"staff_id": by.id, "shift_id": shift_id, "read_at": uow.now()}
    uow.session.execute(insert(ShiftRead).values(row).on_conflict_do_nothing())


def _of_place(uow: UnitOfWork, shift_id: UUID, by: Officer) -> list[Told]:
    found = moves.of_shift(uow.session, shift_id)
    return [
        one
        for one in found
        if one.shift.jurisdiction_id == by.jurisdiction and waiting.concerns(one.measure, by)
    ]
