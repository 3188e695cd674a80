"""Stations of a polling day, and the boxes that each poll has there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ballots import polls
from ballots.checking import Bounds, whole
from ballots.days import get_day, insist_on_place
from ballots.errors import (
    BoxesExceedElectors,
    BoxNotFound,
    BoxTaken,
    StationElsewhere,
    StationNotFound,
    StationTaken,
)
from ballots.tables import Box, Kind, Poll, Station
from referendum.kernel.db import violates
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.roll.tables import District, Jurisdiction

Told = Mapping[str, Any] | RowMapping
"""A row by the names of its columns."""


@dataclass(frozen=True, slots=True)
class BoxView:
    """A box with where it stands."""

    id: UUID
    station_id: UUID
    district_id: UUID
    position: int
    """Where the district stands in the city's own order."""
    district: str
    district_ko: str
    district_en: str
    number: int
    kind: Kind
    electors: int | None
    name_ko: str
    name_en: str
    address: str | None = None
    borough_ko: str = ""
    borough_en: str = ""
    city_ko: str = ""
    city_en: str = ""
    """What people may write before the district's name."""

    @property
    def names(self) -> Mapping[str, str]:
        """Its own by language."""
        return {"ko": self.name_ko, "en": self.name_en}

    @property
    def district_names(self) -> Mapping[str, str]:
        return {"ko": self.district_ko, "en": self.district_en}

    @property
    def label(self) -> str:
        """What people are told when a figure of this box is refused."""
        place = f"{self.district}/{self.number}"
        return place if self.kind is Kind.REGULAR else f"{place}/{self.kind}"

    def bounds(self, poll: Poll) -> Bounds:
        """The most its figures can be; where its own electors are unknown, all of the poll's.

        An early or postal box may hold a few more papers than its own electors, with a reason:
        so it was in 36 of 7,349 of such boxes in one election of the whole country.
        """
        if self.electors is None:
            return Bounds(self.label, poll.electors)
        if self.kind is Kind.REGULAR:
            return Bounds(self.label, self.electors)
        return Bounds(self.label, poll.electors, explained_above=self.electors)


