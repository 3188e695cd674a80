"""The stations of a vote: where its electors are, and the whole plan from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from starlette.responses import Response

from ballots import days, planning, plans, polls, stations
from ballots.errors import PollCancelled, PollHasClosed, PollHasOpened, StationPlanRefused
from ballots.stations import BoxView
from ballots.tables import Kind, Poll
from referendum.i18n.words import Language, Words
from referendum.kernel.errors import Fact
from referendum.lifecycle import furnishing, polling
from referendum.lifecycle.errors import OnHold
from referendum.lifecycle.tables import Measure
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.fields import File, Given
from referendum.web.desk.form import Context, Desk, Facts, Form, Page
from referendum.web.desk.measure import on_desk
from referendum.web.desk.polling import POLLING
from referendum.web.downloads import csv_answer
from referendum.web.measures import Number

TOO_LATE: Final = (PollHasOpened, PollHasClosed, PollCancelled, OnHold)
"""Refusals that no entry in a form can mend: they get a page of their own."""
KINDS: Final = (Kind.REGULAR, Kind.EARLY, Kind.MAIL)
"""In the order in which officers are offered them."""
FIGURES: Final = ("electors", "number", "name_ko", "name_en", "kind", "district")


@dataclass(frozen=True, slots=True)
class Part:
    """A district with its boxes, and the electors they have together."""

    district: BoxView
    boxes: Sequence[BoxView]
    electors: int

    @property
    def divisible(self) -> bool:
        """Whether electors can go from one box to another."""
        return sum(box.electors is not None for box in self.boxes) > 1


@dataclass(frozen=True, slots=True)
class Furnished:
    """A measure's poll with its boxes, as an officer who may arrange them sees it."""

    measure: Measure
    poll: Poll
    boxes: Sequence[BoxView]
    changeable: bool

    @property
    def parts(self) -> list[Part]:
        """By district, the stations of the day itself first."""
        found = [
            sorted(group, key=lambda box: (KINDS.index(box.kind), box.number))
            for _, group in groupby(self.boxes, key=lambda box: box.district_id)
        ]
        electors = stations.electors_by_district(self.boxes)
        return [Part(boxes[0], boxes, electors[boxes[0].district_id] or 0) for boxes in found]


def furnished(desk: Desk, number: Number) -> Furnished:
    """The poll of a measure, for those who count it."""
    measure = on_desk(desk.session, desk.officer, number)
    furnishing.insist_on_furnishing(desk.session, measure, desk.officer)
    poll = polling.poll_of(desk.session, measure)
    boxes = stations.boxes_of(desk.session, poll.id)
    return Furnished(measure, poll, boxes, polls.may_be_arranged(desk.uow, poll))


def arranged(desk: Desk, measure: Measure) -> Poll:
    """The poll whose stations this officer changes now, its measure locked first."""
    furnishing.insist_on_furnisher(desk.session, measure.id, desk.officer)
    return polls.get_to_arrange(desk.uow, polling.poll_of(desk.session, measure).id, desk.officer)


def usual_name(box: BoxView, kind: Kind, number: int, language: Language) -> str:
    """What a station of a district would be called."""
    words = Words.load(language)
    return words(
        f"desk.stations.usual.{kind}", district=box.district_names[language], number=number
    )


def named(words: Words, facts: Facts, boxes: Sequence[BoxView]) -> Facts:
    """Fields, districts and stations by the names that people know."""
    known: dict[str, str] = {}
    for box in boxes:
        district = box.district_names[words.language]
        known |= {box.district: district, str(box.district_id): district}
        known[box.label] = f"{district} {box.names[words.language]}"
    found: dict[str, Fact] = {}
    for name in ("station", "giver", "taker", "district"):
        given = facts.get(name)
        if isinstance(given, str):
            place, _, rest = given.partition("/")
            found[name] = known.get(given) or f"{known.get(place, place)} {rest}".strip()
    if facts.get("field") in FIGURES:
        found["field"] = words(f"desk.stations.field.{facts['field']}")
    return found


def _download(_desk: Desk, about: Furnished) -> Response:
    """The plan as it is now, to be changed and sent back."""
    rows = (
        (
            *(box.district, box.number, box.kind.value, box.name_ko, box.name_en),
            "" if box.electors is None else box.electors,
        )
        for box in about.boxes
    )
    return csv_answer(plans.COLUMNS, rows, name=f"stations-{about.measure.number}.csv")


def _overview(desk: Desk, about: Furnished) -> Context:
    """Every station by district, and whether their electors are the poll's."""
    parts = about.parts
    return {
        "day": days.get_day(desk.session, about.poll.polling_day_id),
        "parts": parts,
        "placed": sum(part.electors for part in parts),
        "count": len(about.boxes),
        "columns": ",".join(plans.COLUMNS),
    }


def _named(desk: Desk, about: Furnished, facts: Facts) -> Facts:
    return named(desk.words, facts, about.boxes)


def _replace(desk: Desk, about: Furnished, given: Given) -> None:
    """Put a whole plan in place, or nothing and where the file is wrong."""
    poll = arranged(desk, about.measure)
    boxes = stations.boxes_of(desk.session, poll.id)
    rows = plans.read_plan(given["file"], boxes=boxes)
    planning.replace_plan(desk.uow, poll.id, rows, by=desk.officer)


STATIONS: Final = Page(
    f"{MEASURE.path}/stations",
    "stations",
    "desk.stations.title",
    furnished,
    _overview,
    under=POLLING,
    named=_named,
)
PLANNING: Final = Form(
    STATIONS,
    _replace,
    {"file": File()},
    path="/import",
    usual="file",
    elsewhere=TOO_LATE,
    told_apart=(StationPlanRefused,),
    flash="desk.flash.stations-planned",
)

PLAN: Final = STATIONS.below("/plan.csv", "", "desk.stations.title", furnished, _download)
