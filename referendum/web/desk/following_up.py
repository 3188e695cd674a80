"""The desk's pages of what follows an answer: budget lines and milestones with their history."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Path

from referendum.kernel.proposals import Proposal
from referendum.lifecycle import proposable, seeing_through
from referendum.lifecycle.advisory import answering, drawing, following_up
from referendum.lifecycle.advisory.following_up import (
    Content,
    FollowUpNotUsable,
    Item,
    ItemKind,
    State,
)
from referendum.lifecycle.stages import ActNotAllowed
from referendum.lifecycle.tables import Measure
from referendum.web.dated import Day
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Form, Went
from referendum.web.desk.measure import on_desk, waits
from referendum.web.fields import Amount, Choice, Fields, Given, Text, filled
from referendum.web.measures import Number

KEPT: Final = "follow-up.flash.kept"


@dataclass(frozen=True, slots=True)
class Followed:
    """What follows an answer, and of its items the one that is looked at."""

    measure: Measure
    item: Item | None


CONTENT: Final[Fields] = {
    "kind": Choice(ItemKind, usual=ItemKind.MILESTONE),
    "title_ko": Text(),
    "title_en": Text(),
    "amount": Amount(wrong=partial(FollowUpNotUsable, most=following_up.MOST_WON)),
    "planned": Day(needed=False),
    "state": Choice(State, usual=State.PLANNED),
    "done_on": Day(needed=False),
    "note": Text(),
}


def _all(desk: Desk, number: Number) -> Followed:
    measure = on_desk(desk, number)
    drawing.insist_on_office(desk.session, measure, desk.officer, act="follow_up")
    if not answering.given(desk.session, measure.id):
        raise ActNotAllowed(stage=measure.stage, act="follow_up", possible=[])
    return Followed(measure, None)


def _one(
    desk: Desk, number: Number, item: Annotated[int, Path(ge=1, le=following_up.MOST)]
) -> Followed:
    measure = _all(desk, number).measure
    return Followed(measure, following_up.find(desk.session, measure, item, desk.uow.now()))


def _show(desk: Desk, about: Followed) -> Context:
    item = about.item.now.item if about.item else 0
    said: dict[str, Any] = {
        "already": waits(desk, about.measure, f"{proposable.FOLLOWING}{item}"),
        "progress": following_up.progress(desk.session, about.measure, desk.uow.now()),
        "kinds": desk.choices(ItemKind, "follow-up.kind"),
        "states": desk.choices(State, "follow-up.state"),
    }
    if about.item is None:
        return said
    return said | {"title": about.item.now.title_ko, "values": filled(CONTENT, about.item.now)}


def _enter(desk: Desk, about: Followed, given: Given) -> Went | None:
    """The earlier versions stay for everyone; what ends an item waits for a second officer."""
    done = seeing_through.enter(
        desk.uow,
        desk.services.means,
        about.measure.id,
        item=about.item.now.item if about.item else None,
        content=Content(**given),
        by=desk.officer,
    )
    if isinstance(done, Proposal):
        return Went(f"/desk/proposals/{done.id}", "proposal.flash.put")
    return None


ITEMS: Final = MEASURE.below("/follow-up", "follow-up", "follow-up.title", _all, _show)
ADDING: Final = Form(ITEMS, _enter, CONTENT, flash=KEPT)
CHANGING: Final = Form(
    ITEMS.below("/{item}", "follow-up-item", "follow-up.title", _one, _show),
    _enter,
    CONTENT,
    to=ITEMS,
    flash=KEPT,
)
