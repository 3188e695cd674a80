"""Designations at the desk: those on record, a new one, the end of one; each by two officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from referendum.identity.staff import names_of
from referendum.kernel.people import Officer, Role
from referendum.lifecycle import designating, seconding
from referendum.lifecycle.designating import Known, Plan
from referendum.lifecycle.errors import DesignationOver
from referendum.roll import places
from referendum.web.dated import Day, Paper
from referendum.web.desk.form import Context, Desk, Form, Page, Went
from referendum.web.fields import REASON, Choice, Given, Text
from thresholds.vocabulary import Instrument

LONG: Final = timedelta(days=10 * 366)
"""A designation may hold for years; only what lies further away is asked for once more."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A designation that holds, and that is to be over."""

    known: Known


def _opened(desk: Desk) -> None:
    desk.officer.insist(Role.CLERK)


def _mine(desk: Desk) -> list[Instrument]:
    """The instruments for which this officer's office writes designations down."""
    officer: Officer = desk.officer
    return [
        one
        for one in designating.demanding()
        if designating.refusal(desk.session, officer, one) is None
    ]


def _list(desk: Desk, _about: None) -> Context:
    today = places.today(desk.uow, desk.place)
    found = designating.listed(desk.session, desk.place)
    mine = _mine(desk)
    marks = [
        mark
        for one in found
        for mark in (one.row.recorded_by, one.row.confirmed_by)
        if mark is not None
    ]
    held = {one.row.instrument for one in found if one.holds(today)}
    return {
        "designations": found,
        "today": today,
        "mine": mine,
        "choices": [(one.value, desk.words(f"web.instrument.{one.value}")) for one in mine],
        "without": [one.value for one in designating.demanding() if one.value not in held],
        "people": names_of(desk.session, marks),
    }


def _ending(desk: Desk, designation_id: UUID) -> Ending:
    _opened(desk)
    found = designating.get(desk.session, desk.place, designation_id)
    refused = designating.refusal(desk.session, desk.officer, Instrument(found.row.instrument))
    if refused is not None:
        raise refused
    if found.revoked is not None:
        raise DesignationOver(designation=str(designation_id))
    return Ending(found)


def _propose(desk: Desk, _about: None, given: Given) -> Went:
    said: dict[str, Any] = dict(given)
    put = seconding.propose_designation(desk.uow, Plan(**said), by=desk.officer)
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _propose_end(desk: Desk, about: Ending, given: Given) -> Went:
    put = seconding.propose_revoking(desk.uow, about.known.row.id, by=desk.officer, **given)
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


DESIGNATIONS: Final = Page(
    "/desk/designations", "designations", "designations.title", _opened, _list
)
ENDING: Final = DESIGNATIONS.below(
    "/{designation_id}/revocation", "designation-over", "designations.end", _ending
)
RECORDING: Final = Form(
    DESIGNATIONS,
    _propose,
    {
        "instrument": Choice(Instrument, label="designations.instrument"),
        "system": Text(needed=True, label="designations.system"),
        "from_day": Day(near=LONG, label="designations.from"),
        "until_day": Day(needed=False, near=LONG, label="designations.until"),
        "document": Paper(filed=True),
    },
    usual="system",
)
REVOKING: Final = Form(
    ENDING,
    _propose_end,
    {
        "from_day": Day(needed=False, label="designations.over-from"),
        "document": Paper(filed=True),
        "reason": REASON,
    },
    usual="reason",
)
