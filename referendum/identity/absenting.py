"""Marking an officer absent, with a deputy; and the consent to lend what weighs.

What the deputy is lent is as good as given: what weighs waits for a second administrator, and all
of it where an administrator lends what is somebody else's. Certifying waits for its time besides
(decision 0026).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.identity import absences, accounts, deputising, staff
from referendum.identity.absence_errors import (
    AbsenceDaysNotUsable,
    AbsenceNotFound,
    AbsenceOver,
    AbsentAlready,
    DeputyNotUsable,
    OwnDeputyship,
)
from referendum.identity.accounts import CONFIRMED_FOR, Terms
from referendum.identity.errors import (
    ConsentNotAwaited,
    ConsentNotYours,
    RolesExclude,
    SecondAdministratorFirst,
    StaffNotFound,
    StaffOfOtherAuthority,
)
from referendum.identity.staff import EXCLUDING
from referendum.identity.tables import Absence, Staff
from referendum.identity.timing import machine_now
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.roll import places

LONGEST: Final = CONFIRMED_FOR
"""Whoever is away for longer than roles are confirmed for has an account to be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Who is away, on which days, and who deputises."""

    who: UUID
    deputy: UUID
    first: date
    last: date
    """The last day away."""


def enter(uow: UnitOfWork, terms: Terms, away: Away, *, by: Officer) -> Absence:
    """By whoever is away themselves, or by an administrator of the same authority for them."""
    if not by.fresh:
        raise FreshCodeNeeded
    absent, deputy = _people(uow, away, by)
    starts_at, ends_at = _days(uow, away, by)
    _insist_free(uow.session, absent, deputy, starts_at, ends_at)
    row = Absence(
        jurisdiction_id=by.jurisdiction,
        staff_id=absent.id,
        deputy_id=deputy.id,
        starts_at=starts_at,
        ends_at=ends_at,
        roles=list(absent.roles),
        entered_by=by.id,
        entered_at=uow.now(),
        waits=terms.waits,
    )
    if staff.weighing(row):
        _insist_another(uow.session, row, by)
        row.consent_asked_at = machine_now(uow.session)
    uow.session.add(row)
    uow.session.flush()
    _write(uow, "absence.entered", row, by)
    return row


def is_for(row: Absence, by: Officer) -> bool:
    """Whether an absence waits for consent that this administrator may give or refuse."""
    return row.consent_asked_at is not None and by.id not in _concerned(row)


def consent(uow: UnitOfWork, absence_id: UUID, *, by: Officer) -> None:
    """What weighs is lent from now; certifying begins to wait for its time."""
    row = _awaiting(uow, absence_id, by)
    row.consent_asked_at, row.consented_by = None, by.id
    if Role.CERTIFIER in row.role_set:
        row.certifies_from = machine_now(uow.session) + row.waits
    _write(uow, "absence.consented", row, by)


def refuse(uow: UnitOfWork, absence_id: UUID, *, by: Officer) -> None:
    """The deputy goes without what waited, and keeps the rest: nothing, where others lent it."""
    row = _awaiting(uow, absence_id, by)
    row.consent_asked_at = None
    row.roles = sorted(role.value for role in row.role_set - staff.weighing(row))
    _write(uow, "absence.consent_refused", row, by)


def of_office(session: Session, by: Officer, now: datetime) -> Sequence[Absence]:
    """What is not over and concerns the officer; an administrator sees all of the own authority."""
    rows = session.scalars(
        select(Absence)
        .join(Staff, Staff.id == Absence.staff_id)
        .where(
            Absence.jurisdiction_id == by.jurisdiction,
            Staff.authority == by.authority.value,
            Absence.ended_at.is_(None),
            Absence.ends_at > now,
        )
        .order_by(Absence.starts_at, Absence.id)
    ).all()
    every = Role.ADMINISTRATOR in by.roles
    return [one for one in rows if every or by.id in {one.staff_id, one.deputy_id}]


def colleagues(session: Session, by: Officer) -> Sequence[Staff]:
    """The open accounts of the own authority that were set up: whoever could deputise."""
    rows = select(Staff).where(
        Staff.jurisdiction_id == by.jurisdiction,
        Staff.authority == by.authority.value,
        Staff.disabled_at.is_(None),
        Staff.password_hash.is_not(None),
        Staff.consent_asked_at.is_(None),
    )
    return session.scalars(rows.order_by(Staff.display_name, Staff.id)).all()


def _people(uow: UnitOfWork, away: Away, by: Officer) -> tuple[Staff, Staff]:
    """Both accounts, locked in one order, so that two who enter at once wait for each other."""
    if away.who == away.deputy:
        raise DeputyNotUsable(reason="same")
    found = {}
    for one in sorted({away.who, away.deputy}):
        try:
            found[one] = staff.held(uow.session, one)
        except StaffNotFound:
            if one == away.who:
                raise
            raise DeputyNotUsable(reason="unknown") from None
    absent, deputy = found[away.who], found[away.deputy]
    _insist_may_enter(absent, deputy, by)
    home = (by.jurisdiction, by.authority.value)
    if (deputy.jurisdiction_id, deputy.authority) != home:
        raise DeputyNotUsable(reason="unknown")
    if deputy.disabled_at is not None or deputy.password_hash is None:
        raise DeputyNotUsable(reason="closed")
    if deputy.consent_asked_at is not None:
        # Nobody but whoever made it has seen yet whose account it is.
        raise DeputyNotUsable(reason="awaits")
    return absent, deputy


def _insist_may_enter(absent: Staff, deputy: Staff, by: Officer) -> None:
    if absent.id == by.id:
        return
    by.insist(Role.ADMINISTRATOR)
    if absent.jurisdiction_id != by.jurisdiction or absent.disabled_at is not None:
        raise StaffNotFound
    if absent.authority != by.authority.value:
        raise StaffOfOtherAuthority
    if deputy.id == by.id:
        raise OwnDeputyship


def _days(uow: UnitOfWork, away: Away, by: Officer) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, in the place's zone."""
    zone, facts = places.zone_of(uow.session, by.jurisdiction), {"days": LONGEST.days}
    if away.first < places.today(uow, by.jurisdiction):
        raise AbsenceDaysNotUsable(field="first", reason="past", **facts)
    if away.last < away.first:
        raise AbsenceDaysNotUsable(field="last", reason="order", **facts)
    if away.last - away.first >= LONGEST:
        raise AbsenceDaysNotUsable(field="last", reason="long", **facts)
    after = away.last + timedelta(days=1)
    return (
        datetime(away.first.year, away.first.month, away.first.day, tzinfo=zone),
        datetime(after.year, after.month, after.day, tzinfo=zone),
    )


