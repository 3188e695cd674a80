"""A resident whom a notice can reach."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from referendum.roll.finding import name_index, seal_place
from referendum.roll.tables import Person, Residence
from tests.town import Town

PHONE = "+821023456789"
NAME = "홍길동"
BORN = date(1980, 1, 1)


def lives_with_phone(town: Town) -> UUID:
    """A resident of whom the register holds particulars."""
    person = Person(id=uuid4(), jurisdiction_id=town.place, register_no=uuid4().hex)
    told = {"name": NAME, "former_names": [], "address": "견본로 2", "phone": PHONE}
    with town.begin() as uow:
        uow.session.add(person)
        uow.session.flush()
        key = town.vault.new_key(uow.session, purpose="register:test")
        uow.session.add(
            Residence(
                person_id=person.id,
                version_from=1,
                district_id=town.districts[0].id,
                birth_date=BORN,
                nationality="KR",
                stated_from=date(2010, 1, 1),
                registered_from=date(2010, 1, 1),
                name_index=name_index(town.vault, NAME, BORN),
                sealed=key.seal_fields(told, place=seal_place(person.id)),
                key_id=key.id,
            )
        )
    return person.id
