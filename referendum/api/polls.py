"""Polls: the vote, and the canvass of its returns."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session

from ballots import canvassing, days, polls
from ballots import errors as refusals
from ballots.canvassing import Canvass
from ballots.tables import Poll
from referendum.api.callers import House, Someone
from referendum.api.errors import ResultNotPublished
from referendum.api.labelling import Labelled, binding_of
from referendum.api.refusing import Route, possible
from referendum.api.shapes import Moment, Told
from referendum.certificates.tables import Certificate
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import counting, locating
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.tables import Measure

router = APIRouter(prefix="/polls/{poll_id}", tags=["polls"], route_class=Route)


class GateOut(Told):
    """The turnout below which no box is opened. `met` is null while turnout is missing."""

    needed: int
    met: bool | None
    citation: str


class PollOut(Labelled):
    id: UUID
    measure: UUID
    sequence: int
    day: date
    opens_at: Moment
    closes_at: Moment
    options: list[str]
    electors: int
    has_count_gate: bool
    opened_at: Moment | None
    closed_at: Moment | None
    cancelled_at: Moment | None


class DistrictCanvassOut(Told):
    district: UUID
    code: str
    name_ko: str
    name_en: str
    boxes: int
    electors: int | None
    issued: int
    cast: int
    papers: int | None
    invalid: int | None
    votes: dict[str, int] | None


class GapOut(Told):
    """A box in which other papers were found than were cast, and why."""

    box: UUID
    label: str
    cast: int
    papers: int
    reason: str | None


class ExcessOut(Told):
    """More papers than electors, in a district or in the whole poll: nothing is certified."""

    district: str | None
    electors: int
    papers: int


class FullBoxOut(Told):
    """An early or postal box with more papers than its own electors, and why."""

    label: str
    electors: int
    cast: int
    reason: str | None


class CanvassOut(Labelled):
    """A poll added up. Papers and votes are null while they are withheld."""

    poll: UUID
    certified: bool
    electors: int
    issued: int
    cast: int
    papers: int | None
    invalid: int | None
    votes: dict[str, int] | None
    boxes: int
    turnout_missing: int
    count_missing: int
    gate: GateOut | None
    districts: list[DistrictCanvassOut]
    gaps: list[GapOut]
    excesses: list[ExcessOut]
    full_boxes: list[FullBoxOut]


@router.get("", responses=possible(refusals.PollNotFound))
@shared(declared=True)
def show_poll(
    poll_id: UUID,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> PollOut:
    """The vote on a measure: its day, its hours, what can be chosen."""
    with house.look() as uow:
        poll = polls.get(uow.session, poll_id)
        day = days.get_day(uow.session, poll.polling_day_id)
        measure = locating.get(uow.session, poll.measure_id)
        return PollOut(
            id=poll.id,
            measure=poll.measure_id,
            sequence=poll.sequence,
            day=day.day,
            opens_at=day.opens_at,
            closes_at=day.closes_at,
            options=[one["key"] for one in drawing.options(uow.session, measure)],
            electors=poll.electors,
            has_count_gate=poll.gate is not None,
            opened_at=poll.opened_at,
            closed_at=poll.closed_at,
            cancelled_at=poll.cancelled_at,
            **binding_of(measure),
        )


@router.get(
    "/canvass",
    responses=possible(
        refusals.PollNotFound, refusals.PollNotClosed, refusals.PollCancelled, ResultNotPublished
    ),
)
@shared(declared=True)
def show_canvass(poll_id: UUID, house: House, by: Someone) -> CanvassOut:
    """The returns added up: for everybody once certified, before that for those who count."""
    with house.look() as uow:
        poll = polls.get(uow.session, poll_id)
        certified = is_certified(uow.session, poll)
        measure = locating.get(uow.session, poll.measure_id)
        if not certified and not counting.sees_figures(uow.session, measure, by):
            raise ResultNotPublished(poll=str(poll_id))
        found = canvassing.canvass(uow.session, poll_id)
        return _canvass(poll, measure, found, certified=certified)


def is_certified(session: Session, poll: Poll) -> bool:
    """Whether two officers have certified this very poll's result."""
    issued = select(Certificate.id).where(
        Certificate.measure_id == poll.measure_id, Certificate.subject == f"poll-{poll.sequence}"
    )
    return session.scalar(issued.limit(1)) is not None


def _canvass(poll: Poll, measure: Measure, found: Canvass, *, certified: bool) -> CanvassOut:
    gate = found.gate
    return CanvassOut(
        poll=poll.id,
        certified=certified,
        **binding_of(measure),
        electors=found.electors,
        issued=found.issued,
        cast=found.cast,
        papers=found.papers,
        invalid=found.invalid,
        votes=dict(found.votes) if found.votes is not None else None,
        boxes=found.boxes,
        turnout_missing=found.turnout_missing,
        count_missing=found.count_missing,
        gate=GateOut(needed=gate.needed, met=gate.met, citation=gate.citation) if gate else None,
        districts=[
            DistrictCanvassOut(
                district=one.district_id,
                code=one.code,
                name_ko=one.name_ko,
                name_en=one.name_en,
                boxes=one.boxes,
                electors=one.electors,
                issued=one.issued,
                cast=one.cast,
                papers=one.papers,
                invalid=one.invalid,
                votes=dict(one.votes) if one.votes is not None else None,
            )
            for one in found.by_district
        ],
        gaps=[
            GapOut(
                box=gap.box_id, label=gap.box, cast=gap.cast, papers=gap.papers, reason=gap.reason
            )
            for gap in found.gaps
        ],
        excesses=[
            ExcessOut(district=one.code, electors=one.electors, papers=one.papers)
            for one in found.excesses
        ],
        full_boxes=[
            FullBoxOut(label=box.box, electors=box.electors, cast=box.cast, reason=box.reason)
            for box in found.full_boxes
        ],
    )
