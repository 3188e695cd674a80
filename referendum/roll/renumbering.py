"""Phones that change on file: when they serve, who is told, and what an objection stops.

Whoever writes the register could make a phone of their own anybody's. So a phone that comes onto
it after its first version serves nobody for some days (OTP-15), the holders of the former number
are told before it does, and any of them can stop it until the desk has looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll.finding import seal_place
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.tables import Person, Residence
from referendum.roll.versions import last_number

TASK: Final = "phones.tell"
"""Asks for the former numbers of a version's phones to be told (`untold`)."""
MANY: Final = 100
"""Changes whose former numbers are told with one transaction."""
LATELY: Final = timedelta(days=30)
"""Longer than any phone may be set to rest: within it the number before the last one is told too,
so that nobody gets past its holder by changing twice. Assumed; no text gives it."""


class Outcome(StrEnum):
    """What the desk found where somebody had objected."""

    SERVES = "serves"
    """The phone is the person's own: it serves once its days are over."""
    REFUSED = "refused"
    """It is not: it serves nobody, whatever the register says, until another comes."""


BROUGHT: Final = text("""
insert into phone_change (id, person_id, version, replaced, phone_index, former, changed_at,
       objected_at, objected_by)
select gen_random_uuid(), l.person_id, :version, l.phone_replaced, r.phone_index, array(
           select held.phone from (
               (select b.phone_index from residence b
                 where b.person_id = l.person_id and b.version_from < :version
                   and b.phone_index <> r.phone_index
                 order by b.version_from desc, b.registered_from desc limit 1)
               union
               select unnest(n.former) where n.changed_at > referendum_now() - :lately
                   or (n.objected_at is not null and n.outcome is distinct from 'serves')
           ) as held (phone) where held.phone <> r.phone_index),
       referendum_now(),
       case when n.settled_at is null then n.objected_at end,
       case when n.settled_at is null then n.objected_by end
  from register_intake_line l
  join residence r on r.person_id = l.person_id and r.version_from = :version
   and r.registered_from = l.registered_from and r.version_to is null
  left join lateral (select * from phone_change c where c.person_id = l.person_id
                      order by c.version desc limit 1) as n on true
 where l.intake_id = :intake and l.line between :first and :last
   and l.phone_replaced is not null
""").bindparams(lately=LATELY)
"""An objection that nobody has settled goes over to whatever phone comes next."""

SERVES: Final = """
 left join lateral (
   select n.objected_at is not null and n.outcome is distinct from 'serves' as disputed,
          n.told_at is null as untold, n.told_at + %(rest)s::interval as serves_from
     from phone_change n
    where n.person_id = t.meant
      and n.version = (select max(c.version) from phone_change c
                        where c.person_id = t.meant and c.version <=
                              (select max(v.number) from register_version v
                                where v.jurisdiction_id = t.jurisdiction_id))
 ) as phone on true"""
"""For a statement about many at once, by whom `t` means and its place: nothing where the phone was
there from the first. Whoever answers a code was found by the phone that is on file: another one
that came meanwhile rests as well."""


def changed_at(session: Session, person_id: UUID) -> datetime | None:
    """When the phone came onto the register that is there now; None where it always was."""
    change = latest(session, person_id)
    return None if change is None else change.changed_at


def latest(session: Session, person_id: UUID) -> PhoneChange | None:
    """The newest change of a person's phone that is in the register."""
    place = select(Person.jurisdiction_id).where(Person.id == person_id).scalar_subquery()
    theirs = select(PhoneChange).where(
        PhoneChange.person_id == person_id, PhoneChange.version <= last_number(place)
    )
    return session.scalars(theirs.order_by(PhoneChange.version.desc()).limit(1)).first()


def register_number(session: Session, person_id: UUID) -> str | None:
    """Under what the register's keeper finds somebody."""
    return session.scalar(select(Person.register_no).where(Person.id == person_id))


def tell_later(uow: UnitOfWork, jurisdiction_id: UUID, version: int) -> None:
    """Have the holders of the former numbers told of a version's changes."""
    uow.later(TASK, jurisdiction_id=str(jurisdiction_id), version=str(version))


def untold(session: Session, jurisdiction_id: UUID, version: int) -> Sequence[PhoneChange]:
    """The next changes of a version whose former numbers were not told, held until the end."""
    rows = (
        select(PhoneChange)
        .join(Person, Person.id == PhoneChange.person_id)
        .where(
            PhoneChange.told_at.is_(None),
            PhoneChange.version == version,
            Person.jurisdiction_id == jurisdiction_id,
        )
    )
    ordered = rows.order_by(PhoneChange.id).limit(MANY)
    return session.scalars(ordered.with_for_update(of=PhoneChange)).all()


def former_numbers(session: Session, vault: Vault, change: PhoneChange) -> list[str]:
    """The numbers themselves, as far as the register's former versions can still be opened."""
    held = (
        select(Residence)
        .where(
            Residence.person_id == change.person_id,
            Residence.phone_index.in_(change.former),
            Residence.sealed.is_not(None),
        )
        .order_by(Residence.version_from)
    )
    numbers: dict[bytes, str] = {}
    for row in session.scalars(held):
        if row.sealed is None or row.key_id is None or row.phone_index is None:
            continue
        key = vault.open_key(session, row.key_id)
        told = key.unseal_fields(row.sealed, place=seal_place(change.person_id))
        numbers[row.phone_index] = told["phone"]
    return [*numbers.values()]


def changes_from(session: Session, jurisdiction_id: UUID, index: bytes) -> list[PhoneChange]:
    """Changes away from the number of this hash that hold now and nobody objected to, held."""
    former = (
        select(PhoneChange)
        .join(Person, Person.id == PhoneChange.person_id)
        .where(
            PhoneChange.former.contains([index]),
            PhoneChange.objected_at.is_(None),
            Person.jurisdiction_id == jurisdiction_id,
        )
    )
    rows = session.scalars(former.order_by(PhoneChange.id).with_for_update(of=PhoneChange))
    return [one for one in rows if latest(session, one.person_id) is one]


def disputed(session: Session, jurisdiction_id: UUID) -> Sequence[PhoneChange]:
    """What the desk has to look at, oldest first."""
    newer = select(func.max(PhoneChange.version)).where(
        PhoneChange.person_id == Person.id, PhoneChange.version <= last_number(jurisdiction_id)
    )
    rows = (
        select(PhoneChange)
        .join(Person, Person.id == PhoneChange.person_id)
        .where(
            PhoneChange.objected_at.is_not(None),
            PhoneChange.settled_at.is_(None),
            Person.jurisdiction_id == jurisdiction_id,
            PhoneChange.version == newer.correlate(Person).scalar_subquery(),
        )
    )
    return session.scalars(rows.order_by(PhoneChange.objected_at, PhoneChange.id)).all()
