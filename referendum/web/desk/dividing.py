"""A district's stations one by one: another is opened, one renamed, electors moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from uuid import UUID

from ballots import dividing, polls
from ballots.dividing import NewStation
from ballots.errors import DistrictNotInPoll, FigureNotWhole, PollHasOpened
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.i18n.words import Language, Words
from referendum.lifecycle import furnishing
from referendum.web.desk.form import Context, Desk, Facts, Form, Went, first
from referendum.web.desk.polling import Polled, polled
from referendum.web.desk.stations import (
    KINDS,
    STATIONS,
    TOO_LATE,
    Part,
    arranged,
    named,
    parts_of,
)
from referendum.web.fields import Choice, Fields, Figure, Given, Id, Text, filled
from referendum.web.measures import Number

NAMES: Final = {"name_ko": Text(), "name_en": Text()}


@dataclass(frozen=True, slots=True)
class Divided(Polled):
    """A district whose stations are changed."""

    part: Part
    kind: Kind


@dataclass(frozen=True, slots=True)
class Stood(Polled):
    """A box, and the station where it stands."""

    box: BoxView


def _changeable(desk: Desk, number: Number) -> Polled:
    """What may still be changed, or the page that says why not."""
    found = polled(desk, number)
    if not polls.may_be_arranged(desk.uow, found.poll):
        raise PollHasOpened(poll=str(found.poll.id))
    return found


def _district(desk: Desk, number: Number, district: UUID, kind: Kind = Kind.REGULAR) -> Divided:
    found = _changeable(desk, number)
    here = (one for one in parts_of(found.boxes) if one.district.district_id == district)
    part = first(here, DistrictNotInPoll(district=str(district)))
    return Divided(found.measure, found.poll, found.boxes, part, kind)


def _box(desk: Desk, number: Number, box_id: UUID) -> Stood:
    found = _changeable(desk, number)
    return Stood(found.measure, found.poll, found.boxes, found.box_of(box_id))


def _new(desk: Desk, about: Divided) -> Context:
    """Another station of a district, with number and names as they would usually be."""
    district, kind = about.part.district, about.kind
    number = dividing.next_number(list(about.part.boxes), kind)
    names = {
        f"name_{one.value}": Words.load(one)(
            f"desk.stations.usual.{kind}", district=district.district_names[one], number=number
        )
        for one in Language
    }
    return {
        "title": _title(desk, "new-title", district),
        "kinds": [one.value for one in KINDS],
        "givers": _offered(desk, about),
        "values": {"number": str(number), **names},
    }


def _move_page(desk: Desk, about: Divided) -> Context:
    options = _offered(desk, about)
    return {
        "title": _title(desk, "move-title", about.part.district),
        "options": options,
        "values": {"giver": options[0][0], "taker": options[-1][0]} if options else {},
    }


def _names(desk: Desk, about: Stood) -> Context:
    name = about.box.names[desk.words.language]
    return {
        "title": desk.words("desk.stations.rename-title", station=name),
        "shared": len(dividing.polls_at(desk.session, about.box.station_id)) > 1,
        "values": filled(NAMES, about.box),
    }


def _title(desk: Desk, key: str, district: BoxView) -> str:
    words = desk.words
    return words(f"desk.stations.{key}", district=district.district_names[words.language])


def _offered(desk: Desk, about: Divided) -> list[tuple[str, str]]:
    """The boxes to choose from, each with the electors that it has."""
    words, key = desk.words, "desk.stations.with-electors"
    return [
        (str(box.id), words(key, name=box.names[words.language], electors=box.electors))
        for box in about.part.divisible
    ]


def _open(desk: Desk, about: Divided, given: Given) -> Went:
    """Open it, with electors of another box of the district."""
    poll, kind = arranged(desk, about.measure), about.kind
    asked = (given[name] for name in ("district", "kind", "name_ko", "name_en", "number"))
    box = dividing.open_station(
        desk.uow,
        poll.id,
        NewStation(*asked),
        electors=given["electors"] if kind is Kind.REGULAR else None,
        taken_from=given["taken_from"],
        by=desk.officer,
    )
    joined = (box.name_ko, box.name_en) != (given["name_ko"], given["name_en"])
    return _back(box, "station-joined" if joined else "station-opened")


def _move(desk: Desk, about: Divided, given: Given) -> Went:
    """Move them; what leaves one box arrives in the other."""
    poll = arranged(desk, about.measure)
    moved = {name: given[name] for name in ("giver", "taker", "electors")}
    dividing.move_electors(desk.uow, poll.id, by=desk.officer, **moved)
    return _back(about.part.district, "electors-moved")


def _rename(desk: Desk, about: Stood, given: Given) -> Went:
    """Give the station other names, for every vote that day."""
    poll, station = arranged(desk, about.measure), about.box.station_id
    furnishing.insist_on_every_vote_at(desk.session, station, desk.officer)
    dividing.rename_station(desk.uow, poll.id, station, by=desk.officer, **given)
    return _back(about.box, "station-renamed")


def _back(box: BoxView, flash: str) -> Went:
    return Went(STATIONS, f"desk.flash.{flash}", part=f"district-{box.district_id}")


def _named(desk: Desk, about: Divided, facts: Facts) -> Facts:
    found = named(desk, about, facts)
    if facts.get("station") == "":
        return {**found, "station": about.part.district.district_names[desk.words.language]}
    return found


WHOLE: Final = Figure(wrong=partial(FigureNotWhole, station=""))
"""Of a station that has no label yet: `_named` gives the district's name."""
OPENED: Final[Fields] = {
    "district": Id(),
    "kind": Choice(Kind, usual=Kind.REGULAR),
    "number": WHOLE,
    **NAMES,
    "electors": WHOLE,
    "taken_from": Id(needed=False),
}
MOVED: Final[Fields] = {
    "district": Id(),
    "giver": Id(),
    "taker": Id(),
    "electors": replace(WHOLE, label="desk.stations.field.moved"),
}

OPENING: Final = Form(
    STATIONS.below("/new", "stations-new", "desk.stations.add", _district, _new, named=_named),
    _open,
    OPENED,
    # The box that receives is the new one.
    places={"giver": "taken_from", "taker": "taken_from"},
    usual="number",
    elsewhere=TOO_LATE,
)
MOVING: Final = Form(
    STATIONS.below(
        "/move", "stations-move", "desk.stations.move", _district, _move_page, named=_named
    ),
    _move,
    MOVED,
    usual="electors",
    elsewhere=TOO_LATE,
)
NAME: Final = STATIONS.below(
    "/boxes/{box_id}/name", "stations-name", "desk.stations.rename", _box, _names, named=named
)
NAMING: Final = Form(NAME, _rename, NAMES, usual="name_ko", elsewhere=TOO_LATE)
