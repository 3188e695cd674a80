"""How enrolments are written down: hashes and seals of one vote, an entry each, and what stands."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.identity.checking import Held
from referendum.kernel import record
from referendum.kernel.sealing import DataKey, Mac, Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.enrolment.tables import Enrolment, EnrolmentBook, StandingEnrolment
from referendum.roll.names import name_text


class How(StrEnum):
    """By what an enrolment was made: its assurance."""

    PHONE = "phone"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class BookKeys:
    """What seals the enrolments of one vote, and hashes that exist for this vote alone."""

    seal: DataKey = field(repr=False)
    name: Mac = field(repr=False)
    phone: Mac = field(repr=False)

    @classmethod
    def of(cls, session: Session, vault: Vault, book: EnrolmentBook) -> BookKeys:
        seal = vault.open_key(session, book.key_id)

        def keyed(purpose: str) -> Mac:
            pepper = vault.mac(f"enrolment-{purpose}:{book.measure_id}").key
            return Mac(hmac.digest(pepper, seal.secret, "sha256"))

        return cls(seal, keyed("name"), keyed("phone"))

    def name_key(self, name: str, birth_date: date) -> bytes:
        return self.name.of(name_text(name, birth_date))

    def phone_key(self, phone: Held) -> bytes:
        return self.phone.of(phone.phone_index.hex())


def place(line_id: UUID) -> str:
    """An enrolment's seal holds for it, and for no other."""
    return f"enrolment:{line_id}"


def enter(uow: UnitOfWork, line: Enrolment, act: str, *, by: str, on: date) -> UUID:
    """One entry for one voter: the day, and a commitment that says nothing by itself."""
    facts = {"assurance": line.assurance, "commitment": line.commitment.hex()}
    return record.append(uow.session, act, by=by, at=on, measure=line.measure_id, facts=facts)


def put(session: Session, line: Enrolment) -> bool:
    """Let a line stand, unless its name or its phone does: the constraints decide."""
    values = {
        "enrolment_id": line.id,
        "phone_key": line.phone_key,
        "district_id": line.district_id,
        "assurance": line.assurance,
    }
    wanted = insert(StandingEnrolment).values(
        measure_id=line.measure_id, name_key=line.name_key, **values
    )
    if line.assurance == How.DESK:
        once = wanted.on_conflict_do_update(
            index_elements=["measure_id", "name_key"],
            set_=values,
            where=StandingEnrolment.assurance == How.PHONE.value,
        )
    else:
        once = wanted.on_conflict_do_nothing()
    return session.scalar(once.returning(StandingEnrolment.enrolment_id)) is not None
