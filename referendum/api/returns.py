"""Returns of a box, keyed in or as a file: first turnout, then count; corrections beside them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field

from ballots import errors as refusals
from ballots import reading, returns
from ballots.batches import Batch
from ballots.checking import REASON_LENGTH
from ballots.tables import CountReturn, TurnoutReturn
from ballots.versions import ReturnKind
from referendum.api.access import poll_here, poll_of_box
from referendum.api.callers import House
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import Asked, From, Moment, Text, Told, ToldOf
from referendum.doors.sessions import Staff
from referendum.kernel.people import Officer, RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import counting, locating
from referendum.lifecycle.errors import MeasureNotFound, NotYourAct, OnHold
from referendum.lifecycle.stages import ActNotAllowed

router = APIRouter(tags=["returns"], route_class=Route)

Csv = Annotated[bytes, Body(media_type="text/csv", description="UTF-8 or CP949.")]
Reason = Annotated[Text, Field(max_length=REASON_LENGTH)]
DESK = (RoleMissing, NotYourAct, OnHold, ActNotAllowed, MeasureNotFound)
BOX = (*DESK, refusals.BoxNotFound, refusals.PollNotClosed, refusals.PollCancelled)
FIGURES = (
    refusals.FigureMissing,
    refusals.FigureTooSmall,
    refusals.FigureTooLarge,
    refusals.MoreThanElectors,
    refusals.ReasonNeeded,
    refusals.ReasonTooLong,
)
COUNTED = (
    refusals.OptionUnknown,
    refusals.DoesNotAddUp,
    refusals.TurnoutIncomplete,
    refusals.BelowCountGate,
)
FILE = (
    *DESK,
    refusals.PollNotFound,
    refusals.PollNotClosed,
    refusals.PollCancelled,
    refusals.ReturnsRefused,
    refusals.ReturnsColumnsWrong,
    refusals.ReturnsFileUnreadable,
    refusals.ReturnsFileEmpty,
)


class TurnoutIn(Asked):
    """Papers handed out and cast. A figure that is left out is refused: empty is not zero."""

    issued: int | None = None
    cast: int | None = None
    reason: Reason | None = None


class CountIn(Asked):
    """Papers in the box as they were sorted: options and invalid must equal papers."""

    papers: int | None = None
    votes: dict[Text, int | None]
    invalid: int | None = None
    reason: Reason | None = None


class TurnoutOut(ToldOf[TurnoutReturn]):
    version: int
    issued: int
    cast: int
    reason: str | None
    keyed_at: Moment


class CountOut(ToldOf[CountReturn]):
    version: int
    papers: int
    votes: dict[str, int]
    invalid: int
    reason: str | None
    keyed_at: Moment


class ReturnsOut(Told):
    """Every return of a box there ever was, the first version first."""

    turnouts: list[TurnoutOut]
    counts: list[CountOut]


class BatchOut(ToldOf[Batch]):
    """How many returns a file brought, and the root of their leaves in the record."""

    returns: int
    root: str
    entry: Annotated[UUID, From("record_entry_id")]


@router.get("/boxes/{box_id}/returns", responses=possible(*BOX))
def list_returns(box_id: UUID, house: House, by: Staff) -> ReturnsOut:
    """All versions, for those who count."""
    with house.begin() as uow:
        poll = poll_of_box(uow.session, box_id, by)
        counting.insist_on_counting(uow.session, locating.get(uow.session, poll.measure_id), by)
        found = returns.versions(uow.session, box_id)
        return ReturnsOut(
            turnouts=[TurnoutOut.of(one) for one in found.turnouts],
            counts=[CountOut.of(one) for one in found.counts],
        )


@act(router, "/boxes/{box_id}/turnouts", *BOX, *FIGURES, refusals.ReturnAlreadyEntered)
def enter_turnout(uow: UnitOfWork, box_id: UUID, given: TurnoutIn, by: Staff) -> TurnoutOut:
    """The first turnout return of a box."""
    _at_the_box(uow, box_id, by)
    kept = returns.enter_turnout(uow, box_id, by=by, **given.model_dump())
    return TurnoutOut.of(kept)


@act(
    router,
    "/boxes/{box_id}/turnouts/corrections",
    *BOX,
    *FIGURES,
    refusals.CorrectionReasonNeeded,
    refusals.ReturnNotEntered,
)
def correct_turnout(uow: UnitOfWork, box_id: UUID, given: TurnoutIn, by: Staff) -> TurnoutOut:
    """A new version with its reason; the former one stays readable."""
    _at_the_box(uow, box_id, by)
    kept = returns.correct_turnout(uow, box_id, by=by, **given.model_dump())
    return TurnoutOut.of(kept)


@act(router, "/boxes/{box_id}/counts", *BOX, *FIGURES, *COUNTED, refusals.ReturnAlreadyEntered)
def enter_count(uow: UnitOfWork, box_id: UUID, given: CountIn, by: Staff) -> CountOut:
    """The first count return of a box, once all turnout is known and the gate is met."""
    _at_the_box(uow, box_id, by)
    kept = returns.enter_count(uow, box_id, by=by, **given.model_dump())
    return CountOut.of(kept)


@act(
    router,
    "/boxes/{box_id}/counts/corrections",
    *BOX,
    *FIGURES,
    *COUNTED,
    refusals.CorrectionReasonNeeded,
    refusals.ReturnNotEntered,
)
def correct_count(uow: UnitOfWork, box_id: UUID, given: CountIn, by: Staff) -> CountOut:
    """A new version with its reason; the former one stays readable."""
    _at_the_box(uow, box_id, by)
    kept = returns.correct_count(uow, box_id, by=by, **given.model_dump())
    return CountOut.of(kept)


@act(router, "/polls/{poll_id}/turnouts/import", *FILE)
def import_turnouts(uow: UnitOfWork, poll_id: UUID, file: Csv, by: Staff) -> BatchOut:
    """The first turnout returns of many boxes: every faulty line is named, and none kept."""
    return _take_in(uow, poll_id, ReturnKind.TURNOUT, file, by)


@act(
    router,
    "/polls/{poll_id}/counts/import",
    *FILE,
    refusals.TurnoutIncomplete,
    refusals.BelowCountGate,
)
def import_counts(uow: UnitOfWork, poll_id: UUID, file: Csv, by: Staff) -> BatchOut:
    """The first count returns of many boxes: every faulty line is named, and none kept."""
    return _take_in(uow, poll_id, ReturnKind.COUNT, file, by)


def _take_in(
    uow: UnitOfWork, poll_id: UUID, kind: ReturnKind, file: bytes, by: Officer
) -> BatchOut:
    poll = poll_here(uow.session, poll_id, by)
    counting.insist_on_canvasser(uow.session, poll.measure_id, by)
    return BatchOut.of(reading.take_in(uow, poll, kind, file, by=by))


def _at_the_box(uow: UnitOfWork, box_id: UUID, by: Officer) -> None:
    """Measure before poll before box: the order in which everybody takes their locks."""
    poll = poll_of_box(uow.session, box_id, by)
    counting.insist_on_canvasser(uow.session, poll.measure_id, by)
