"""Who is signed in: rows found by the hash of an opaque token, with idle and absolute ends.

All times are the machine's (`timing`): a demo that goes to the next date throws nobody out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from referendum.identity.errors import NotSignedIn, SessionNotExtendable
from referendum.identity.masking import masked, of_token
from referendum.identity.tables import SessionRow, Staff
from referendum.identity.timing import machine_now
from referendum.kernel.people import Assurance, Resident
from referendum.kernel.uow import UnitOfWork

TOKEN_BYTES: Final = 32
TOUCH_EVERY: Final = timedelta(minutes=1)
MOST_EXTENSIONS: Final = 10
"""WCAG 2.2 success criterion 2.2.1: a time limit can be extended at least ten times."""


class SessionKind(StrEnum):
    RESIDENT = "resident"
    STAFF = "staff"


class SessionWay(StrEnum):
    """What an officer gave beside the authenticator's code."""

    PASSWORD = "password"  # noqa: S105  # the word
    DIRECTORY = "directory"


@dataclass(frozen=True, slots=True)
class Span:
    """How long a session lasts without a request, and at most."""

    idle: timedelta
    absolute: timedelta


SPANS: Final = {
    SessionKind.RESIDENT: Span(timedelta(minutes=15), timedelta(hours=1)),
    SessionKind.STAFF: Span(timedelta(minutes=30), timedelta(hours=12)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session that is good at `seen_at`."""

    id_hash: bytes = field(repr=False)
    kind: SessionKind
    jurisdiction_id: UUID
    person_id: UUID | None
    staff_id: UUID | None
    assurance: Assurance | None
    seen_at: datetime
    last_seen_at: datetime
    idle_until: datetime
    expires_at: datetime
    extensions: int
    fresh: bool
    way: SessionWay | None = None

    @property
    def ends_at(self) -> datetime:
        """When it ends if nothing more is done."""
        return min(self.idle_until, self.expires_at)

    @property
    def resident(self) -> Resident:
        """The resident who is signed in; NotSignedIn if it is an officer."""
        if self.person_id is None or self.assurance is None:
            raise NotSignedIn
        return Resident(self.person_id, self.jurisdiction_id, self.assurance)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the token goes into the cookie and is nowhere else."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    view: SessionView


def new_token() -> str:
    """32 random bytes, for a session's cookie or for that of a browser not signed in."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def mark(token: str) -> bytes:
    """What is stored of a token; also what binds a challenge to a browser."""
    return hashlib.sha256(token.encode()).digest()


def csrf_of(token: str) -> str:
    """The hidden field that forms of this browser carry."""
    return hmac.digest(token.encode(), b"csrf", "sha256").hex()


def csrf_matches(token: str, given: str) -> bool:
    return hmac.compare_digest(csrf_of(token).encode(), given.encode())


def open_staff(uow: UnitOfWork, staff: Staff, *, way: SessionWay = SessionWay.PASSWORD) -> Opened:
    """Sign an officer in. Only `entering` may come to this."""
    row = SessionRow(jurisdiction_id=staff.jurisdiction_id, staff_id=staff.id, way=way.value)
    return _open(uow.session, SessionKind.STAFF, row)


def _open(session: Session, kind: SessionKind, row: SessionRow) -> Opened:
    token, now, span = new_token(), machine_now(session), SPANS[kind]
    row.id_hash, row.kind, row.extensions = mark(token), kind.value, 0
    row.created_at = row.last_seen_at = now
    row.idle_until, row.expires_at = now + span.idle, now + span.absolute
    session.add(row)
    session.flush()
    return Opened(token, csrf_of(token), _view(row, now, person=None))


def find_session(session: Session, token: str) -> SessionView | None:
    """The session of a cookie, unless it ended, was revoked, or its account is disabled."""
    found = session.execute(
        select(SessionRow, func.clock_timestamp())
        .outerjoin(Staff, Staff.id == SessionRow.staff_id)
        .where(
            SessionRow.id_hash == mark(token),
            SessionRow.idle_until > func.clock_timestamp(),
            SessionRow.expires_at > func.clock_timestamp(),
            or_(SessionRow.staff_id.is_(None), Staff.disabled_at.is_(None)),
        )
    ).one_or_none()
    return _view(found[0], found[1], _person(found[0], token)) if found else None


def touch(session: Session, view: SessionView) -> bool:
    """Push the idle end on; at most once a minute, so that reading a page writes nothing."""
    if view.seen_at - view.last_seen_at < TOUCH_EVERY:
        return False
    session.execute(
        update(SessionRow)
        .where(SessionRow.id_hash == view.id_hash)
        .values(
            last_seen_at=view.seen_at,
            idle_until=func.least(view.seen_at + SPANS[view.kind].idle, SessionRow.expires_at),
        )
        .execution_options(synchronize_session=False)
    )
    return True


def extend(uow: UnitOfWork, view: SessionView) -> SessionView:
    """More time for a resident who asks for it: a whole session's, up to ten times."""
    row = uow.session.get(SessionRow, view.id_hash, with_for_update=True, populate_existing=True)
    now = machine_now(uow.session)
    over = row is None or now >= min(row.idle_until, row.expires_at)
    if row is None or over or row.kind != SessionKind.RESIDENT or row.extensions >= MOST_EXTENSIONS:
        raise SessionNotExtendable
    span = SPANS[SessionKind.RESIDENT]
    row.extensions += 1
    row.last_seen_at, row.idle_until, row.expires_at = now, now + span.idle, now + span.absolute
    return _view(row, now, view.person_id)


def revoke(session: Session, view: SessionView) -> None:
    """Sign out: nothing is left of the session."""
    _end(session, SessionRow.id_hash == view.id_hash)


def revoke_all(session: Session, *, staff_id: UUID) -> None:
    """Sign an officer out everywhere. Of a resident nobody can find the sessions."""
    _end(session, SessionRow.staff_id == staff_id)


def revoke_residents(session: Session, jurisdiction_id: UUID) -> None:
    """Have every resident of a place sign in again: whose a session is, nobody can find."""
    here = SessionRow.jurisdiction_id == jurisdiction_id
    _end(session, and_(here, SessionRow.kind == SessionKind.RESIDENT.value))


def _end(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(delete(SessionRow).where(which).execution_options(synchronize_session=False))


def _person(row: SessionRow, token: str) -> UUID | None:
    return None if row.whose is None else masked(row.whose, of_token(token))


def _view(row: SessionRow, now: datetime, person: UUID | None) -> SessionView:
    return SessionView(
        id_hash=row.id_hash,
        kind=SessionKind(row.kind),
        jurisdiction_id=row.jurisdiction_id,
        person_id=person,
        staff_id=row.staff_id,
        assurance=Assurance(row.assurance) if row.assurance else None,
        seen_at=now,
        last_seen_at=row.last_seen_at,
        idle_until=row.idle_until,
        expires_at=row.expires_at,
        extensions=row.extensions,
        fresh=row.fresh_until is not None and now < row.fresh_until,
        way=SessionWay(row.way) if row.way else None,
    )
