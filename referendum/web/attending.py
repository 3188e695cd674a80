"""How to vote: the polling place by district or street, hours, ways, and what to bring.

It asks for a district or a street and for nobody's name; only who has signed in is told of their
own polling place, on their own page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from ballots.stations import BoxView
from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Words
from referendum.lifecycle import attending, locating, qualifying, rules, surveying
from referendum.lifecycle.attending import Places
from referendum.lifecycle.describing import has_easy
from referendum.lifecycle.qualifying import Asked
from referendum.lifecycle.stages import Act
from referendum.lifecycle.surveying import Overview
from referendum.roll import streets
from referendum.roll.streets import Door
from referendum.roll.tables import District
from referendum.web import asking, describing
from referendum.web import qualified as saying
from referendum.web.measures import Number
from referendum.web.pages import page
from referendum.web.qualified import name_of
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/measures")

EARLY_BY_LAW: Final = (timedelta(days=5), timedelta(days=4), "주민투표법 §§18–19")
"""Two days, beginning five days before a referendum's (POEA chapters 10 and 11 apply to it)."""
TYPED: Final = 80
"""Characters of a street that are looked at."""


@dataclass(frozen=True, slots=True)
class At:
    """A district, or a part of a street, and where its people vote."""

    name: str
    boxes: Sequence[BoxView]


@router.get("/{number}/vote")
@shared("district", "easy")
def show(
    request: Request,
    number: Number,
    caller: Visitor,
    district: str = "",
    street: str = "",
    easy: str = "",
) -> Response:
    """From the call on. A district or street that is not there finds nothing, and says so."""
    services, words = services_of(request), words_of(request)
    resident = caller.session.resident if caller.session and caller.is_resident else None
    with services.look() as uow:
        session = uow.session
        place, measure = locating.to_show(session, services.settings.jurisdiction, number)
        view = surveying.to_show(session, place, measure)
        if not view.was(Act.CALL):
            raise PageNotFound
        asked, there = qualifying.asked(session, view), attending.places(session, view)
        shown = {
            "open": saying.ahead(asked) is not None,
            "asked": asked,
            "there": there,
            "by_law": _by_law(view, asked),
            "ways": attending.ways(session, view),
            "own": attending.own(uow, services.vault, view, resident, there) if resident else (),
            **_districts(view, there, words, district),
            "nothing": _asked_for_nothing(request, district, street),
            **_by_street(session, view, there, words, street[:TYPED]),
            **asking.here(uow, services.vault, view, resident, words),
            "reading": describing.text_of(measure, easy),
            "has_easy": has_easy(measure),
        }
    return page(
        request,
        "measures/vote.html",
        measure=measure,
        signed_in=resident is not None,
        **shown,
    )


def _asked_for_nothing(request: Request, district: str, street: str) -> bool:
    """Whether a form of the page was sent empty: that is answered, too."""
    sent = {"district", "street"} & set(request.query_params)
    return bool(sent) and not district and not street.strip()


def _by_law(view: Overview, asked: Asked | None) -> tuple[date, date, str] | None:
    """The days of early voting where the law itself fixes them."""
    if view.measure.instrument != Instrument.REFERENDUM or asked is None or asked.begins is None:
        return None
    day = rules.local_day(asked.begins, ZoneInfo(view.place.zone))
    first, last, article = EARLY_BY_LAW
    return day - first, day - last, article


def _districts(view: Overview, there: Places, words: Words, code: str) -> dict[str, Any]:
    """Every district that votes, as a list, as a map, and the one that was chosen."""
    chosen = next((one for one in view.districts if one.code == code), None)
    ordered = view.districts
    return {
        "options": [
            (one.code, f"{_borough(one, words)} {name_of(one, words)}".strip()) for one in ordered
        ],
        "district": code if chosen else "",
        "unknown": bool(code) and chosen is None,
        "chosen": At(name_of(chosen, words), there.at(chosen.id)) if chosen else None,
        "everywhere": [At(name_of(one, words), there.at(one.id)) for one in ordered],
        "tiles": _tiles(view.districts, words, chosen),
    }


def _borough(one: District, words: Words) -> str:
    return one.borough_ko if words.language == "ko" else one.borough_en


def _tiles(
    districts: Sequence[District], words: Words, chosen: District | None
) -> list[dict[str, Any]]:
    """The districts where they lie; none where one has no place on the map."""
    placed = [(one, one.tile_x, one.tile_y) for one in districts]
    spots = [(one, x, y) for one, x, y in placed if x is not None and y is not None]
    if len(spots) < len(placed) or len(spots) < 2:  # noqa: PLR2004  # a map of one shows nothing
        return []
    left, top = min(x for _, x, _ in spots), min(y for _, _, y in spots)
    return [
        {
            "x": x - left,
            "y": y - top,
            "code": one.code,
            "name": name_of(one, words),
            "chosen": chosen is not None and one.id == chosen.id,
        }
        for one, x, y in sorted(spots, key=lambda spot: (spot[2], spot[1]))
    ]


def _by_street(
    session: Session, view: Overview, there: Places, words: Words, typed: str
) -> dict[str, Any]:
    """The doors that what was typed may mean, of the districts that vote."""
    place, voting = view.measure.jurisdiction_id, {one.id: one for one in view.districts}
    doors = streets.find(session, place, typed) if typed.strip() else []
    return {
        "streets": streets.count(session, place),
        "street": typed.strip(),
        "doors": [
            At(_door(one, voting.get(one.district), words), there.at(one.district, one.station))
            for one in doors
            if one.district in voting
        ],
        "beyond": [one for one in doors if one.district not in voting],
    }


def _door(door: Door, district: District | None, words: Words) -> str:
    where = name_of(district, words) if district else ""
    if door.numbers is None:
        return words("attending.door", street=door.street, district=where)
    first, last = door.numbers
    facts = {"street": door.street, "district": where}
    return words("attending.door-numbers", first=str(first), last=str(last), **facts)