def _insist_free(
    session: Session, absent: Staff, deputy: Staff, starts_at: datetime, ends_at: datetime
) -> None:
    """Nobody is away twice, no deputy is away, and no deputy has administrator and certifier."""
    span = (starts_at, ends_at)
    if absences.overlapping(session, Absence.staff_id == absent.id, *span):
        raise AbsentAlready
    if absences.overlapping(session, Absence.staff_id == deputy.id, *span):
        raise DeputyNotUsable(reason="away")
    others = absences.overlapping(session, Absence.deputy_id == deputy.id, *span)
    together = deputy.role_set.union(absent.role_set, *(one.role_set for one in others))
    if absent.role_set & EXCLUDING and together >= EXCLUDING:
        raise RolesExclude(roles=sorted(role.value for role in EXCLUDING), field="deputy")


def _insist_another(session: Session, row: Absence, by: Officer) -> None:
    """Refuse at once what nobody could consent to."""
    others = accounts.in_use(session, by.jurisdiction, Authority(by.authority))
    if not [one for one in others if one.id not in _concerned(row)]:
        raise SecondAdministratorFirst


def _concerned(row: Absence) -> set[UUID]:
    """Who asked, who is lent something, and who lends it: none of them consents."""
    return {row.entered_by, row.deputy_id, row.staff_id}


def _awaiting(uow: UnitOfWork, absence_id: UUID, by: Officer) -> Absence:
    row = uow.session.get(Absence, absence_id, with_for_update=True, populate_existing=True)
    if row is None or row.jurisdiction_id != by.jurisdiction:
        raise AbsenceNotFound
    deputising.insist_own_office(uow, row, by)
    by.insist(Role.ADMINISTRATOR, fresh=True)
    if row.until <= uow.now():
        raise AbsenceOver
    if row.consent_asked_at is None:
        raise ConsentNotAwaited
    if not is_for(row, by):
        raise ConsentNotYours
    return row


def _write(uow: UnitOfWork, act: str, row: Absence, by: Officer) -> None:
    """No day and no reason: the record is everybody's, and that somebody is ill is not."""
    people = {"staff": str(row.staff_id), "deputy": str(row.deputy_id)}
    uow.record(act, by=by, facts={"absence": str(row.id), **people, "roles": list(row.roles)})
