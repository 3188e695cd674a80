"""The places served, and their districts on a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path

from referendum.api.callers import House
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.shapes import Day, Label, Moment, Page, Told, ToldOf
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.kernel import clock
from referendum.lifecycle.dates import daysoff, elections, outages
from referendum.lifecycle.rules import local_day
from referendum.lifecycle.tables import DayOff, ElectionSet, OutageKept
from referendum.roll import places
from referendum.roll.errors import JurisdictionNotFound
from referendum.roll.tables import District, Jurisdiction

router = APIRouter(prefix="/places", tags=["places"], route_class=Route)

Code = Annotated[str, Path(pattern=r"^[a-z0-9-]{2,60}$")]


class PlaceOut(ToldOf[Jurisdiction]):
    id: UUID
    code: str
    name_ko: str
    name_en: str
    level: str
    zone: str
    population: int
    operated_by: list[str]


class DistrictOut(ToldOf[District]):
    """The smallest area counted, from its first day to, not including, its last."""

    id: UUID
    code: str
    name_ko: str
    name_en: str
    borough_ko: str
    borough_en: str
    valid_from: date
    valid_to: date | None
    tile_x: int | None
    tile_y: int | None
    position: int
    """Where it stands in the city's own order."""


@router.get("")
@shared(declared=True)
def list_places(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
) -> Page[PlaceOut]:
    """All that this deployment serves."""
    with house.look() as uow:
        found = places.jurisdictions(uow.session)
        return asks.part(found, PlaceOut.of, key=lambda place: place.code)


@router.get("/{code}", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def show_place(
    code: Code,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> PlaceOut:
    """One place."""
    with house.look() as uow:
        return PlaceOut.of(places.jurisdiction(uow.session, code))


@router.get("/{code}/districts", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def list_districts(
    code: Code,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
    on: Day | None = None,
) -> Page[DistrictOut]:
    """The districts that exist on a day: today, unless one is given."""
    with house.look() as uow:
        place = places.jurisdiction(uow.session, code)
        day = on or local_day(clock.read(uow.session), ZoneInfo(place.zone))
        found = places.districts_on(uow.session, place.id, day)
        return asks.part(found, DistrictOut.of, key=lambda district: district.code)


class ElectionOut(Told):
    """A public election, which bars or excludes days. Without districts it is held everywhere."""

    day: date
    kind: str
    title: Label
    districts: list[UUID]


class DayOffOut(Told):
    """A day off that was declared for once, or (not `off`) a holiday on which people work."""

    day: date
    off: bool
    title: Label
    document_number: str
    document_day: date


class OutageOut(Told):
    """A time in which the service was down, and the days that a rule may give back for it."""

    from_at: Moment
    until_at: Moment
    first: date
    last: date
    title: Label
    document_number: str
    document_day: date


class CalendarOut(Told):
    """All that is declared of a place's days; every deadline here is computed from it."""

    elections: list[ElectionOut]
    days_off: list[DayOffOut]
    outages: list[OutageOut]


@router.get("/{code}/calendar", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def show_calendar(
    code: Code,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> CalendarOut:
    """Elections, days off and outages as administrators entered them, the latest first."""
    with house.look() as uow:
        place = places.jurisdiction(uow.session, code)
        return CalendarOut(
            elections=[_election(one) for one in elections.listed(uow.session, place.id)],
            days_off=[_day_off(one) for one in daysoff.listed(uow.session, place.id)],
            outages=[
                _outage(one, ZoneInfo(place.zone)) for one in outages.listed(uow.session, place.id)
            ],
        )


def _election(kept: ElectionSet) -> ElectionOut:
    return ElectionOut(
        day=kept.day,
        kind=kept.kind,
        title=Label(ko=kept.title_ko, en=kept.title_en),
        districts=[UUID(one) for one in kept.districts or ()],
    )


def _day_off(kept: DayOff) -> DayOffOut:
    return DayOffOut(
        day=kept.day,
        off=kept.off,
        title=Label(ko=kept.title_ko, en=kept.title_en),
        document_number=kept.document_number,
        document_day=kept.document_date,
    )


def _outage(kept: OutageKept, zone: ZoneInfo) -> OutageOut:
    first, last = outages.days_lost(kept, zone)
    return OutageOut(
        from_at=kept.from_at,
        until_at=kept.until_at,
        first=first,
        last=last,
        title=Label(ko=kept.title_ko, en=kept.title_en),
        document_number=kept.document_number,
        document_day=kept.document_date,
    )
