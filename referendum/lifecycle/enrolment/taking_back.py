"""Looking at one's own enrolment with the phone that made it, and taking it back in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from referendum.identity.checking import Held
from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import locating, rules
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.enrolment.enrolling import insist_on_clerk
from referendum.lifecycle.enrolment.errors import NotEnrolled
from referendum.lifecycle.enrolment.tables import (
    Enrolment,
    EnrolmentBook,
    EnrolmentWithdrawal,
    StandingEnrolment,
)
from referendum.lifecycle.enrolment.writing import BookKeys, enter, place, put


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """An enrolment as it is shown to the phone that made it."""

    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    district: UUID
    received_on: date
    commitment: str


def own(session: Session, vault: Vault, measure_id: UUID, *, phone: Held) -> Own | None:
    """What this phone enrolled and did not take back, whether or not it stands."""
    book = session.get(EnrolmentBook, measure_id)
    if book is None:
        return None
    keys = BookKeys.of(session, vault, book)
    lines = _not_withdrawn(session, measure_id, Enrolment.phone_key == keys.phone_key(phone))
    if not lines:
        return None
    first = lines[0]
    said = keys.seal.unseal_fields(first.sealed, place=place(first.id))
    return Own(
        name=said["name"],
        birth_date=date.fromisoformat(said["birth_date"]),
        district=first.district_id,
        received_on=first.received_on,
        commitment=first.commitment.hex(),
    )


def withdraw(uow: UnitOfWork, vault: Vault, measure_id: UUID, *, phone: Held) -> None:
    """Take back what this phone enrolled; one can enrol again as long as it is time."""
    keys = _held(uow, vault, measure_id)
    _strike(uow, measure_id, Enrolment.phone_key == keys.phone_key(phone), by=None)


def withdraw_at_desk(
    uow: UnitOfWork, vault: Vault, measure_id: UUID, *, name: str, birth_date: date, by: Officer
) -> None:
    """The same for somebody at the desk, however they were enrolled."""
    insist_on_clerk(uow.session, locating.get(uow.session, measure_id), by)
    keys = _held(uow, vault, measure_id)
    _strike(uow, measure_id, Enrolment.name_key == keys.name_key(name, birth_date), by=by)


def _held(uow: UnitOfWork, vault: Vault, measure_id: UUID) -> BookKeys:
    book = enrolled.hold(uow.session, measure_id)
    enrolled.insist_open(uow, locating.get(uow.session, measure_id))
    return BookKeys.of(uow.session, vault, book)


def _strike(
    uow: UnitOfWork, measure_id: UUID, which: ColumnElement[bool], *, by: Officer | None
) -> None:
    """Take these lines back; whoever waited behind them stands now."""
    lines = _not_withdrawn(uow.session, measure_id, which)
    if not lines:
        raise NotEnrolled
    today = rules.today(uow, locating.get(uow.session, measure_id))
    for line in lines:
        entry = enter(uow, line, "enrolment.withdrawn", by=by.mark if by else "resident", on=today)
        uow.session.add(
            EnrolmentWithdrawal(
                measure_id=measure_id,
                enrolment_id=line.id,
                on=today,
                how="desk" if by else "phone",
                entry_id=entry,
            )
        )
    uow.session.flush()
    gone = delete(StandingEnrolment).where(
        StandingEnrolment.measure_id == measure_id,
        StandingEnrolment.enrolment_id.in_([line.id for line in lines]),
    )
    uow.session.execute(gone)
    _let_others_stand(uow.session, measure_id, lines)


def _let_others_stand(session: Session, measure_id: UUID, struck: Sequence[Enrolment]) -> None:
    """Of those who were told the same and did not stand, the first in line stands now."""
    names = Enrolment.name_key.in_({line.name_key for line in struck})
    phones = {line.phone_key for line in struck} - {None}
    waiting = names | Enrolment.phone_key.in_(phones) if phones else names
    for line in _not_withdrawn(session, measure_id, waiting):
        put(session, line)


def _not_withdrawn(
    session: Session, measure_id: UUID, which: ColumnElement[bool]
) -> Sequence[Enrolment]:
    gone = exists().where(
        EnrolmentWithdrawal.measure_id == Enrolment.measure_id,
        EnrolmentWithdrawal.enrolment_id == Enrolment.id,
    )
    lines = select(Enrolment).where(Enrolment.measure_id == measure_id, which, ~gone)
    return session.scalars(lines.order_by(Enrolment.number)).all()
