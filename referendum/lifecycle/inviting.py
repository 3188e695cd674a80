"""Co-representatives by invitation and consent: one phone is asked, and its holder alone may join.

A link that serves whoever holds it made anybody a representative to whom it was passed on. The
message goes to the number that was typed; who opens it shows by a code that it is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.kernel.people import Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, agreed, drafting, entries
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import (
    InvitationNotFound,
    TooManyInvitations,
)
from referendum.lifecycle.joint_tables import Invitation
from referendum.lifecycle.tables import Measure, Representative
from referendum.roll import finding

TELL: Final = "notices.tell_invitation"
LASTS: Final = timedelta(days=7)
"""How long one may be answered; as we assume, no text says it."""
AT_ONCE: Final = 10
"""So many wait for an answer at most: it is no means to write to strangers."""
IN_ALL: Final = 40


def invite(
    uow: UnitOfWork, vault: Vault, measure_id: UUID, *, phone: str, by: Resident
) -> Invitation:
    """Ask the holder of a number (E.164) to join. The message says nothing of the measure."""
    measure = acting.lock(uow.session, measure_id)
    entries.insist(measure, Entry.JOIN_REPRESENTATIVES)
    mine = agreed.own(uow.session, measure, by)
    now = uow.now()
    unanswered = len(waiting(uow.session, measure.id, now))
    if unanswered >= AT_ONCE or _ever(uow.session, measure) >= IN_ALL:
        raise TooManyInvitations(most=AT_ONCE)
    key = vault.new_key(uow.session, purpose="invitation")
    row = Invitation(
        id=uuid4(),
        measure_id=measure.id,
        invited_by=mine.id,
        key_id=key.id,
        invited_at=now,
        ends_at=now + LASTS,
    )
    row.phone = key.seal(phone.encode(), place=place_of(row.id))
    uow.session.add(row)
    uow.session.flush()
    uow.record("representative.invited", by=by, measure=measure.id, facts={"id": str(row.id)})
    uow.later(TELL, invitation_id=str(row.id))
    return row


def take_back(uow: UnitOfWork, measure_id: UUID, invitation_id: UUID, *, by: Resident) -> None:
    """Nobody answers it any more; the number is forgotten."""
    measure = acting.lock(uow.session, measure_id)
    agreed.own(uow.session, measure, by)
    found = {one.id: one for one in waiting(uow.session, measure.id, uow.now())}
    if invitation_id not in found:
        raise InvitationNotFound(invitation=str(invitation_id))
    _settle(found[invitation_id], uow.now())


def accept(
    uow: UnitOfWork, vault: Vault, measure_id: UUID, invitation_id: UUID, *, by: Resident
) -> Representative:
    """Become a representative; refused to whoever's phone was not invited."""
    measure = acting.lock(uow.session, measure_id)
    row = theirs(uow.session, vault, measure, invitation_id, by, uow.now())
    host = uow.session.get_one(Representative, row.invited_by)
    asked_by = Resident(host.person_id, measure.jurisdiction_id, by.assurance)
    joined = drafting.join(uow, measure.id, person=by.person, by=asked_by)
    _settle(row, uow.now())
    row.joined = joined.id
    uow.session.flush()
    return joined


def theirs(
    session: Session,
    vault: Vault,
    measure: Measure,
    invitation_id: UUID,
    by: Resident,
    now: datetime,
) -> Invitation:
    """The invitation, for the holder of the invited phone; to others there is none."""
    row = session.get(Invitation, invitation_id)
    residence = finding.latest_residence(session, by.person)
    if row is None or row.measure_id != measure.id or not _stands(session, row, now):
        raise InvitationNotFound(invitation=str(invitation_id))
    phone = number_of(session, vault, row)
    on_file = residence.phone_index if residence is not None else None
    if phone is None or finding.phone_index(vault, phone) != on_file:
        raise InvitationNotFound(invitation=str(invitation_id))
    return row


def waiting(session: Session, measure_id: UUID, now: datetime) -> Sequence[Invitation]:
    """Those that may still be answered, the first first."""
    found = select(Invitation).where(
        Invitation.measure_id == measure_id,
        Invitation.settled_at.is_(None),
        Invitation.ends_at > now,
    )
    return session.scalars(found.order_by(Invitation.invited_at, Invitation.id)).all()


def number_of(session: Session, vault: Vault, row: Invitation) -> str | None:
    """The number it goes to, as long as it is kept."""
    if row.phone is None or row.key_id is None:
        return None
    key = vault.open_key(session, row.key_id)
    return key.unseal(row.phone, place=place_of(row.id)).decode()


def place_of(invitation_id: UUID) -> str:
    """A number is sealed into its own row."""
    return f"invitation:{invitation_id}"


def _stands(session: Session, row: Invitation, now: datetime) -> bool:
    host = session.get_one(Representative, row.invited_by)
    return row.settled_at is None and row.ends_at > now and host.left_at is None


def _settle(row: Invitation, now: datetime) -> None:
    row.settled_at, row.phone, row.key_id = now, None, None


def _ever(session: Session, measure: Measure) -> int:
    made = select(func.count()).where(Invitation.measure_id == measure.id)
    return session.scalar(made) or 0
