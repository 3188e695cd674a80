"""What a town stands on: its place, people, published totals, ordinance and designations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from referendum.kernel import clock
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.lifecycle.office.tables import OfficeHolder
from referendum.lifecycle.tables import Designation, OrdinanceKept
from referendum.roll import entering_totals, inventing, places
from referendum.roll.places import DistrictPlan
from referendum.roll.tables import District, Person
from referendum.roll.totals import TotalKind
from thresholds.vocabulary import Instrument

MONDAY = datetime(2027, 2, 1, 0, 0, tzinfo=UTC)
"""When the town wakes up: nine in the morning there."""
BASE = date(2026, 12, 31)
PER_DISTRICT = 12
SEED = 7
HOLDERS = {
    Authority.MAYOR: ("시험시장", "가상시장"),
    Authority.ELECTION_COMMISSION: ("시험위원장", "가상위원장"),
}
"""Title and name of whoever holds an office."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is the same in every copy of a town: read once, it is known in each of them."""

    place: UUID
    districts: tuple[District, ...]
    persons: Mapping[str, UUID]
    """By register number."""

    @classmethod
    def read(cls, begin: Begin) -> Ground:
        with begin() as uow:
            place = places.jurisdiction(uow.session, "kr-goyang").id
            persons = select(Person.register_no, Person.id).where(Person.jurisdiction_id == place)
            return cls(
                place,
                tuple(places.districts_on(uow.session, place, BASE)),
                {str(number): person for number, person in uow.session.execute(persons)},
            )


def people_of(districts: Sequence[District]) -> dict[UUID, range]:
    """The numbers of each district's residents."""
    return {
        district.id: range(1 + at * PER_DISTRICT, 1 + (at + 1) * PER_DISTRICT)
        for at, district in enumerate(districts)
    }


def laid(begin: Begin, vault: Vault) -> Ground:
    """The ground in an empty database: its clock stands at MONDAY."""
    with begin() as uow:
        clock.start_at(uow.session, MONDAY)
    with begin() as uow:
        place = places.settle(
            uow, places.read_place(), operated_by=[Authority.MAYOR, Authority.COUNCIL_CHAIR]
        ).id
    districts = Ground.read(begin).districts
    with begin() as uow:
        invented = inventing.invent_residents(
            uow,
            vault,
            jurisdiction_id=place,
            per_district={district.id: PER_DISTRICT for district in districts},
            seed=SEED,
            as_of=date(2027, 1, 20),
        )
        assert invented.numbers == people_of(districts)
        for instrument in Instrument:
            _publishes(uow, place, districts, instrument)
        uow.session.add(_ordinance(place))
        for instrument in (Instrument.INITIATIVE, Instrument.REFERENDUM, Instrument.ADVISORY):
            uow.session.add(_designation(place, instrument))
        uow.session.add_all(_holder(place, office, *named) for office, named in HOLDERS.items())
    return Ground.read(begin)


def elsewhere(begin: Begin) -> UUID:
    """Another place of the same deployment."""
    with begin() as uow:
        place = places.add_jurisdiction(
            uow,
            code="kr-elsewhere",
            name_ko="다른시",
            name_en="Elsewhere",
            level="city",
            population=1000,
            operated_by=[Authority.MAYOR, Authority.COUNCIL_CHAIR],
        )
        plan = DistrictPlan(code="d1", name_ko="가동", name_en="Ga", valid_from=date(2000, 1, 1))
        places.add_districts(uow, place.id, [plan])
        return place.id


def _publishes(
    uow: UnitOfWork, place: UUID, districts: Sequence[District], instrument: Instrument
) -> None:
    whole = PER_DISTRICT * len(districts)
    entering_totals.publish_totals(
        uow,
        jurisdiction_id=place,
        instrument=instrument,
        kind=TotalKind.CLAIMANTS,
        base_year=BASE.year,
        numbers={None: whole, **{one.id: PER_DISTRICT for one in districts}},
        source="시험용 공고",
        published_on=date(2027, 1, 8),
        by=Officer(
            uuid4(),
            place,
            Authority.MAYOR,
            frozenset(Role),
            fresh=True,
            seconded_by="officer:another",
        ),
    )


def _ordinance(place: UUID) -> OrdinanceKept:
    return OrdinanceKept(
        jurisdiction_id=place,
        instrument=Instrument.REFERENDUM.value,
        valid_from=date(2022, 4, 26),
        numbers={"share": "1/20", "collection_days": 90, "cure_days": 10},
        source="시험용",
        assumed=True,
    )


def _holder(place: UUID, office: Authority, title: str, name: str) -> OfficeHolder:
    return OfficeHolder(
        jurisdiction_id=place,
        office=office.value,
        name=name,
        title=title,
        from_day=date(2022, 7, 1),
        document_number="시험-취임",
        document_date=date(2022, 7, 1),
        recorded_by="operator",
        demo=True,
    )


def _designation(place: UUID, instrument: Instrument) -> Designation:
    return Designation(
        jurisdiction_id=place,
        instrument=instrument.value,
        system="시험용 시스템",
        from_day=date(2026, 1, 1),
        document_number="시험-1",
        document_date=date(2026, 1, 1),
        recorded_by="operator",
        demo=True,
    )
