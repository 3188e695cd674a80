"""Whom the asker means: looked up before the code, told only after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Uuid, any_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from referendum.kernel.sealing import Vault
from referendum.roll import finding
from referendum.roll.tables import Jurisdiction, Residence


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Whom the asker claims to be."""

    jurisdiction_id: UUID
    name: str
    birth_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnamed:
    """Somebody who shows that they hold a phone, and no more: the register is not asked."""

    jurisdiction_id: UUID


def meant(
    session: Session, vault: Vault, described: Described | Unnamed, phone_index: bytes
) -> tuple[UUID | None, bool]:
    """The one person of this name and birth date with this number; or whether more live here."""
    if isinstance(described, Unnamed):
        return None, False
    found = finding.candidates(
        session,
        vault,
        jurisdiction_id=described.jurisdiction_id,
        name=described.name,
        birth_date=described.birth_date,
    )
    today = (
        select(cast(func.timezone(Jurisdiction.zone, func.referendum_now()), Date))
        .where(Jurisdiction.id == described.jurisdiction_id)
        .scalar_subquery()
    )
    lives_here = or_(Residence.registered_to.is_(None), Residence.registered_to > today)
    numbers = session.execute(
        select(Residence.person_id, Residence.phone_index, lives_here).where(
            # Not `in_`, whose text would show how many were found.
            Residence.id == any_(literal([each.residence_id for each in found], ARRAY(Uuid())))
        )
    )
    theirs = {person_id: lives for person_id, index, lives in numbers if index == phone_index}
    # Who moved away and came back under another number of the register is the one who lives here.
    people = {person_id for person_id, lives in theirs.items() if lives} or set(theirs)
    return (people.pop(), False) if len(people) == 1 else (None, len(people) > 1)
