"""Rolls frozen from the city's register, and who is on them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from referendum.kernel.people import Calendar
from referendum.kernel.uow import UnitOfWork
from referendum.roll.freezing import PIECE, Purpose, Wanted, freeze
from referendum.roll.tables import Person, Roll, RollEntry
from tests.roll.city import City
from thresholds.electorate import AgeDate, Electorate, Foreigners, ResidenceBase
from thresholds.vocabulary import Instrument

YEAR_END = date(2025, 12, 31)


def rule(
    *, age: int = 18, statuses: tuple[str, ...] | None = ("F-5",), held: int = 3
) -> Electorate:
    return Electorate(
        minimum_age=age,
        age_on=AgeDate.BASE_DATE,
        residence_base=ResidenceBase.PREVIOUS_YEAR_END,
        nationality="KR",
        foreigners=Foreigners(statuses=statuses, held_years=held, citation="ORD §2")
        if statuses is not None
        else None,
        citation="ORD §2",
    )


def frozen(city: City, **asked: Any) -> Roll:
    with city.begin() as uow:
        return freezes(uow, city, **asked)


def freezes(
    uow: UnitOfWork,
    city: City,
    *,
    electorate: Electorate | None = None,
    base: date = YEAR_END,
    age_on: date | None = None,
    version: int | None = None,
    districts: list[UUID] | None = None,
    piece: int = PIECE,
) -> Roll:
    return freeze(
        uow,
        Wanted(
            jurisdiction_id=city.id,
            purpose=Purpose.SIGNING,
            instrument=Instrument.INITIATIVE,
            measure_id=None,
            electorate=electorate or rule(),
            base_date=base,
            age_date=age_on or base,
            districts=districts,
        ),
        by=Calendar(),
        version=version,
        piece=piece,
    )


def members(city: City, roll: Roll) -> set[str]:
    with city.begin() as uow:
        rows = (
            select(Person.register_no)
            .join(RollEntry, RollEntry.person_id == Person.id)
            .where(RollEntry.roll_id == roll.id)
        )
        return set(uow.session.scalars(rows))
