"""Who holds an office, at the desk: those on record, and a new holder, by two officers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from referendum.identity.staff import names_of
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import seconding
from referendum.lifecycle.office import holders
from referendum.lifecycle.office.holders import Seat
from referendum.roll import places
from referendum.web.dated import Day, Paper
from referendum.web.desk.form import Context, Desk, Form, Page, Went
from referendum.web.fields import Choice, Given, Text

TERM: Final = timedelta(days=5 * 366)
"""A term of office is four years."""


def _opened(desk: Desk) -> None:
    desk.officer.insist(Role.CLERK)


def _list(desk: Desk, _about: None) -> Context:
    session, today = desk.session, places.today(desk.uow, desk.place)
    found = holders.listed(session, desk.place)
    now = {one: holders.on(session, desk.place, one, today) for one in Authority}
    mine = [one for one in Authority if holders.refusal(session, desk.officer, one) is None]
    marks = [mark for one in found for mark in (one.recorded_by, one.confirmed_by) if mark]
    return {
        "found": found,
        "now": {one.value: row for one, row in now.items()},
        "current": {row.id for row in now.values() if row is not None},
        "choices": [(one.value, desk.words(f"measure.authority.{one.value}")) for one in mine],
        "people": names_of(session, marks),
    }


def _propose(desk: Desk, _about: None, given: Given) -> Went:
    said: dict[str, Any] = dict(given)
    put = seconding.propose_holder(desk.uow, Seat(**said), by=desk.officer)
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


OFFICES: Final = Page("/desk/offices", "offices", "office.title", _opened, _list)
SEATING: Final = Form(
    OFFICES,
    _propose,
    {
        "office": Choice(Authority, label="office.which"),
        "name": Text(needed=True, label="office.name"),
        "title": Text(needed=True, label="office.as"),
        "from_day": Day(near=TERM, label="office.from"),
        "until_day": Day(needed=False, near=TERM, label="office.until"),
        "document": Paper(),
    },
    usual="name",
)
