"""Whom the asker means: looked up before the code, told only after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from referendum.kernel.sealing import Vault
from referendum.roll import finding
from referendum.roll.tables import Residence


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
    """The one person of this name and birth date with this number; or whether there are more."""
    if isinstance(described, Unnamed):
        return None, False
    found = finding.candidates(
        session,
        vault,
        jurisdiction_id=described.jurisdiction_id,
        name=described.name,
        birth_date=described.birth_date,
    )
    numbers = session.execute(
        select(Residence.person_id, Residence.phone_index).where(
            # Not `in_`, whose text would show how many were found.
            Residence.id == any_(literal([each.residence_id for each in found], ARRAY(Uuid())))
        )
    )
    people = {person_id for person_id, index in numbers if index == phone_index}
    return (people.pop(), False) if len(people) == 1 else (None, len(people) > 1)
