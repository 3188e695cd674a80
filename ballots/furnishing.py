"""A poll's first boxes: one in each district, in a few statements however many districts vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert

from ballots import polls, stations
from ballots.checking import whole
from ballots.days import get_day, insist_on_place
from ballots.errors import BoxTaken, StationElsewhere, StationTaken
from ballots.tables import Box, Kind, Poll, PollingDay, Station
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.roll.tables import District

FIRST = 1
"""The number of the station that every district has."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A district that votes, its electors, and what its first station is called."""

    district: District
    electors: int
    name_ko: str
    name_en: str


def furnish(uow: UnitOfWork, *, poll_id: UUID, wanted: Sequence[Wanted], by: Actor) -> None:
    """Put a box at each district's first station; where there is none yet, name one.

    What stands there after it is what `add_station` and `add_box` leave, and so is the record.
    """
    poll = polls.get_to_furnish(uow.session, poll_id)
    day = get_day(uow.session, poll.polling_day_id)
    insist_on_place(by, day.jurisdiction_id)
    placed = [whole(one.electors, field="electors", station=one.district.code) for one in wanted]
    stations.insist_on_room(uow.session, poll, sum(placed))
    there = {
        district: station.id
        for district, station in stations.first_stations(uow.session, day.id).items()
    }
    there |= _named(uow, day, [one for one in wanted if one.district.id not in there], by)
    _place(uow, poll, [(there[one.district.id], one.electors) for one in wanted], by)


def _place(uow: UnitOfWork, poll: Poll, wanted: Sequence[tuple[UUID, int]], by: Actor) -> None:
    boxes: list[dict[str, Any]] = [
        {
            "id": uuid4(),
            "poll_id": poll.id,
            "station_id": station,
            "kind": Kind.REGULAR.value,
            "electors": electors,
        }
        for station, electors in wanted
    ]
    for taken in _refused(uow, Box, "one_box_a_kind", boxes):
        raise BoxTaken(station=str(taken["station_id"]), kind=taken["kind"])
    facts = [
        {
            "box": str(box["id"]),
            "poll": str(poll.id),
            "station": str(box["station_id"]),
            "kind": box["kind"],
            "electors": box["electors"],
        }
        for box in boxes
    ]
    placed = [("box.placed", each) for each in facts]
    uow.record_each(placed, by=by, measure=poll.measure_id)


def _named(
    uow: UnitOfWork, day: PollingDay, wanted: Sequence[Wanted], by: Actor
) -> dict[UUID, UUID]:
    codes = {one.district.id: one.district.code for one in wanted}
    for one in wanted:
        if one.district.jurisdiction_id != day.jurisdiction_id:
            raise StationElsewhere(station=str(FIRST))
    rows: list[dict[str, Any]] = [
        {
            "id": uuid4(),
            "polling_day_id": day.id,
            "district_id": one.district.id,
            "number": FIRST,
            "kind": Kind.REGULAR.value,
            "name_ko": one.name_ko,
            "name_en": one.name_en,
        }
        for one in wanted
    ]
    for taken in _refused(uow, Station, "one_station_a_number", rows):
        raise StationTaken(station=f"{codes[taken['district_id']]}/{FIRST}")
    facts = [
        {
            "station": str(row["id"]),
            "polling_day": str(day.id),
            "district": codes[row["district_id"]],
            "number": FIRST,
            "kind": row["kind"],
        }
        for row in rows
    ]
    uow.record_each([("station.named", each) for each in facts], by=by)
    return {row["district_id"]: row["id"] for row in rows}


def _refused(
    uow: UnitOfWork,
    table: type[Box | Station],
    constraint: str,
    rows: Sequence[Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    """Add the rows; gives those that the constraint kept out."""
    if not rows:
        return []
    added = insert(table).on_conflict_do_nothing(constraint=constraint).returning(table.id)
    made = set(uow.session.scalars(added, list(rows)))
    return [row for row in rows if row["id"] not in made]
