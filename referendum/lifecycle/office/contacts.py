"""Where people find an authority's desk: told wherever a screen can go no further."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.dates import following
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.office.tables import Contact

LONGEST: Final = 200
FIRST: Final = (Authority.MAYOR, Authority.COUNCIL_CHAIR, Authority.ELECTION_COMMISSION)
"""Whose desk is told where any will do: the register of residents is the city's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How a desk is found. The English may be left empty."""

    name_ko: str
    address_ko: str
    telephone: str
    hours_ko: str
    name_en: str = ""
    address_en: str = ""
    hours_en: str = ""


def change(uow: UnitOfWork, reached: Reached, *, by: Officer) -> None:
    """Write down where the officer's own authority is found, in place of what was told before."""
    by.insist(Role.ADMINISTRATOR)
    write(uow, by.jurisdiction, by.authority, reached, mark=by.mark)
    uow.record("contact.changed", by=by, facts={"authority": by.authority.value})


def write(
    uow: UnitOfWork, place: UUID, authority: Authority, reached: Reached, *, mark: str
) -> None:
    """The same where a whole city is set up at once, which the record need not tell."""
    told = {name: given.strip() for name, given in asdict(reached).items()}
    following.insist_written(
        **{name: given for name, given in told.items() if not name.endswith("_en")}
    )
    for name, given in told.items():
        if len(given) > LONGEST:
            raise ParticularMissing(field=name)
    told |= {"changed_by": mark, "changed_at": uow.now()}
    row = insert(Contact).values(jurisdiction_id=place, authority=authority.value, **told)
    uow.session.execute(
        row.on_conflict_do_update(index_elements=["jurisdiction_id", "authority"], set_=told)
    )


def listed(session: Session, place: UUID) -> Mapping[Authority, Contact]:
    """Of each authority that has said so, in the order in which they are told."""
    rows = session.scalars(select(Contact).where(Contact.jurisdiction_id == place))
    found = {Authority(row.authority): row for row in rows}
    return {authority: found[authority] for authority in FIRST if authority in found}


def desk(session: Session, place: UUID) -> Contact | None:
    """The desk that people are sent to where any will do."""
    return next(iter(listed(session, place).values()), None)
