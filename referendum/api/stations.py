"""Stations and boxes of a poll: named, placed, divided and planned before the polls open."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field

from ballots import dividing, planning, plans, polls, stations
from ballots import errors as refusals
from ballots.dividing import NewStation
from ballots.planning import Planned
from ballots.stations import BoxView
from ballots.tables import Kind, Poll, Station
from referendum.api.access import poll_here
from referendum.api.callers import House
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import Asked, Count, From, Id, OneOf, Page, Text, Told, ToldOf
from referendum.doors.sessions import Staff, Visitor
from referendum.doors.sharing import shared
from referendum.kernel.people import Officer, Role, RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import furnishing
from referendum.lifecycle.errors import NotYourAct, OnHold
from referendum.lifecycle.stages import ActNotAllowed

router = APIRouter(prefix="/polls/{poll_id}", tags=["polls"], route_class=Route)

Name = Annotated[Text, Field(min_length=1, max_length=dividing.NAME_LENGTH)]
Number = Annotated[int, Field(ge=1, le=100_000)]
Csv = Annotated[bytes, Body(media_type="text/csv", description="UTF-8 or CP949.")]
DESK = (
    refusals.PollNotFound,
    refusals.PollCancelled,
    refusals.PollHasClosed,
    refusals.PollHasOpened,
    RoleMissing,
    NotYourAct,
    OnHold,
    ActNotAllowed,
)
ELECTORS = (
    refusals.BoxWithoutElectors,
    refusals.DistrictsDiffer,
    refusals.TooFewElectors,
    refusals.FigureMissing,
    refusals.FigureTooSmall,
    refusals.BoxNotFound,
)


class StationOut(ToldOf[Station]):
    id: UUID
    district: Annotated[UUID, From("district_id")]
    number: int
    kind: str
    name_ko: str
    name_en: str


class StationIn(Asked):
    district: Id
    number: Number
    kind: OneOf[Kind] = Kind.REGULAR
    name_ko: Name
    name_en: Name


class NamesIn(Asked):
    name_ko: Name
    name_en: Name


class BoxOut(ToldOf[BoxView]):
    id: UUID
    station: Annotated[UUID, From("station_id")]
    district: Annotated[UUID, From("district_id")]
    label: str
    kind: str
    electors: int | None
    name_ko: str
    name_en: str


class BoxIn(Asked):
    station: Id
    electors: Count | None = None
    kind: OneOf[Kind] | None = None


class DivisionIn(Asked):
    """A further station, and how many electors of another box of its district vote there.

    Without a number it gets the next one; without `taken_from` the district's first box gives.
    """

    district: Id
    number: Number | None = None
    kind: OneOf[Kind] = Kind.REGULAR
    name_ko: Name
    name_en: Name
    electors: Count | None = None
    taken_from: Id | None = None


class MoveIn(Asked):
    """Electors of one box who shall vote at another of the same district."""

    giver: Id
    taker: Id
    electors: Count | None = None


class MoveOut(Told):
    electors: int
    giver: BoxOut
    taker: BoxOut


class PlanOut(ToldOf[Planned]):
    """How many stations the plan has, and the root of its lines in the record."""

    stations: int
    root: str
    entry: Annotated[UUID, From("record_entry_id")]


@router.get("/stations", responses=possible(refusals.PollNotFound))
@shared(declared=True)
def list_stations(
    poll_id: UUID,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
) -> Page[StationOut]:
    """Where people vote, by the station's id."""
    with house.look() as uow:
        poll = polls.get(uow.session, poll_id)
        found = stations.stations_of(uow.session, poll.polling_day_id)
        return asks.part(found, StationOut.of, key=lambda station: str(station.id))


@act(
    router,
    "/stations",
    *DESK,
    refusals.StationElsewhere,
    refusals.StationTaken,
    refusals.StationNameWrong,
)
def add_station(uow: UnitOfWork, poll_id: UUID, given: StationIn, by: Staff) -> StationOut:
    """Name a station of the poll's day; all polls of that day may put boxes there."""
    poll = _at_the_poll(uow, poll_id, by)
    station = stations.add_station(
        uow,
        polling_day_id=poll.polling_day_id,
        district_id=given.district,
        number=given.number,
        name_ko=dividing.name(given.name_ko, field="name_ko"),
        name_en=dividing.name(given.name_en, field="name_en"),
        kind=given.kind,
        by=by,
    )
    return StationOut.of(station)


