"""The yearly claimant totals: three numbers a year, what corrected them, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import totalling
from referendum.lifecycle.totalling import Year
from referendum.roll import places
from referendum.web.downloads import csv_answer
from referendum.web.pages import page

router = APIRouter(prefix="/rules")

HEADS: Final = (
    "base_year",
    "instrument",
    "district",
    "claimants",
    "published_on",
    "due",
    "late",
    "source",
    "corrects",
    "needed",
)


@router.get("/totals")
@shared()
def show(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The last year in full, the years before it folded."""
    return page(request, "rulebooks/totals.html", **_stated(request))


@router.get("/totals.csv")
@shared()
def download(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """Every number that holds, one to a line."""
    lines = (line for year in _stated(request)["years"] for line in _lines(year))
    return csv_answer(HEADS, lines, name="totals.csv")


def _stated(request: Request) -> dict[str, Any]:
    """The place, its day, and its totals year by year."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        today = places.today(uow, place.id)
        years = totalling.years(uow.session, place, today)
    return {"place": place, "today": today, "years": years}


def _lines(year: Year) -> Iterator[list[str]]:
    """The whole place before its districts, as HEADS names the columns."""
    for one in year.stated:
        if one.published is None:
            continue
        own, due = [str(year.base_year), one.instrument.value], _day(one.due)
        whole, needed = one.published, one.signatures.needed if one.signatures else None
        before = str(one.corrected[0].number) if one.corrected else ""
        announced = [str(whole.number), whole.published_on.isoformat(), due]
        late = "yes" if one.late else "no"
        yield [*own, "", *announced, late, whole.source, before, str(needed or "")]
        for each in one.districts:
            number, floor = each.published, str(each.floor.needed) if each.floor else ""
            announced = [str(number.number), number.published_on.isoformat(), due]
            yield [*own, each.district.name_ko, *announced, "", number.source, "", floor]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
