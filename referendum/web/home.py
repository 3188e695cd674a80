"""The first page, by what needs somebody now, and the page of results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors import localities
from referendum.doors.cookies import services_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import listing, stages
from referendum.lifecycle.stages import Stage
from referendum.web import presenting
from referendum.web.measures import PAGE, Before, remembering
from referendum.web.pages import page
from referendum.web.presenting import Card

router = APIRouter()

UNDER_WAY: Final = 24
ENDED: Final = 6
"""How many a first page can hold; the list has them all."""
SOON: Final = timedelta(days=14)
"""How long before its end a collection ends soon."""
DECIDED: Final = (stages.ENDINGS | {Stage.DECLARED, Stage.REVOTE_DUE}) - stages.UNPUBLISHED
"""Where a measure has a result, be it only that it came to nothing."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Measures of the first page that ask the same of who reads it."""

    name: str
    cards: Sequence[Card]


@router.get("/")
@shared(by_district=True)
def home(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """Votes first, then what can be signed, then what offices have in hand, then results."""
    services = services_of(request)
    with services.look() as uow:
        front = listing.front(
            uow.session,
            services.settings.jurisdiction,
            under_way=UNDER_WAY,
            ended=ENDED,
            district=localities.of(request),
        )
    # What waits for an answer, or is voted on today, stands above: once on a page is enough.
    above = {one.measure.id for one in front.unanswered}
    above |= {measure.id for measure, _ in front.votes_today}
    cards = presenting.cards([one for one in front.under_way if one.measure.id not in above])
    answer = page(
        request,
        "home.html",
        place=front.place,
        votes_today=front.votes_today,
        unanswered=front.unanswered,
        shelves=shelves(cards, front.now),
        results=[
            *(one for one in cards if Stage(one.measure.stage) in DECIDED),
            *presenting.cards(front.ended),
        ],
        districts=front.districts,
        chosen=front.chosen,
    )
    return remembering(request, answer, front.chosen)


@router.get("/results")
@shared("before", by_district=True)
def results(request: Request, caller: Visitor, before: Before = None) -> Response:  # noqa: ARG001  # the door
    """What came of every measure that was decided or has ended, the newest first."""
    services = services_of(request)
    with services.look() as uow:
        found = listing.narrowed(
            uow.session,
            services.settings.jurisdiction,
            within=DECIDED,
            district=localities.of(request),
            before=before,
            limit=PAGE,
        )
    cards = presenting.cards(found.shown)
    following = urlencode({"before": cards[-1].measure.number}) if found.more else None
    answer = page(
        request,
        "results.html",
        cards=cards,
        districts=found.districts,
        chosen=found.chosen,
        first="/results" if before else None,
        following=following and f"/results?{following}",
    )
    return remembering(request, answer, found.chosen)


def shelves(cards: Sequence[Card], now: datetime) -> list[Shelf]:
    """Each card on the first shelf that it belongs on; no shelf is empty."""
    kept: dict[str, list[Card]] = {name: [] for name in ("voting", "soon", "called", "signing")}
    kept["waiting"] = []
    for one in cards:
        if Stage(one.measure.stage) not in DECIDED:
            kept[_shelf(one, now)].append(one)
    for name in ("soon", "called"):
        kept[name].sort(key=lambda one: one.due.at if one.due else now)
    return [Shelf(name, found) for name, found in kept.items() if found]


def _shelf(one: Card, now: datetime) -> str:
    stage = Stage(one.measure.stage)
    if stage is Stage.COLLECTING and one.halt is None:
        # Whoever might be urged by it is not told how soon a recall's collection ends.
        ends = one.due is not None and one.due.at - now <= SOON
        return "soon" if ends and not presenting.is_quiet(one.measure) else "signing"
    named = {Stage.VOTING: "voting", Stage.CALLED: "called"}
    return "waiting" if one.halt else named.get(stage, "waiting")
