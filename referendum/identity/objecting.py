"""Objecting to a phone that came onto the register, and what the desk settles.

Whoever holds the former number stops the new one at once, from a page or by word at the desk. What
they are told is the same whether or not anything was changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.identity import sessions
from referendum.identity.checking import Held
from referendum.identity.errors import OwnPhoneChange, PhoneChangeNotFound
from referendum.kernel import record
from referendum.kernel.people import Officer, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork, told_by
from referendum.roll import renumbering
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.renumbering import Outcome
from referendum.roll.tables import Person, RegisterVersion

HOLDER = "former_number"
"""How the record names who proved that they hold a former number: by that alone."""


def as_holder(uow: UnitOfWork, held: Held, *, jurisdiction_id: UUID) -> None:
    """Stop whatever phone took the place of the one that was proved just now."""
    _object(uow, held.phone_index, jurisdiction_id, by=HOLDER)


def at_desk(uow: UnitOfWork, vault: Vault, phone: str, *, by: Officer) -> None:
    """The same for a holder (of `phone`, E.164) who came or called; never said whether there is."""
    by.insist(Role.REGISTRAR, fresh=True)
    _object(uow, vault.mac("phone").of(phone), by.jurisdiction, by=by)


def open_ones(session: Session, by: Officer) -> Sequence[PhoneChange]:
    """The objections that the desk has not settled."""
    by.insist(Role.REGISTRAR)
    return renumbering.disputed(session, by.jurisdiction)


def open_one(session: Session, change_id: UUID, by: Officer) -> PhoneChange:
    """One of them; refused where there is none of that id."""
    for one in open_ones(session, by):
        if one.id == change_id:
            return one
    raise PhoneChangeNotFound


def settle(uow: UnitOfWork, change_id: UUID, outcome: Outcome, *, by: Officer) -> None:
    """Say whose the phone is, after its person was seen.

    Neither officer who had the phone taken in does, not the second one either: they would settle
    their own doing.
    """
    by.insist(Role.REGISTRAR, fresh=True)
    change = uow.session.get(PhoneChange, change_id, with_for_update=True, populate_existing=True)
    if change is None or change.id not in {one.id for one in open_ones(uow.session, by)}:
        raise PhoneChangeNotFound
    if by.mark in _brought_by(uow.session, change):
        raise OwnPhoneChange
    change.settled_at, change.settled_by, change.outcome = uow.now(), by.mark, outcome.value
    facts = {"change": str(change.id), "outcome": outcome.value, "version": change.version}
    uow.record("phone.settled", by=by, facts=facts)


def _object(uow: UnitOfWork, index: bytes, jurisdiction_id: UUID, *, by: Officer | str) -> None:
    """The phone stops. A session that it opened ends with all others of the place.

    Whose a session is stands nowhere; people sign in again, and the objected phone cannot.
    """
    changes = renumbering.changes_from(uow.session, jurisdiction_id, index)
    if changes:
        sessions.revoke_residents(uow.session, jurisdiction_id)
    for change in changes:
        mark = by.mark if isinstance(by, Officer) else by
        change.objected_at, change.objected_by = uow.now(), mark
        facts = {"change": str(change.id), "version": change.version}
        told = told_by(facts, by) if isinstance(by, Officer) else facts
        record.append(uow.session, "phone.objected", by=mark, at=uow.now(), facts=told)


def _brought_by(session: Session, change: PhoneChange) -> set[str | None]:
    """How the record names those who had the version of it taken in: one, or two."""
    rows = session.execute(
        select(RegisterVersion.imported_by, RegisterVersion.seconded_by)
        .join(Person, Person.jurisdiction_id == RegisterVersion.jurisdiction_id)
        .where(Person.id == change.person_id, RegisterVersion.number == change.version)
    )
    return {mark for row in rows for mark in row}
