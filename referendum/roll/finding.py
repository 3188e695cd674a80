"""Finding candidates in the register by keyed hashes; who a person is, the number alone says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    cast,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from referendum.kernel.sealing import SealBroken, SealedDataKey, Vault
from referendum.roll.errors import PersonNotFound
from referendum.roll.names import name_text
from referendum.roll.tables import FormerName, Jurisdiction, Person, Residence
from referendum.roll.versions import current, last_number

TRIED: Final = 20
"""How many people's hashes are made again to see whether the pepper is theirs."""


@dataclass(frozen=True, slots=True)
class Found:
    """A person whom a name, or a phone, may mean."""

    person_id: UUID
    residence_id: UUID
    district_id: UUID


@dataclass(frozen=True, slots=True)
class Details:
    """What the register holds of a person, unsealed."""

    name: str
    former_names: tuple[str, ...]
    birth_date: date
    address: str
    phone: str | None
    """E.164, where the register has a mobile number that can be used."""
    nationality: str
    district_id: UUID
    registered_from: date
    registered_to: date | None


def name_index(vault: Vault, name: str, birth_date: date) -> bytes:
    """The keyed hash under which a name with a birth date is found."""
    return vault.mac("name").of(name_text(name, birth_date))


def phone_index(vault: Vault, phone: str) -> bytes:
    """The keyed hash of a phone number in E.164."""
    return vault.mac("phone").of(phone)


def person_key(vault: Vault, measure_id: UUID, person_id: UUID) -> bytes:
    """What stands for a person on one measure; without the pepper it leads to nobody."""
    return vault.mac(f"person:{measure_id}").of(str(person_id))


def candidates(
    session: Session, vault: Vault, *, jurisdiction_id: UUID, name: str, birth_date: date
) -> list[Found]:
    """Everybody who bears or bore this name and was born on this day."""
    index = literal(name_index(vault, name, birth_date))
    return _found(session, jurisdiction_id, _bearing(literal(jurisdiction_id), index))


def bearers(*, jurisdiction_id: ColumnElement[UUID], index: ColumnElement[bytes]) -> Select[Any]:
    """The (person_id, phone_index, lives_here) of everybody whom a name index may mean.

    By expressions of SQL: the rule of `candidates`, for a statement that is about many at once.
    """
    today = (
        select(cast(func.timezone(Jurisdiction.zone, func.referendum_now()), Date))
        .where(Jurisdiction.id == jurisdiction_id)
        .scalar_subquery()
    )
    lives_here = or_(Residence.registered_to.is_(None), Residence.registered_to > today)
    told = (Residence.phone_index, lives_here.label("lives_here"))
    return _episodes(jurisdiction_id, _bearing(jurisdiction_id, index), *told)


def person_details(session: Session, vault: Vault, person_id: UUID) -> Details | None:
    """Who this is. None where the register holds no particulars, as with invented people."""
    row = latest_residence(session, person_id)
    if row is None:
        raise PersonNotFound(person=str(person_id))
    if row.sealed is None or row.key_id is None:
        return None
    key = vault.open_key(session, row.key_id)
    told = key.unseal_fields(row.sealed, place=seal_place(person_id))
    return Details(
        name=told["name"],
        former_names=tuple(told["former_names"]),
        birth_date=row.birth_date,
        address=told["address"],
        phone=told["phone"],
        nationality=row.nationality,
        district_id=row.district_id,
        registered_from=row.registered_from,
        registered_to=row.registered_to,
    )


def seal_place(person_id: UUID) -> str:
    """A person's seal holds for all of that person's rows, and for nobody else's."""
    return f"residence:{person_id}"


def latest_residence(session: Session, person_id: UUID) -> Residence | None:
    """A person's last episode as the register states it now."""
    place = select(Person.jurisdiction_id).where(Person.id == person_id).scalar_subquery()
    rows = select(Residence).where(Residence.person_id == person_id, current(place))
    return session.scalars(rows.order_by(Residence.registered_from.desc()).limit(1)).first()


def _bearing(
    jurisdiction_id: ColumnElement[UUID], index: ColumnElement[bytes]
) -> ColumnElement[bool]:
    """Whoever bears or bore the name, and was born on the day, that is hashed in `index`."""
    once = select(FormerName.person_id).where(
        FormerName.name_index == index, FormerName.version_from <= last_number(jurisdiction_id)
    )
    now = select(Residence.person_id).where(Residence.name_index == index, current(jurisdiction_id))
    return Residence.person_id.in_(union(now, once))


def _found(session: Session, jurisdiction_id: UUID, condition: ColumnElement[bool]) -> list[Found]:
    """The last episode of each person that fits."""
    fitting = _episodes(literal(jurisdiction_id), condition, Residence.id, Residence.district_id)
    return [Found(*row) for row in session.execute(fitting)]


def _episodes(
    jurisdiction_id: ColumnElement[UUID], condition: ColumnElement[bool], *told: Any
) -> Select[Any]:
    return (
        select(Residence.person_id, *told)
        .join(Person, Person.id == Residence.person_id)
        .where(Person.jurisdiction_id == jurisdiction_id, current(jurisdiction_id), condition)
        .ext(distinct_on(Residence.person_id))
        .order_by(Residence.person_id, Residence.registered_from.desc())
    )


def pepper_fits(session: Session, vault: Vault) -> bool | None:
    """Whether people of the register stand under the pepper's hashes; None where none can be tried.

    A few are looked at: how names are levelled may have been bettered since a line was taken in.
    """
    some = (
        select(Residence)
        .join(SealedDataKey, SealedDataKey.id == Residence.key_id)
        .where(Residence.sealed.is_not(None), SealedDataKey.wrapped.is_not(None))
        .limit(TRIED)
    )
    tried = [_stands_under(session, vault, row) for row in session.scalars(some)]
    found = [each for each in tried if each is not None]
    return any(found) if found else None


def _stands_under(session: Session, vault: Vault, row: Residence) -> bool | None:
    """None where the row cannot be opened: that is another key's fault."""
    if row.sealed is None or row.key_id is None:
        return None
    try:
        told = vault.open_key(session, row.key_id).unseal_fields(
            row.sealed, place=seal_place(row.person_id)
        )
    except SealBroken:
        return None
    return name_index(vault, told["name"], row.birth_date) == row.name_index
