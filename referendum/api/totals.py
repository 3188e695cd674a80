"""The claimant totals of each year, as they were published and corrected."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter

from referendum.api.callers import House
from referendum.api.paging import Asks
from referendum.api.places import Code
from referendum.api.refusing import Route, possible
from referendum.api.shapes import FindingOut, From, Page, Told, ToldOf
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import totalling
from referendum.lifecycle.rules import local_day
from referendum.lifecycle.totalling import Stated, Year
from referendum.roll import places
from referendum.roll.errors import JurisdictionNotFound
from referendum.roll.tables import PublishedTotal

router = APIRouter(prefix="/places/{code}/totals", tags=["places"], route_class=Route)


class PublishedOut(ToldOf[PublishedTotal]):
    """A number as it was announced."""

    number: int
    published_on: date
    source: str


class DistrictTotalOut(Told):
    district: str
    number: int
    floor: int | None


class StatedOut(Told):
    """One instrument's claimants. `late`: published after the last day, or not yet after it."""

    instrument: str
    due: date | None
    article: str | None
    late: bool
    published: PublishedOut | None
    corrected: list[PublishedOut]
    needed: list[FindingOut]
    districts: list[DistrictTotalOut]

    @classmethod
    def of(cls, stated: Stated) -> StatedOut:
        findings = [one for one in (stated.signatures, stated.spread) if one is not None]
        return cls(
            instrument=stated.instrument.value,
            due=stated.due,
            article=stated.article,
            late=stated.late,
            published=PublishedOut.of(stated.published) if stated.published else None,
            corrected=[PublishedOut.of(one) for one in stated.corrected],
            needed=[FindingOut.of(one) for one in findings],
            districts=[
                DistrictTotalOut(
                    district=one.district.code,
                    number=one.published.number,
                    floor=one.floor.needed if one.floor else None,
                )
                for one in stated.districts
            ],
        )


class YearOut(ToldOf[Year]):
    """One base year; electors are a number of their own."""

    base_year: int
    claimants: Annotated[list[StatedOut], From("stated")]
    electors: list[PublishedOut]


@router.get("", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def list_totals(
    code: Code,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
) -> Page[YearOut]:
    """The totals of every base year, the last one first."""
    with house.look() as uow:
        place = places.jurisdiction(uow.session, code)
        today = local_day(uow.now(), ZoneInfo(place.zone))
        found = totalling.years(uow.session, place, today)
        return asks.part(found, YearOut.of, key=lambda year: f"{9999 - year.base_year}")