@router.put(
    "/stations/{station_id}/name",
    responses=possible(*DESK, refusals.StationNotFound, refusals.StationNameWrong),
)
def rename_station(
    poll_id: UUID, station_id: UUID, given: NamesIn, house: House, by: Staff
) -> StationOut:
    """Name a station of the poll anew, for every vote of the day that uses it."""
    with house.begin() as uow:
        _at_the_poll(uow, poll_id, by)
        furnishing.insist_on_every_vote_at(uow.session, station_id, by)
        station = dividing.rename_station(
            uow, poll_id, station_id, name_ko=given.name_ko, name_en=given.name_en, by=by
        )
        return StationOut.of(station)


@act(
    router,
    "/stations/import",
    *DESK,
    refusals.StationPlanRefused,
    refusals.StationPlanEmpty,
    refusals.StationPlanTooLong,
    refusals.ReturnsColumnsWrong,
    refusals.ReturnsFileUnreadable,
)
def import_plan(uow: UnitOfWork, poll_id: UUID, file: Csv, by: Staff) -> PlanOut:
    """Replace the poll's stations by a plan: every faulty line is named, and none is taken."""
    _at_the_poll(uow, poll_id, by)
    rows = plans.read_plan(file, boxes=stations.boxes_of(uow.session, poll_id))
    return PlanOut.of(planning.replace_plan(uow, poll_id, rows, by=by))


@router.get("/boxes", responses=possible(refusals.PollNotFound, RoleMissing))
def list_boxes(poll_id: UUID, house: House, by: Staff, asks: Asks) -> Page[BoxOut]:
    """The boxes of a poll, by their label."""
    with house.begin() as uow:
        poll_here(uow.session, poll_id, by)
        by.insist(Role.CANVASSER)
        found = stations.boxes_of(uow.session, poll_id)
        return asks.part(found, BoxOut.of, key=lambda box: f"{box.label} {box.id}")


@act(
    router,
    "/boxes",
    *DESK,
    refusals.StationNotFound,
    refusals.StationElsewhere,
    refusals.BoxTaken,
    refusals.BoxesExceedElectors,
    refusals.FigureMissing,
)
def add_box(uow: UnitOfWork, poll_id: UUID, given: BoxIn, by: Staff) -> BoxOut:
    """Put a box of the poll at a station, with the published electors there."""
    _at_the_poll(uow, poll_id, by)
    box = stations.add_box(
        uow,
        poll_id=poll_id,
        station_id=given.station,
        electors=given.electors,
        kind=given.kind,
        by=by,
    )
    (view,) = stations.boxes_of(uow.session, poll_id, box_id=box.id)
    return BoxOut.of(view)


@act(
    router,
    "/boxes/divisions",
    *DESK,
    *ELECTORS,
    refusals.DistrictNotInPoll,
    refusals.StationTaken,
    refusals.StationNameWrong,
)
def divide(uow: UnitOfWork, poll_id: UUID, given: DivisionIn, by: Staff) -> BoxOut:
    """Open a further station in a district, with electors of another box there."""
    _at_the_poll(uow, poll_id, by)
    new = NewStation(given.district, given.kind, given.name_ko, given.name_en, given.number)
    box = dividing.open_station(
        uow, poll_id, new, electors=given.electors, taken_from=given.taken_from, by=by
    )
    return BoxOut.of(box)


@act(router, "/boxes/moves", *DESK, *ELECTORS, refusals.SameBox)
def move_electors(uow: UnitOfWork, poll_id: UUID, given: MoveIn, by: Staff) -> MoveOut:
    """Send electors from one box to another of the same district."""
    _at_the_poll(uow, poll_id, by)
    moved = dividing.move_electors(uow, poll_id, by=by, **given.model_dump())
    giver, taker = BoxOut.of(moved.giver), BoxOut.of(moved.taker)
    return MoveOut(electors=moved.electors, giver=giver, taker=taker)


def _at_the_poll(uow: UnitOfWork, poll_id: UUID, by: Officer) -> Poll:
    """Measure before poll before box: the order in which everybody takes their locks."""
    poll = poll_here(uow.session, poll_id, by)
    furnishing.insist_on_furnisher(uow.session, poll.measure_id, by)
    return polls.get_to_arrange(uow, poll_id, by)
