"""What an authority has done by two officers, what by one, and asking to have it otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from referendum.identity import accounts
from referendum.identity.accounts import ADMINISTRATORS
from referendum.identity.staff import names_of
from referendum.kernel import proposals
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import entrusting
from referendum.lifecycle.entrusting import Duty, Many
from referendum.web.desk.form import Context, Desk, Form, Page, Went, every_officer
from referendum.web.fields import Choice, Given, Text

LATEST: Final = 20
"""So many decisions of before are shown."""


def _all(desk: Desk, _nothing: None) -> Context:
    """The whole set: what the office decides on, what never changes, what was decided."""
    found = entrusting.duties(desk.uow, desk.officer)
    before = entrusting.changed(desk.uow, desk.officer, limit=LATEST)
    return {
        "open": [one for one in found if one.lock is None],
        "locked": [one for one in found if one.lock is not None],
        "besides": entrusting.besides(desk.officer.authority),
        "before": [(row, proposals.standing(row, desk.uow.now()).value) for row in before],
        "people": names_of(desk.session, _marks(found, before)),
        "may": entrusting.refusal(desk.officer) is None,
        "alone": _alone(desk),
    }


def _marks(found: Iterable[Duty], before: Iterable[Proposal]) -> set[str]:
    """Everybody who left something to one, asked for it or answered."""
    left = [mark for one in found if one.left for mark in (one.left.left_by, one.left.confirmed_by)]
    asked = [*before, *(one.asked for one in found if one.asked)]
    officers = [by for one in asked for by in (one.proposed_by, one.settled_by)]
    return {mark for mark in left if mark} | {f"officer:{by}" for by in officers if by}


def _alone(desk: Desk) -> bool:
    """Whether there is no second administrator who could confirm."""
    there = accounts.in_use(desk.session, desk.place, desk.officer.authority)
    return len(there) < ADMINISTRATORS


def _one(desk: Desk, act: str) -> Duty:
    desk.officer.insist(entrusting.SET_BY)
    return entrusting.duty(desk.uow, act, desk.officer)


def _show(desk: Desk, duty: Duty) -> Context:
    return {
        "title": desk.words(f"measure.act.{duty.act.value}"),
        "officers": duty.officers,
        "otherwise": duty.otherwise,
        "alone": _alone(desk),
    }


def _ask(desk: Desk, duty: Duty, given: Given) -> Went:
    put = entrusting.propose(
        desk.uow,
        duty.act.value,
        officers=given["officers"],
        reason=given["reason"],
        by=desk.officer,
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


FOUR_EYES: Final = Page("/desk/four-eyes", "four-eyes", "entrust.title", every_officer, _all)
ASKING: Final = Form(
    FOUR_EYES.below("/{act}", "entrusting", "entrust.title", _one, _show),
    _ask,
    {"officers": Choice(Many), "reason": Text(needed=True, label="entrust.reason")},
)
