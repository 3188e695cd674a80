"""Who an officer is: the account behind a session, and which of its roles count just now."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.identity import absences
from referendum.identity.absences import Names, Standing
from referendum.identity.errors import (
    AccountsExcludeCertifying,
    CertifierWaits,
    ConfirmationOverdue,
    ConsentAwaited,
    DeputyExcluded,
    MarkedAbsent,
    NotSignedIn,
    StaffNotFound,
)
from referendum.identity.sessions import SessionView
from referendum.identity.tables import Absence, Staff
from referendum.identity.timing import machine_now
from referendum.kernel.people import Authority, Officer, Role, RoleMissing

WEIGHTY: Final = frozenset({Role.ADMINISTRATOR, Role.CERTIFIER})
"""What is lent to a deputy only with a second administrator: with either alone one person could do
the rest. What is *given*, whatever it is, always takes two administrators."""
EXCLUDING: Final = frozenset({Role.ADMINISTRATOR, Role.CERTIFIER})
"""Whoever makes accounts could make the second one that certifies."""


def officer(session: Session, view: SessionView) -> Officer:
    """Who acts in this session, with the roles held now; NotSignedIn if it is no officer's."""
    account, found = absences.look(session, view.staff_id) if view.staff_id else (None, None)
    if account is None or found is None or account.disabled_at is not None:
        raise NotSignedIn
    if found.acting is not None:
        return _deputy(session, account, found, found.acting, view.seen_at, fresh=view.fresh)
    return _officer(account, view.seen_at, fresh=view.fresh, away=found.away)


def officer_now(session: Session, staff_id: UUID) -> Officer:
    """Who asked for lines to be taken in or examined, which a worker does, as they stand now.

    In whose stead they asked is kept nowhere: an officer who has the role does it for themselves.
    """
    account, found = absences.look(session, staff_id)
    if account is None or account.disabled_at is not None:
        raise StaffNotFound
    now = machine_now(session)
    own = _officer(account, now, fresh=False, away=found.away)
    if Role.EXAMINER in own.roles:
        return own
    lent = [_deputy(session, account, found, one, now, fresh=False) for one in found.lent]
    return next((one for one in lent if Role.EXAMINER in one.roles), own)


def deputies_of(session: Session, by: Officer) -> list[tuple[Absence, Staff, Officer]]:
    """Whom an officer deputises for now: the absence, who is away, and the officer as deputy."""
    account, found = session.get_one(Staff, by.id), absences.standing(session, by.id)
    now = machine_now(session)
    return [
        (
            one,
            session.get_one(Staff, one.staff_id),
            _deputy(session, account, found, one, now, fresh=by.fresh),
        )
        for one in found.lent
    ]


def resting(account: Staff, now: datetime) -> dict[Role, RoleMissing]:
    """Which roles of an account must not be used at a moment, each with why."""
    held, rest = account.role_set, dict[Role, RoleMissing]()
    if held >= EXCLUDING:
        rest[Role.CERTIFIER] = AccountsExcludeCertifying(role=Role.CERTIFIER.value)
    if Role.CERTIFIER in held and account.certifies_from and now < account.certifies_from:
        opens = account.certifies_from.isoformat()
        rest[Role.CERTIFIER] = CertifierWaits(role=Role.CERTIFIER.value, opens_at=opens)
    rest |= {role: ConsentAwaited(role=role.value) for role in held & account.awaiting}
    if account.rests_from <= now:
        # Administrators stay: who else would confirm?
        overdue = held - {Role.ADMINISTRATOR}
        rest |= {role: ConfirmationOverdue(role=role.value) for role in overdue}
    return rest


def _officer(account: Staff, now: datetime, *, fresh: bool, away: Absence | None) -> Officer:
    """The officer, for themselves: who is away has no use of their roles, as a deputy has them."""
    rest = resting(account, now)
    if away is not None:
        rest |= _of_absent(account.role_set, away)
    return Officer(
        account.id,
        account.jurisdiction_id,
        Authority(account.authority),
        account.role_set.difference(rest),
        fresh=fresh,
        resting=rest,
    )


def _of_absent(roles: Iterable[Role], away: Absence) -> dict[Role, RoleMissing]:
    until = away.until.isoformat()
    return {role: MarkedAbsent(role=role.value, until=until) for role in roles}


