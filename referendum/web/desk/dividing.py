"""A district's stations one by one: another is opened, one renamed, electors moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ballots import dividing
from ballots.dividing import NewStation
from ballots.errors import BoxNotFound, DistrictNotInPoll, FigureNotWhole, PollHasOpened
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.i18n.words import Language
from referendum.kernel.errors import DomainError
from referendum.lifecycle import furnishing
from referendum.lifecycle.tables import Measure
from referendum.web.desk import stations
from referendum.web.desk.fields import Choice, Fields, Figure, Given, Id, Text, filled
from referendum.web.desk.form import Context, Desk, Facts, Form, Went, first
from referendum.web.desk.stations import STATIONS, TOO_LATE, Furnished, Part
from referendum.web.measures import Number

NAMES: Final = {"name_ko": Text(), "name_en": Text()}


@dataclass(frozen=True, slots=True)
class Divided:
    """A district whose stations are changed."""

    measure: Measure
    boxes: Sequence[BoxView]
    part: Part
    kind: Kind

    @property
    def divisible(self) -> list[BoxView]:
        """The boxes that electors can leave or join."""
        return [box for box in self.part.boxes if box.electors is not None]


@dataclass(frozen=True, slots=True)
class Stood:
    """A box, and the station where it stands."""

    measure: Measure
    boxes: Sequence[BoxView]
    box: BoxView


def _changeable(desk: Desk, number: Number) -> Furnished:
    """What may still be changed, or the page that says why not."""
    found = stations.furnished(desk, number)
    if not found.changeable:
        raise PollHasOpened(poll=str(found.poll.id))
    return found


def _district(desk: Desk, number: Number, district: UUID, kind: Kind = Kind.REGULAR) -> Divided:
    found = _changeable(desk, number)
    here = (part for part in found.parts if part.district.district_id == district)
    part = first(here, DistrictNotInPoll(district=str(district)))
    return Divided(found.measure, found.boxes, part, kind)


def _box(desk: Desk, number: Number, box_id: UUID) -> Stood:
    found = _changeable(desk, number)
    here = (box for box in found.boxes if box.id == box_id)
    return Stood(found.measure, found.boxes, first(here, BoxNotFound(box=str(box_id))))


def _new(desk: Desk, about: Divided) -> Context:
    """Another station of a district, with number and names as they would usually be."""
    district, kind = about.part.district, about.kind
    number = dividing.next_number(list(about.part.boxes), kind)
    names = {
        f"name_{one.value}": stations.usual_name(district, kind, number, one) for one in Language
    }
    return {
        "title": _title(desk, "new-title", district),
        "kinds": [one.value for one in stations.KINDS],
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
        for box in about.divisible
    ]


def _open(desk: Desk, about: Divided, given: Given) -> Went:
    """Open it, with electors of another box of the district."""
    poll, kind = stations.arranged(desk, about.measure), about.kind
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
    poll = stations.arranged(desk, about.measure)
    moved = {name: given[name] for name in ("giver", "taker", "electors")}
    dividing.move_electors(desk.uow, poll.id, by=desk.officer, **moved)
    return _back(about.part.district, "electors-moved")


def _rename(desk: Desk, about: Stood, given: Given) -> Went:
    """Give the station other names, for every vote that day."""
    poll, station = stations.arranged(desk, about.measure), about.box.station_id
    furnishing.insist_on_every_vote_at(desk.session, station, desk.officer)
    dividing.rename_station(desk.uow, poll.id, station, by=desk.officer, **given)
    return _back(about.box, "station-renamed")


def _back(box: BoxView, flash: str) -> Went:
    return Went(STATIONS, f"desk.flash.{flash}", part=f"district-{box.district_id}")


def _not_whole(name: str) -> DomainError:
    """Of a station that has no label yet: `_named` gives the district's name."""
    return FigureNotWhole(field=name, station="")


def _named(desk: Desk, about: Divided | Stood, facts: Facts) -> Facts:
    found = stations.named(desk.words, facts, about.boxes)
    if isinstance(about, Divided) and facts.get("station") == "":
        return {**found, "station": about.part.district.district_names[desk.words.language]}
    return found


ELECTORS: Final = Figure(wrong=_not_whole)
OPENED: Final[Fields] = {
    "district": Id(),
    "kind": Choice(Kind, Kind.REGULAR),
    "number": Figure(wrong=_not_whole),
    **NAMES,
    "electors": ELECTORS,
    "taken_from": Id(needed=False),
}
MOVED: Final[Fields] = {"district": Id(), "giver": Id(), "taker": Id(), "electors": ELECTORS}

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
    "/boxes/{box_id}/name", "stations-name", "desk.stations.rename", _box, _names, named=_named
)
NAMING: Final = Form(NAME, _rename, NAMES, usual="name_ko", elsewhere=TOO_LATE)
