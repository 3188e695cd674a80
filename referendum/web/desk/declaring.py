"""What a clerk declares about days: elections, days off that no almanac knows, outages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from referendum.kernel.people import Role
from referendum.lifecycle.dates import daysoff, elections, outages
from referendum.lifecycle.dates.declaring import Declared
from referendum.roll import places
from referendum.roll.tables import Jurisdiction
from referendum.web.desk.fields import (
    REASON,
    Choice,
    Day,
    Field,
    Given,
    Moment,
    Paper,
    Text,
    Tick,
    Ticks,
)
from referendum.web.desk.form import Desk, Form, Page
from referendum.web.desk.register import REGISTER
from thresholds.vocabulary import ElectionKind

TITLES: Final[Mapping[str, Field]] = {"title_ko": Text(), "title_en": Text()}


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose days they are."""

    place: Jurisdiction

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.zone)


def _opens(desk: Desk) -> _Place:
    desk.officer.insist(Role.CLERK)
    return _Place(desk.session.get_one(Jurisdiction, desk.officer.jurisdiction))


def _page(path: str, show: Callable[[Desk, _Place], Mapping[str, Any]]) -> Page[_Place]:
    return REGISTER.below(f"/{path}", path, f"desk.nav.{path}", _opens, show)


def _forms(
    page: Page[_Place],
    sort: Declared[Any],
    name: str,
    add: Callable[[Desk, _Place, Given], None],
    fields: Mapping[str, Field],
) -> tuple[Form[_Place], Form[_Place]]:
    """Entering one, and taking one out beside its own row."""

    def remove(desk: Desk, _place: _Place, given: Given) -> None:
        sort.remove(desk.uow, desk.at["row"], reason=given["reason"], by=desk.officer)

    entered = Form(page, add, fields, usual=next(iter(fields)), flash=f"desk.flash.{name}-set")
    removal = Form(
        page,
        remove,
        {"reason": REASON},
        path="/{row}/removal",
        more={"row": UUID},
        places={"reason": "reason-{row}"},
        usual="reason-{row}",
        flash=f"desk.flash.{name}-removed",
    )
    return entered, removal


def _elections(desk: Desk, place: _Place) -> Mapping[str, Any]:
    here = places.districts_on(desk.session, place.place.id, places.today(desk.uow, place.place.id))
    return {
        "elections": elections.listed(desk.session, place.place.id),
        "districts": here,
        "ticked": desk.ticked("districts"),
        "names": {str(one.id): one for one in here},
        "kinds": desk.choices(ElectionKind, "desk.election"),
    }


def _set_election(desk: Desk, place: _Place, given: Given) -> None:
    here = places.districts_on(desk.session, place.place.id, places.today(desk.uow, place.place.id))
    chosen = [one.id for one in here if str(one.id) in given["districts"]]
    elections.add(desk.uow, by=desk.officer, **{**given, "districts": chosen})


def _days_off(desk: Desk, place: _Place) -> Mapping[str, Any]:
    kinds = {"yes": "desk.day-off.off", "no": "desk.day-off.working"}
    return {
        "days": daysoff.listed(desk.session, place.place.id),
        "kinds": [(value, desk.words(key)) for value, key in kinds.items()],
    }


def _set_day_off(desk: Desk, _place: _Place, given: Given) -> None:
    daysoff.add(desk.uow, by=desk.officer, **{**given, "off": not given["off"]})


def _outages(desk: Desk, place: _Place) -> Mapping[str, Any]:
    found = outages.listed(desk.session, place.place.id)
    return {"outages": [(one, *outages.days_lost(one, place.zone)) for one in found]}


def _set_outage(desk: Desk, place: _Place, given: Given) -> None:
    local = {name: given[name].replace(tzinfo=place.zone) for name in ("from_at", "until_at")}
    outages.add(desk.uow, by=desk.officer, **{**given, **local})


ELECTIONS: Final = _page("elections", _elections)
DAYS_OFF: Final = _page("days-off", _days_off)
OUTAGES: Final = _page("outages", _outages)

PARTS: Final = (
    *_forms(
        ELECTIONS,
        elections.ELECTIONS,
        "election",
        _set_election,
        {"day": Day(), "kind": Choice(ElectionKind, ElectionKind.LOCAL), **TITLES,
         "districts": Ticks(), "reason": REASON},
    ),
    *_forms(
        DAYS_OFF,
        daysoff.DAYS_OFF,
        "day-off",
        _set_day_off,
        {"day": Day(), "off": Tick("no"), **TITLES, "document": Paper(), "reason": REASON},
    ),
    *_forms(
        OUTAGES,
        outages.OUTAGES,
        "outage",
        _set_outage,
        {"from_at": Moment(), "until_at": Moment(), **TITLES, "document": Paper(),
         "reason": REASON},
    ),
)  # fmt: skip