def _deputy(
    session: Session,
    account: Staff,
    found: Standing,
    lent: Absence,
    now: datetime,
    *,
    fresh: bool,
) -> Officer:
    """The officer in the stead of another: with that one's roles alone, and as the same person."""
    absent = session.get_one(Staff, lent.staff_id)
    roles = lent.role_set & absent.role_set if absent.disabled_at is None else frozenset()
    rest = {role: why for role, why in resting(absent, now).items() if role in roles}
    rest |= {role: why for role, why in _of_deputyship(lent, now).items() if role in roles}
    elsewhere = account.role_set.union(*(one.role_set for one in found.lent))
    if elsewhere >= EXCLUDING:
        rest |= {role: DeputyExcluded(role=role.value) for role in roles & EXCLUDING}
    if account.rests_from <= now:
        rest |= {role: ConfirmationOverdue(role=role.value) for role in roles}
    if found.away is not None:
        rest |= _of_absent(roles, found.away)
    return Officer(
        account.id,
        account.jurisdiction_id,
        Authority(account.authority),
        roles.difference(rest),
        fresh=fresh,
        deputising_for=f"officer:{absent.id}",
        deputising_until=lent.until,
        resting=rest,
    )


def _of_deputyship(lent: Absence, now: datetime) -> dict[Role, RoleMissing]:
    """What weighs waits for a second administrator, and certifying for its time besides."""
    rest = dict[Role, RoleMissing]()
    if lent.certifies_from and now < lent.certifies_from:
        opens = lent.certifies_from.isoformat()
        rest[Role.CERTIFIER] = CertifierWaits(role=Role.CERTIFIER.value, opens_at=opens)
    if lent.consent_asked_at is not None:
        rest |= {role: ConsentAwaited(role=role.value) for role in weighing(lent)}
    return rest


def weighing(lent: Absence) -> frozenset[Role]:
    """What of an absence a second administrator has to consent to.

    Whoever is away lends what weighs; where an administrator says that somebody is, everything:
    else one administrator alone would hand two officers' roles to two others.
    """
    by_another = lent.entered_by != lent.staff_id
    return lent.role_set if by_another else lent.role_set & WEIGHTY


def works_here(session: Session, place: UUID, authority: Authority) -> bool:
    """Whether an officer of that authority has an account here that was set up and is open."""
    open_ones = select(Staff.id).where(
        Staff.jurisdiction_id == place,
        Staff.authority == authority.value,
        Staff.disabled_at.is_(None),
        Staff.password_hash.is_not(None),
    )
    return session.scalar(open_ones.limit(1)) is not None


def roles_in_use(
    session: Session, place: UUID, authority: Authority, now: datetime
) -> Counter[Role]:
    """How many of an authority's people hold each role and may use it now."""
    rows = select(Staff).where(
        Staff.jurisdiction_id == place,
        Staff.authority == authority.value,
        Staff.disabled_at.is_(None),
        Staff.password_hash.is_not(None),
    )
    counted = Counter[Role]()
    for account in session.scalars(rows):
        counted.update(account.role_set.difference(resting(account, now)))
    return counted


def colleagues(session: Session, by: Officer) -> list[Staff]:
    """The accounts that an administrator manages: those of the own authority, by name."""
    by.insist(Role.ADMINISTRATOR)
    own = select(Staff).where(
        Staff.jurisdiction_id == by.jurisdiction, Staff.authority == by.authority.value
    )
    return list(session.scalars(own.order_by(Staff.username)))


def named(session: Session, username: str) -> Staff | None:
    return session.scalars(select(Staff).where(Staff.username == canonical(username))).one_or_none()


def held(session: Session, staff_id: UUID) -> Staff:
    """The account, locked; StaffNotFound without one."""
    account = session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise StaffNotFound
    return account


def canonical(username: str) -> str:
    """One spelling for a name, however it is typed."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def names_of(session: Session, marks: Iterable[str]) -> Names:
    """Officers of the record by the name that their account states, and when they deputised."""
    ids = [UUID(mark.removeprefix("officer:")) for mark in marks if mark.startswith("officer:")]
    rows = session.scalars(select(Staff).where(Staff.id.in_(ids)))
    named = Names({f"officer:{row.id}": f"{row.display_name} ({row.office_title})" for row in rows})
    named.stints = absences.stints(session, ids)
    return named
