"""What two clerks declare about days: elections, days off that no almanac knows, outages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from referendum.kernel.people import Role
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import declaring_days
from referendum.lifecycle.dates import daysoff, elections, outages
from referendum.lifecycle.dates.declaring import Declared
from referendum.lifecycle.days_declared import Sort
from referendum.roll.tables import Jurisdiction
from referendum.web.dated import Day, Moment, Paper
from referendum.web.desk import moving
from referendum.web.desk.form import Context, Desk, Form, Went
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
    add: Callable[[Desk, Jurisdiction, Given], Proposal],
    when: Fields,
    more: Fields,
) -> Form[Jurisdiction]:
    """The page of one sort, and the form with which one is entered."""

    def propose(desk: Desk, place: Jurisdiction, given: Given) -> Went:
        return _waits(add(desk, place, given))

    def shown(desk: Desk, place: Jurisdiction) -> Context:
        moved = moving.by_cause(sort.moved(desk.session, desk.place))
        whose = [("", sort.issuer_for(desk.officer).value)]
        return {**show(desk, place), **moving.unseen(desk), "caused": moved, "whose": whose}

    page = REGISTER.below(f"/{path}", path, f"desk.nav.{path}", _opens, shown)
    titles = {
        f"title_{one}": Text(needed=True, label=f"desk.{name}.title-{one}") for one in ("ko", "en")
    }
    fields: Fields = {
        **when,
        **titles,
        **more,
        "document": Paper(),
        "reason": REASON,
        "seen": moving.SEEN,
    }
    return Form(page, propose, fields, usual=next(iter(when)), tells=moving.told)


def _waits(put: Proposal) -> Went:
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _removing(entered: Form[Jurisdiction], sort: Sort) -> Form[Jurisdiction]:
    """Taking one out beside its own row."""

    def remove(desk: Desk, _place: Jurisdiction, given: Given) -> Went:
        return _waits(
            declaring_days.propose_removing(
                desk.uow, sort, desk.at["row"], by=desk.officer, **given
            )
        )

    return Form(
        entered.page,
        remove,
        {"document": Paper(plain=True), "reason": REASON, "seen": moving.SEEN},
        path="/{row}/removal",
        more={"row": UUID},
        places={one: f"{one}-{{row}}" for one in ("document_number", "document_day", "reason")},
        usual="reason-{row}",
        tells=moving.told,
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


def _set_election(desk: Desk, _place: Jurisdiction, given: Given) -> Proposal:
    chosen = [one.id for one in desk.districts() if str(one.id) in given["districts"]]
    said = {**given, "districts": chosen}
    return declaring_days.propose(desk.uow, Sort.ELECTION, by=desk.officer, **said)


def _days_off(desk: Desk, _place: Jurisdiction) -> Context:
    words = desk.words
    kinds = [("yes", words("desk.day-off.off")), ("no", words("desk.day-off.working"))]
    return {"days": daysoff.listed(desk.session, desk.place), "kinds": kinds}


def _set_day_off(desk: Desk, _place: Jurisdiction, given: Given) -> Proposal:
    said = {**given, "off": not given["off"]}
    return declaring_days.propose(desk.uow, Sort.DAY_OFF, by=desk.officer, **said)


def _outages(desk: Desk, place: Jurisdiction) -> Context:
    found, zone = outages.listed(desk.session, desk.place), ZoneInfo(place.zone)
    return {"outages": [(one, *outages.days_lost(one, zone)) for one in found]}


def _set_outage(desk: Desk, place: Jurisdiction, given: Given) -> Proposal:
    zone = ZoneInfo(place.zone)
    local = {name: given[name].replace(tzinfo=zone) for name in ("from_at", "until_at")}
    said = {**given, **local}
    return declaring_days.propose(desk.uow, Sort.OUTAGE, by=desk.officer, **said)


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
    {},
)
OUTAGE: Final = _entering(
    "outages",
    "outage",
    outages.OUTAGES,
    _outages,
    _set_outage,
    {f"{one}_at": Moment(label=f"desk.outage.{one}") for one in ("from", "until")},
    {},
)
NO_ELECTION: Final = _removing(ELECTION, Sort.ELECTION)
NO_DAY_OFF: Final = _removing(DAY_OFF, Sort.DAY_OFF)
NO_OUTAGE: Final = _removing(OUTAGE, Sort.OUTAGE)
