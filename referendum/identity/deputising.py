"""Acting in somebody's stead: taken up, laid down, and over with the absence.

An officer acts for themselves or as somebody's deputy, never both at once: so every entry of the
record says in whose stead it was, and no role of one's own mixes with one that is lent.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from referendum.identity import absences
from referendum.identity.absence_errors import AbsenceNotFound, AbsenceOver, NotDeputising
from referendum.identity.tables import Absence, Deputising, Staff
from referendum.kernel import proposals
from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork


def take_up(uow: UnitOfWork, absence_id: UUID, *, by: Officer) -> None:
    """From now on the officer acts in the stead of whoever is away, in all their sessions."""
    lay_down(uow, by=by)
    found = absences.standing(uow.session, by.id)
    if absence_id not in {one.id for one in found.lent}:
        raise NotDeputising
    uow.session.add(Deputising(absence_id=absence_id, deputy_id=by.id, taken_up_at=uow.now()))
    uow.session.flush()
    absence = uow.session.get_one(Absence, absence_id)
    _write(uow, "deputy.began", absence, by)


def lay_down(uow: UnitOfWork, *, by: Officer) -> None:
    """From now on the officer acts for themselves. Whoever does already changes nothing."""
    uow.session.get_one(Staff, by.id, with_for_update=True)
    ended = select(Deputising).where(
        Deputising.deputy_id == by.id, Deputising.laid_down_at.is_(None)
    )
    row = uow.session.scalars(ended.with_for_update()).one_or_none()
    if row is not None:
        _close(uow, row, uow.now(), by)


def end(uow: UnitOfWork, absence_id: UUID, *, by: Officer) -> None:
    """Before its day: by whoever is back, by the deputy, or by an administrator of the office."""
    absence = uow.session.get(Absence, absence_id, with_for_update=True, populate_existing=True)
    if absence is None or absence.jurisdiction_id != by.jurisdiction:
        raise AbsenceNotFound
    if by.id not in {absence.staff_id, absence.deputy_id}:
        insist_own_office(uow, absence, by)
        by.insist(Role.ADMINISTRATOR)
    if absence.until <= uow.now():
        raise AbsenceOver
    _end(uow, absence, by)


def end_all(uow: UnitOfWork, staff_id: UUID, *, by: Officer) -> None:
    """A closed or renewed account is nobody's deputy, and has none."""
    concerns = or_(Absence.staff_id == staff_id, Absence.deputy_id == staff_id)
    now = uow.now()
    open_ones = select(Absence).where(concerns, Absence.ended_at.is_(None), Absence.ends_at > now)
    for absence in uow.session.scalars(open_ones.order_by(Absence.id).with_for_update()):
        _end(uow, absence, by)


def insist_own_office(uow: UnitOfWork, absence: Absence, by: Officer) -> None:
    """Refuse an administrator of another authority as if there were no such absence."""
    if uow.session.get_one(Staff, absence.staff_id).authority != by.authority.value:
        raise AbsenceNotFound


def _end(uow: UnitOfWork, absence: Absence, by: Officer) -> None:
    """What the deputy proposed in that stead waits no longer."""
    absence.ended_at, absence.ended_by = uow.now(), by.id
    proposals.lapse_in_stead(uow, absence.deputy_id, absence.staff_id)
    _write(uow, "absence.ended", absence, by)
    acted = select(Deputising).where(
        Deputising.absence_id == absence.id, Deputising.laid_down_at.is_(None)
    )
    for row in uow.session.scalars(acted.with_for_update()):
        row.laid_down_at = absence.ended_at
    uow.session.flush()


def _close(uow: UnitOfWork, row: Deputising, at: datetime, by: Officer) -> None:
    absence = uow.session.get_one(Absence, row.absence_id)
    row.laid_down_at = min(at, absence.until)
    _write(uow, "deputy.ended", absence, by)
    uow.session.flush()


def _write(uow: UnitOfWork, act: str, absence: Absence, by: Officer) -> None:
    """Whose and in whose stead, and no day: that somebody is ill is nobody's affair."""
    people = {"staff": str(absence.staff_id), "deputy": str(absence.deputy_id)}
    uow.record(act, by=by, facts={"absence": str(absence.id), **people})
