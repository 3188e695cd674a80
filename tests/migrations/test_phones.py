"""Phones that earlier versions of a register changed rest and stay closed like later ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import NullPool

from referendum.kernel.uow import Begin
from referendum.migrations import migrating
from referendum.migrations.migrating import Role, migrate
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.tables import RegisterVersion
from tests.roll.city import MARCH, City
from tests.schema import APP
from tests.stages import Standing

BEFORE = "0026"
APRIL = date(2026, 4, 1)
KEPT = ("person_id", "version", "replaced", "phone_index", "former")


@pytest.fixture
def registering_city(standing: Standing, begin: Begin) -> City:
    founded = standing("registering_city").founded
    assert isinstance(founded, City)
    return replace(founded, begin=begin, districts=dict(founded.districts))


@pytest.fixture
def owner(owner_url: str) -> Iterator[Connection]:
    with create_engine(owner_url, poolclass=NullPool).connect() as connection:
        yield connection


def changes(city: City) -> list[tuple[object, ...]]:
    with city.begin() as uow:
        rows = uow.session.scalars(
            select(PhoneChange).order_by(PhoneChange.version, PhoneChange.person_id)
        )
        return [tuple(getattr(one, name) for name in KEPT) for one in rows]


def counts(city: City) -> list[tuple[int, int]]:
    with city.begin() as uow:
        rows = uow.session.scalars(select(RegisterVersion).order_by(RegisterVersion.number))
        return [(one.phones_replaced, one.phones_first) for one in rows]


def test_what_was_imported_before_is_told_apart_as_it_would_be_now(
    registering_city: City, owner: Connection, owner_url: str
) -> None:
    city = registering_city
    kim = {"register_no": "R1", "phone": "010-2345-6789"}
    lee = {"register_no": "R2", "name": "이두리"}
    city.imports(kim, lee)
    moved = {"district": "siksa", "address": "고양시 견본로 2"}
    city.imports(kim | {"phone": "010-8765-4321"}, lee | moved, as_of=MARCH)
    new = {"register_no": "R3", "name": "박세움", "phone": "010-3333-4444"}
    city.imports(
        kim | {"phone": "010-8765-4321"} | moved,
        lee | moved | {"phone": "010-2222-3333"},
        new,
        as_of=APRIL,
    )
    made, counted = changes(city), counts(city)
    assert (len(made), counted) == (3, [(0, 0), (1, 0), (0, 2)])
    with owner.begin():
        migrating.downgrade(owner, BEFORE)
    migrate(owner_url, Role(APP), may_shift_clock=True)
    assert changes(city) == made
    assert counts(city) == counted
    with city.begin() as uow:
        told = uow.session.execute(select(PhoneChange.told_at, PhoneChange.changed_at)).all()
    assert all(at == of for at, of in told), "their days are counted from their import"
