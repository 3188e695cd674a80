"""What a clerk declares about days: elections, days off that no almanac knows, outages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from referendum.kernel.people import Role
from referendum.lifecycle.dates import daysoff, elections, outages
from referendum.lifecycle.dates.declaring import Declared
from referendum.roll.tables import Jurisdiction
from referendum.web.dated import Day, Moment, Paper
from referendum.web.desk import moving
from referendum.web.desk.form import Context, Desk, Form
from referendum.web.desk.register import REGISTER
from referendum.web.fields import REASON, Choice, Fields, Given, Text, Tick, Ticks
from thresholds.vocabulary import ElectionKind

NEXT_ELECTION: Final = timedelta(days=5 * 366)
"""No election is further away than the term of those who are elected."""


def _opens(desk: Desk) -> Jurisdiction:
    desk.officer.insist(Role.CLERK)
    return desk.session.get_one(Jurisdiction, desk.place)


def _entering(
    path: str,
    name: str,
    sort: Declared[Any],
    show: Callable[[Desk, Jurisdiction], Context],
    add: Callable[[Desk, Jurisdiction, Given], None],
    when: Fields,
    more: Fields,
) -> Form[Jurisdiction]:
    """The page of one sort, and the form with which one is entered."""

    def shown(desk: Desk, place: Jurisdiction) -> Context:
        moved = moving.by_cause(sort.moved(desk.session, desk.place))
        return {**show(desk, place), **moving.unseen(desk), "caused": moved}

    page = REGISTER.below(f"/{path}", path, f"desk.nav.{path}", _opens, shown)
    titles = {
        f"title_{one}": Text(needed=True, label=f"desk.{name}.title-{one}") for one in ("ko", "en")
    }
    fields: Fields = {**when, **titles, **more, "reason": REASON, "seen": moving.SEEN}
    return Form(
        page,
        add,
        fields,
        usual=next(iter(when)),
        tells=moving.told,
        flash=f"desk.flash.{name}-set",
    )


def _removing(entered: Form[Jurisdiction], sort: Declared[Any], name: str) -> Form[Jurisdiction]:
    """Taking one out beside its own row."""

    def remove(desk: Desk, _place: Jurisdiction, given: Given) -> None:
        sort.remove(desk.uow, desk.at["row"], by=desk.officer, **given)

    return Form(
        entered.page,
        remove,
        {"reason": REASON, "seen": moving.SEEN},
        path="/{row}/removal",
        more={"row": UUID},
        places={"reason": "reason-{row}"},
        usual="reason-{row}",
        tells=moving.told,
        flash=f"desk.flash.{name}-removed",
    )


def _elections(desk: Desk, _place: Jurisdiction) -> Context:
    here = desk.districts()
    return {
        "elections": elections.listed(desk.session, desk.place),
        "districts": here,
        "ticked": desk.ticked("districts"),
        "names": {str(one.id): one for one in here},
        "kinds": desk.choices(ElectionKind, "desk.election"),
    }


def _set_election(desk: Desk, _place: Jurisdiction, given: Given) -> None:
    chosen = [one.id for one in desk.districts() if str(one.id) in given["districts"]]
    elections.add(desk.uow, by=desk.officer, **{**given, "districts": chosen})


def _days_off(desk: Desk, _place: Jurisdiction) -> Context:
    words = desk.words
    kinds = [("yes", words("desk.day-off.off")), ("no", words("desk.day-off.working"))]
    return {"days": daysoff.listed(desk.session, desk.place), "kinds": kinds}


def _set_day_off(desk: Desk, _place: Jurisdiction, given: Given) -> None:
    daysoff.add(desk.uow, by=desk.officer, **{**given, "off": not given["off"]})


def _outages(desk: Desk, place: Jurisdiction) -> Context:
    found, zone = outages.listed(desk.session, desk.place), ZoneInfo(place.zone)
    return {"outages": [(one, *outages.days_lost(one, zone)) for one in found]}


def _set_outage(desk: Desk, place: Jurisdiction, given: Given) -> None:
    zone = ZoneInfo(place.zone)
    local = {name: given[name].replace(tzinfo=zone) for name in ("from_at", "until_at")}
    outages.add(desk.uow, by=desk.officer, **{**given, **local})


ELECTION: Final = _entering(
    "elections",
    "election",
    elections.ELECTIONS,
    _elections,
    _set_election,
    {
        "day": Day(near=NEXT_ELECTION, label="desk.election.day"),
        "kind": Choice(ElectionKind, usual=ElectionKind.LOCAL),
    },
    {"districts": Ticks()},
)
DAY_OFF: Final = _entering(
    "days-off",
    "day-off",
    daysoff.DAYS_OFF,
    _days_off,
    _set_day_off,
    {"day": Day(), "off": Tick("no")},
    {"document": Paper()},
)
OUTAGE: Final = _entering(
    "outages",
    "outage",
    outages.OUTAGES,
    _outages,
    _set_outage,
    {f"{one}_at": Moment(label=f"desk.outage.{one}") for one in ("from", "until")},
    {"document": Paper()},
)
NO_ELECTION: Final = _removing(ELECTION, elections.ELECTIONS, "election")
NO_DAY_OFF: Final = _removing(DAY_OFF, daysoff.DAYS_OFF, "day-off")
NO_OUTAGE: Final = _removing(OUTAGE, outages.OUTAGES, "outage")
