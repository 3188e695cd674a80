"""The stations of a vote: where its electors are, and the whole plan from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from starlette.responses import Response

from ballots import days, early, planning, plans, polls, reading, stations
from ballots.errors import EarlyHoursWrong, PollCancelled, PollHasClosed, PollHasOpened
from ballots.stations import BoxView
from ballots.tables import Kind, Poll
from referendum.kernel.errors import Fact
from referendum.lifecycle import furnishing, polling
from referendum.lifecycle.errors import OnHold
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.web.dated import Moment
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.columns import Explained, explain, filled_in, first_district
from referendum.web.desk.form import Context, Desk, Facts, Form, Page
from referendum.web.desk.polling import POLLING, Polled, polled
from referendum.web.fields import File, Given

TOO_LATE: Final = (PollHasOpened, PollHasClosed, PollCancelled, OnHold)
"""Refusals that no entry in a form can mend: they get a page of their own."""
KINDS: Final = (Kind.REGULAR, Kind.EARLY, Kind.MAIL)
"""In the order in which officers are offered them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A district with its boxes, and the electors they have together."""

    district: BoxView
    boxes: Sequence[BoxView]
    electors: int

    @property
    def divisible(self) -> list[BoxView]:
        """The boxes that electors can leave or join."""
        return [box for box in self.boxes if box.electors is not None]


def parts_of(boxes: Sequence[BoxView]) -> list[Part]:
    """By district, the stations of the day itself first."""
    found = [
        sorted(group, key=lambda box: (KINDS.index(box.kind), box.number))
        for _, group in groupby(boxes, key=lambda box: box.district_id)
    ]
    electors = stations.electors_by_district(boxes)
    return [Part(boxes[0], boxes, electors[boxes[0].district_id] or 0) for boxes in found]


def arranged(desk: Desk, measure: Measure) -> Poll:
    """The poll whose stations this officer changes now, its measure locked first."""
    furnishing.insist_on_furnisher(desk.session, measure.id, desk.officer)
    return polls.get_to_arrange(desk.uow, polling.poll_of(desk.session, measure).id, desk.officer)


def named(desk: Desk, about: Polled, facts: Facts) -> Facts:
    """Fields, districts and stations by the names that people know."""
    words, known = desk.words, dict[str, str]()
    for box in about.boxes:
        district = box.district_names[words.language]
        known |= {box.district: district, str(box.district_id): district}
        known[box.label] = f"{district} {box.names[words.language]}"
    found: dict[str, Fact] = {}
    for name in ("station", "giver", "taker", "district"):
        given = facts.get(name)
        if isinstance(given, str):
            place, _, rest = given.partition("/")
            found[name] = known.get(given) or f"{known.get(place, place)} {rest}".strip()
    called = f"desk.stations.field.{facts.get('field')}"
    if words.has(called):
        found["field"] = words(called)
    return found


def _columns(desk: Desk) -> list[Explained]:
    names = (*plans.COLUMNS, *plans.MORE)
    needed = [name for name in plans.COLUMNS if name not in plans.WITHOUT]
    headed = {name: reading.HEADINGS[name] for name in names}
    return explain(desk.words, headed, needed=needed, holds="files.holds.stations")


def _download(desk: Desk, about: Polled) -> Response:
    """The plan as it is now, to be changed and sent back."""
    rows = (
        {
            "district": box.district_names[desk.words.language],
            "number": box.number,
            "kind": desk.words(f"ballots.kind.{box.kind.value}"),
            "name_ko": box.name_ko,
            "name_en": box.name_en,
            "electors": "" if box.electors is None else box.electors,
            "address": box.address or "",
        }
        for box in about.boxes
    )
    return filled_in(_columns(desk), rows, name=f"stations-{about.measure.number}.csv")


def _template(desk: Desk, about: Polled) -> Response:
    """The heading, and one station of a district of the poll as an example."""
    box = about.boxes[0] if about.boxes else None
    row = {
        "district": box.district_names[desk.words.language] if box else first_district(desk),
        "number": 1,
        "kind": desk.words(f"ballots.kind.{Kind.REGULAR.value}"),
        "name_ko": "견본동 제1투표소",
        "name_en": "Sample-dong Station 1",
        "electors": 1_234,
        "address": "견본로 1",
    }
    return filled_in(_columns(desk), [row], name="stations-template.csv")


def _overview(desk: Desk, about: Polled) -> Context:
    """Every station by district, and whether their electors are the poll's."""
    parts = parts_of(about.boxes)
    day = days.get_day(desk.session, about.poll.polling_day_id)
    zone = places.zone_of(desk.session, desk.place)
    return {
        "changeable": polls.may_be_arranged(desk.uow, about.poll),
        "day": day,
        "values": {
            name: "" if at is None else f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"
            for name, at in (("early_from", day.early_from), ("early_until", day.early_until))
        },
        "parts": parts,
        "placed": sum(part.electors for part in parts),
        "count": len(about.boxes),
        "columns": _columns(desk),
    }


def _replace(desk: Desk, about: Polled, given: Given) -> None:
    """Put a whole plan in place, or nothing and where the file is wrong."""
    poll = arranged(desk, about.measure)
    boxes = stations.boxes_of(desk.session, poll.id)
    rows = plans.read_plan(given["file"], boxes=boxes)
    planning.replace_plan(desk.uow, poll.id, rows, by=desk.officer)


def _set_early(desk: Desk, about: Polled, given: Given) -> None:
    """When people may vote before the day itself."""
    poll = arranged(desk, about.measure)
    early.set_hours(
        desk.uow, poll.id, begins=given["early_from"], ends=given["early_until"], by=desk.officer
    )


STATIONS: Final = Page(
    f"{MEASURE.path}/stations",
    "stations",
    "desk.stations.title",
    polled,
    _overview,
    under=POLLING,
    named=named,
)
PLANNING: Final = Form(
    STATIONS,
    _replace,
    {"file": File(label="desk.stations.file")},
    path="/import",
    usual="file",
    elsewhere=TOO_LATE,
    flash="desk.flash.stations-planned",
)
EARLY: Final = Form(
    STATIONS,
    _set_early,
    {
        name: Moment(label=f"desk.stations.{name}", needed=False, wrong=EarlyHoursWrong)
        for name in ("early_from", "early_until")
    },
    path="/early",
    usual="early_from",
    elsewhere=TOO_LATE,
    flash="desk.flash.early-set",
)

TEMPLATE: Final = STATIONS.below("/template.csv", "", "desk.stations.title", polled, _template)
PLAN: Final = STATIONS.below("/plan.csv", "", "desk.stations.title", polled, _download)
