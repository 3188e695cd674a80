"""Who is away now, who deputises for whom, and in whose stead somebody acted at some moment.

An absence begins and ends with days of the place, by the service's clock. The waiting times of
certifiers are the machine's, as with accounts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from referendum.identity.tables import Absence, Deputising, Staff


@dataclass(frozen=True, slots=True)
class Standing:
    """What absences make of one officer now."""

    away: Absence | None
    """The officer's own."""
    lent: Sequence[Absence]
    """Those in which the officer deputises."""
    acting: Absence | None
    """The one of them in which the officer acts as the deputy just now."""


def look(session: Session, staff_id: UUID) -> tuple[Staff | None, Standing]:
    """An account, and what absences make of it: one look, as every request of an officer has it."""
    concerns = or_(Absence.staff_id == Staff.id, Absence.deputy_id == Staff.id)
    rows = session.execute(
        select(Staff, Absence)
        .outerjoin(Absence, and_(concerns, is_now()))
        .where(Staff.id == staff_id)
        .order_by(Absence.ends_at, Absence.id)
    ).all()
    account = rows[0][0] if rows else None
    return account, _standing(session, staff_id, [row[1] for row in rows if row[1] is not None])


def standing(session: Session, staff_id: UUID) -> Standing:
    """The same of an account that is known."""
    return look(session, staff_id)[1]


def _standing(session: Session, staff_id: UUID, found: Sequence[Absence]) -> Standing:
    away = next((one for one in found if one.staff_id == staff_id), None)
    lent = [one for one in found if one.deputy_id == staff_id]
    taken_up = _taken_up(session, staff_id) if lent else None
    acting = next((one for one in lent if one.id == taken_up), None)
    return Standing(away, lent, acting)


def away(session: Session, officers: Collection[UUID]) -> set[UUID]:
    """Who of these is away now."""
    if not officers:
        return set()
    gone = select(Absence.staff_id).where(is_now(), Absence.staff_id.in_(officers))
    return set(session.scalars(gone))


def is_now() -> ColumnElement[bool]:
    """That an absence has begun and is not over."""
    now = func.referendum_now()
    return and_(Absence.starts_at <= now, now < Absence.ends_at, Absence.ended_at.is_(None))


def overlapping(
    session: Session, concerns: ColumnElement[bool], starts_at: datetime, ends_at: datetime
) -> Sequence[Absence]:
    """Absences that nobody ended and that share a moment with these days."""
    alike = select(Absence).where(
        concerns,
        Absence.ended_at.is_(None),
        Absence.starts_at < ends_at,
        Absence.ends_at > starts_at,
    )
    return session.scalars(alike).all()


@dataclass(frozen=True, slots=True)
class Stint:
    """A time in which a deputy acted as such, and the name of whoever was away."""

    mark: str
    since: datetime
    until: datetime
    absent: str


class Names(dict[str, str]):
    """Officers of the record by the name that their account states, and when each deputised."""

    stints: Sequence[Stint] = ()

    def stood_in_for(self, mark: str | None, at: datetime | None) -> str | None:
        """In whose stead an officer acted at a moment; None where for themselves."""
        for one in self.stints:
            if at is not None and one.mark == mark and one.since <= at < one.until:
                return one.absent
        return None


def stints(session: Session, deputies: Iterable[UUID]) -> list[Stint]:
    """Every time in which one of these officers acted as a deputy."""
    absent = aliased(Staff)
    rows = session.execute(
        select(Deputising, Absence, absent)
        .join(Absence, Absence.id == Deputising.absence_id)
        .join(absent, absent.id == Absence.staff_id)
        .where(Deputising.deputy_id.in_(list(deputies)))
        .order_by(Deputising.taken_up_at)
    )
    return [
        Stint(
            f"officer:{taken_up.deputy_id}",
            taken_up.taken_up_at,
            min(taken_up.laid_down_at or absence.until, absence.until),
            f"{account.display_name} ({account.office_title})",
        )
        for taken_up, absence, account in rows
    ]


def _taken_up(session: Session, staff_id: UUID) -> UUID | None:
    return session.scalar(
        select(Deputising.absence_id).where(
            Deputising.deputy_id == staff_id, Deputising.laid_down_at.is_(None)
        )
    )
