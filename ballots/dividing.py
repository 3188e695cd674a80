"""Dividing a district's electors among its stations, before the polls open."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ballots import polls, stations
from ballots.checking import whole
from ballots.errors import (
    BoxNotFound,
    BoxWithoutElectors,
    DistrictNotInPoll,
    DistrictsDiffer,
    FigureMissing,
    PollHasOpened,
    SameBox,
    StationNameWrong,
    StationNotFound,
    StationTaken,
    TooFewElectors,
)
from ballots.stations import BoxView
from ballots.tables import Box, Kind, Poll, Station
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork

NAME_LENGTH: Final = 100
FORMULA: Final = ("=", "+", "-", "@")
"""What a spreadsheet would compute instead of showing, once the plan is opened in one."""


@dataclass(frozen=True, slots=True)
class NewStation:
    """A station as an officer names it. Without a number it gets the next one of its kind."""

    district_id: UUID
    kind: Kind
    name_ko: str
    name_en: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """How many electors went from one box to another, and what each has now."""

    electors: int
    giver: BoxView
    taker: BoxView


def open_station(
    uow: UnitOfWork,
    poll_id: UUID,
    given: NewStation,
    *,
    electors: int | None,
    by: Actor,
    taken_from: UUID | None = None,
) -> BoxView:
    """Put a further box of the poll into one of its districts, with electors of another box there.

    Without `taken_from` they leave the district's first box. A station that another vote of the
    day has named already is used as it is named. Boxes of other polls are not touched.
    """
    poll = polls.get_to_arrange(uow, poll_id, by)
    here = [
        box
        for box in stations.boxes_of(uow.session, poll_id)
        if box.district_id == given.district_id
    ]
    if not here:
        raise DistrictNotInPoll(field="district", district=str(given.district_id))
    number = _number(given, here)
    label = f"{here[0].district}/{number}"
    if given.kind is Kind.REGULAR and electors is None:
        raise FigureMissing(field="electors", station=label)
    if given.kind is not Kind.REGULAR and electors is not None:
        raise BoxWithoutElectors(field="electors", station=label)
    station = _station(uow, poll, given, number=number, here=here, by=by)
    empty = 0 if given.kind is Kind.REGULAR else None
    box = stations.add_box(uow, poll_id=poll_id, station_id=station.id, electors=empty, by=by)
    if electors:
        giver = taken_from or first_with_electors(here, district=here[0].district).id
        return move_electors(
            uow, poll_id, giver=giver, taker=box.id, electors=electors, by=by
        ).taker
    return _box(uow.session, poll_id, box.id)


def move_electors(
    uow: UnitOfWork,
    poll_id: UUID,
    *,
    giver: UUID,
    taker: UUID,
    electors: int | None,
    by: Actor,
) -> Moved:
    """Send electors of one box to another of the same district; their sum stays what it was."""
    poll = polls.get_to_arrange(uow, poll_id, by)
    stations.lock_boxes(uow.session, [giver, taker])
    source, target = (_box(uow.session, poll_id, one) for one in (giver, taker))
    if giver == taker:
        raise SameBox(field="taker", station=target.label)
    if source.district_id != target.district_id:
        raise DistrictsDiffer(field="taker", giver=source.label, taker=target.label)
    number = whole(electors, field="electors", station=target.label, least=1)
    left = _electors(source, field="giver") - number
    there = _electors(target, field="taker") + number
    if left < 0:
        raise TooFewElectors(
            field="electors", station=source.label, electors=left + number, asked=number
        )
    _set(uow.session, giver, left)
    _set(uow.session, taker, there)
    facts: dict[str, str | int] = {
        "poll": str(poll_id),
        "district": source.district,
        "giver": str(giver),
        "taker": str(taker),
        "electors": number,
        "giver_electors": left,
        "taker_electors": there,
    }
    uow.record("electors.moved", by=by, measure=poll.measure_id, facts=facts)
    return Moved(number, *(_box(uow.session, poll_id, one) for one in (giver, taker)))


def rename_station(
    uow: UnitOfWork, poll_id: UUID, station_id: UUID, *, name_ko: str, name_en: str, by: Actor
) -> Station:
    """Name a station anew, for every vote of the day that uses it; none may have opened there.

    The name it has already changes nothing and leaves no entry.
    """
    polls.get_to_arrange(uow, poll_id, by)
    new_ko = name(name_ko, field="name_ko")
    new_en = name(name_en.strip() or name_ko, field="name_en")
    users = polls_at(uow.session, station_id)
    station = uow.session.get(Station, station_id, with_for_update=True, populate_existing=True)
    if station is None or poll_id not in {poll.id for poll in users}:
        raise StationNotFound(station=str(station_id))
    if opened := [poll for poll in users if poll.opened_at is not None]:
        raise PollHasOpened(poll=str(opened[0].id))
    if (station.name_ko, station.name_en) == (new_ko, new_en):
        return station
    station.name_ko, station.name_en = new_ko, new_en
    facts = {
        "station": str(station_id),
        "polling_day": str(station.polling_day_id),
        "name_ko": new_ko,
        "name_en": new_en,
    }
    uow.record("station.renamed", by=by, facts=facts)
    return station


def polls_at(session: Session, station_id: UUID) -> list[Poll]:
    """The polls that have a box at a station, without those that were cancelled."""
    here = (
        select(Poll)
        .where(
            Poll.id.in_(select(Box.poll_id).where(Box.station_id == station_id)),
            Poll.cancelled_at.is_(None),
        )
        .order_by(Poll.id)
    )
    return list(session.scalars(here))


def first_with_electors(boxes: list[BoxView], *, district: str) -> BoxView:
    """The box of a district that gives electors where no other is named."""
    for box in boxes:
        if box.electors is not None:
            return box
    raise BoxWithoutElectors(field="taken_from", station=district)


def next_number(boxes: list[BoxView], kind: Kind) -> int:
    """The number after the last one of that kind in a district."""
    return max((box.number for box in boxes if box.kind is kind), default=0) + 1


def name(text: str, *, field: str) -> str:
    """One short plain line, as a sign over a door."""
    plain = unicodedata.normalize("NFC", text).strip()
    good = plain.isprintable() and not plain.startswith(FORMULA)
    if not good or not 0 < len(plain) <= NAME_LENGTH:
        raise StationNameWrong(field=field, longest=NAME_LENGTH)
    return plain


def _number(given: NewStation, here: list[BoxView]) -> int:
    if given.number is None:
        return next_number(here, given.kind)
    return whole(given.number, field="number", station=here[0].district, least=1)


def _station(
    uow: UnitOfWork,
    poll: Poll,
    given: NewStation,
    *,
    number: int,
    here: list[BoxView],
    by: Actor,
) -> Station:
    """The day's station of that number and kind, named now where there is none yet."""
    key = (given.district_id, number, given.kind.value)
    for station in stations.stations_of(uow.session, poll.polling_day_id):
        if (station.district_id, station.number, station.kind) == key:
            if station.id in {box.station_id for box in here}:
                raise StationTaken(field="number", station=f"{here[0].district}/{number}")
            return station
    return stations.add_station(
        uow,
        polling_day_id=poll.polling_day_id,
        district_id=given.district_id,
        number=number,
        name_ko=name(given.name_ko, field="name_ko"),
        name_en=name(given.name_en.strip() or given.name_ko, field="name_en"),
        kind=given.kind,
        by=by,
    )


def _box(session: Session, poll_id: UUID, box_id: UUID) -> BoxView:
    found = stations.boxes_of(session, poll_id, box_id=box_id)
    if not found:
        raise BoxNotFound(box=str(box_id))
    return found[0]


def _electors(box: BoxView, *, field: str) -> int:
    if box.electors is None:
        raise BoxWithoutElectors(field=field, station=box.label)
    return box.electors


def _set(session: Session, box_id: UUID, electors: int) -> None:
    session.execute(update(Box).where(Box.id == box_id).values(electors=electors))