def add_station(
    uow: UnitOfWork,
    *,
    polling_day_id: UUID,
    district_id: UUID,
    number: int,
    name_ko: str,
    name_en: str,
    by: Actor,
    kind: Kind = Kind.REGULAR,
) -> Station:
    """Name a station; all polls of the day may put boxes there."""
    day = get_day(uow.session, polling_day_id)
    insist_on_place(by, day.jurisdiction_id)
    district = uow.session.get(District, district_id)
    if district is None or district.jurisdiction_id != day.jurisdiction_id:
        raise StationElsewhere(station=str(number))
    station = Station(
        polling_day_id=polling_day_id,
        district_id=district_id,
        number=whole(number, field="number", station=district.code, least=1),
        kind=kind.value,
        name_ko=name_ko,
        name_en=name_en,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(station)
    except IntegrityError as taken:
        if not violates(taken, "one_station_a_number"):
            raise
        raise StationTaken(station=f"{district.code}/{number}") from taken
    facts: dict[str, str | int] = {
        "station": str(station.id),
        "polling_day": str(polling_day_id),
        "district": district.code,
        "number": number,
        "kind": station.kind,
    }
    uow.record("station.named", by=by, facts=facts)
    return station


def add_box(
    uow: UnitOfWork,
    *,
    poll_id: UUID,
    station_id: UUID,
    electors: int | None,
    by: Actor,
    kind: Kind | None = None,
) -> Box:
    """Put a box of the poll at a station, with the published number of electors there.

    Without `kind` it is the station's. A regular box needs its electors; those of early and
    postal boxes are on the lists of other stations, and None.
    """
    poll = polls.get_to_furnish(uow.session, poll_id)
    station = uow.session.get(Station, station_id)
    if station is None:
        raise StationNotFound(station=str(station_id))
    insist_on_place(by, get_day(uow.session, poll.polling_day_id).jurisdiction_id)
    if station.polling_day_id != poll.polling_day_id:
        raise StationElsewhere(station=str(station_id))
    sort = kind or Kind(station.kind)
    if electors is not None or sort is Kind.REGULAR:
        electors = _room_for(uow.session, poll, electors, station=str(station.number))
    box = Box(poll_id=poll_id, station_id=station_id, kind=sort.value, electors=electors)
    try:
        with uow.session.begin_nested():
            uow.session.add(box)
    except IntegrityError as taken:
        if not violates(taken, "one_box_a_kind"):
            raise
        raise BoxTaken(station=str(station_id), kind=sort.value) from taken
    facts: dict[str, str | int | None] = {
        "box": str(box.id),
        "poll": str(poll_id),
        "station": str(station_id),
        "kind": box.kind,
        "electors": electors,
    }
    uow.record("box.placed", by=by, measure=poll.measure_id, facts=facts)
    return box


def boxes_of(session: Session, poll_id: UUID, *, box_id: UUID | None = None) -> list[BoxView]:
    """The boxes of a poll (or one), in the city's order of districts, by number and kind."""
    here = BOXES.where(Box.poll_id == poll_id)
    if box_id is not None:
        here = here.where(Box.id == box_id)
    return sorted((_view(row) for row in session.execute(here).mappings()), key=_in_order)


def boxes_of_polls(session: Session, poll_ids: Collection[UUID]) -> dict[UUID, list[BoxView]]:
    """The same by poll, of many; a poll without boxes has an empty list."""
    rows = session.execute(BOXES.where(Box.poll_id.in_(poll_ids))).mappings()
    return {**{poll_id: [] for poll_id in poll_ids}, **by_poll(rows)}


def by_poll(rows: Iterable[Told]) -> dict[UUID, list[BoxView]]:
    """The same of the rows of `BOXES`, read before; a poll without boxes is not among them."""
    found: dict[UUID, list[BoxView]] = {}
    for row in rows:
        found.setdefault(row["poll_id"], []).append(_view(row))
    return {poll_id: sorted(views, key=_in_order) for poll_id, views in found.items()}


BOXES: Final = (
    select(
        Box.id,
        Box.poll_id,
        Box.kind,
        Box.electors,
        Box.station_id,
        Station.number,
        Station.name_ko,
        Station.name_en,
        Station.address,
        Station.district_id,
        District.position,
        District.code.label("district"),
        District.name_ko.label("district_ko"),
        District.name_en.label("district_en"),
        District.borough_ko,
        District.borough_en,
        Jurisdiction.name_ko.label("city_ko"),
        Jurisdiction.name_en.label("city_en"),
    )
    .join(Station, Box.station_id == Station.id)
    .join(District, Station.district_id == District.id)
    .join(Jurisdiction, District.jurisdiction_id == Jurisdiction.id)
)


def _view(row: Told) -> BoxView:
    told = {name: row[name] for name in row.keys() - {"poll_id"}}
    return BoxView(**{**told, "kind": Kind(told["kind"])})


def _in_order(view: BoxView) -> tuple[int, str, int, Kind]:
    """As districts stand everywhere else: one order in a document, whatever it counts."""
    return view.position, view.district, view.number, view.kind


def electors_by_district(boxes: Iterable[BoxView]) -> dict[UUID, int | None]:
    """The electors of each district that has a box, over all its boxes together.

    Early and postal boxes have none of their own; a district with nothing but such boxes has None.
    """
    found: dict[UUID, int | None] = {}
    for box in boxes:
        before = found.setdefault(box.district_id, None)
        if box.electors is not None:
            found[box.district_id] = (before or 0) + box.electors
    return found


def stations_of(session: Session, polling_day_id: UUID) -> list[Station]:
    """The stations of a polling day, in the city's order of districts, by number and kind."""
    here = (
        select(Station)
        .join(District, Station.district_id == District.id)
        .where(Station.polling_day_id == polling_day_id)
        .order_by(District.position, District.code, Station.number, Station.kind)
    )
    return list(session.scalars(here))


def first_stations(session: Session, polling_day_id: UUID) -> dict[UUID, Station]:
    """The first station of each district where people vote on the day itself."""
    named = stations_of(session, polling_day_id)
    return {one.district_id: one for one in reversed(named) if one.kind == Kind.REGULAR}


def get_box(session: Session, box_id: UUID) -> Box:
    box = session.get(Box, box_id)
    if box is None:
        raise BoxNotFound(box=str(box_id))
    return box


def lock_boxes(session: Session, boxes: list[UUID]) -> None:
    """Hold the boxes against other writers of their returns, in the one order, by key."""
    ordered = select(Box.id).where(Box.id.in_(boxes)).order_by(Box.id).with_for_update()
    session.execute(ordered).all()


def _room_for(session: Session, poll: Poll, electors: int | None, *, station: str) -> int:
    number = whole(electors, field="electors", station=station)
    insist_on_room(session, poll, number)
    return number


def insist_on_room(session: Session, poll: Poll, electors: int) -> None:
    """So many more electors can be placed: the boxes of a poll have no more than the poll."""
    placed = session.scalar(select(func.sum(Box.electors)).where(Box.poll_id == poll.id)) or 0
    if placed + electors > poll.electors:
        raise BoxesExceedElectors(boxes=placed + electors, electors=poll.electors)
