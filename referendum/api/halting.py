"""Holds that a court or a postponement lays, and deadlines moved with a reason."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import StringConstraints

from referendum.api.access import NAMING, measure_here, paper_given
from referendum.api.callers import House
from referendum.api.measure_shapes import HoldOut, MovesOut
from referendum.api.proposals import PaperedIn, ProposalOut
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import Asked, Day, OneOf, PaperIn, Paragraph
from referendum.doors.sessions import Staff
from referendum.kernel.people import FreshCodeNeeded, RoleMissing
from referendum.kernel.proposals import ProposedAlready
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import errors, holding, proposing
from referendum.lifecycle.dates import moves, moving
from referendum.lifecycle.dates.moves import MovesUnseen
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.stages import ActNotAllowed

router = APIRouter(prefix="/measures/{measure_id}", tags=["acts"], route_class=Route)


Name = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
Seen = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""The `seen` of the list that an officer has looked at."""


class HoldIn(Asked):
    kind: OneOf[HoldKind]
    document: PaperIn
    reason: Paragraph
    stops_clock: bool


class RestoringIn(PaperedIn):
    seen: Seen | None = None


class DeadlineIn(RestoringIn):
    day: Day


@act(
    router,
    "/holds",
    errors.MeasureNotFound,
    errors.ParticularMissing,
    errors.DocumentAhead,
    ActNotAllowed,
    *NAMING,
    RoleMissing,
)
def place_hold(uow: UnitOfWork, measure_id: UUID, given: HoldIn, by: Staff) -> HoldOut:
    """Halt a measure, for a court or a postponement."""
    measure_here(uow, measure_id, by)
    document = paper_given(given.document)
    hold = holding.place(
        uow,
        measure_id,
        kind=given.kind,
        document=document,
        reason=given.reason,
        stops_clock=given.stops_clock,
        by=by,
    )
    return HoldOut.of(hold)


OUTSIDE: Final = (
    errors.MeasureNotFound,
    errors.DeadlineNotFound,
    errors.AnnouncedDayStands,
    errors.DeadlineFixed,
    errors.DeadlineDone,
    errors.DeadlineBeforeItBegins,
    errors.DeadlinesOutOfOrder,
    errors.OverrideTooFar,
    errors.DayIsOver,
    errors.DayImplausible,
)
"""Why a deadline is not moved to a day, whoever asks."""


@router.get("/deadlines/{name}/moves", responses=possible(*OUTSIDE, errors.NotOverridden))
def what_moves(
    measure_id: UUID,
    name: Name,
    house: House,
    by: Staff,
    day: Annotated[Day | None, Query()] = None,
) -> MovesOut:
    """What another last day would move, with its day and sum; without one: its being restored."""
    with house.begin() as uow:
        measure_here(uow, measure_id, by)
        return MovesOut.of(moving.preview(uow, measure_id, name, day=day))


@act(
    router,
    "/deadlines/{name}/override",
    *OUTSIDE,
    *NAMING,
    errors.DocumentAhead,
    errors.ParticularMissing,
    ActNotAllowed,
    MovesUnseen,
    ProposedAlready,
    RoleMissing,
    FreshCodeNeeded,
)
def propose_override(
    uow: UnitOfWork,
    measure_id: UUID,
    name: Name,
    given: DeadlineIn,
    house: House,
    by: Staff,
) -> ProposalOut:
    """Propose to move a deadline on a paper and with a reason.

    With `seen` it is refused unless it still moves exactly what was shown (`moves`).
    """
    measure_here(uow, measure_id, by)
    document = paper_given(given.document)
    moves.insist_seen(moving.preview(uow, measure_id, name, day=given.day, by=by), given.seen)
    put = proposing.propose_override(
        uow,
        house.means,
        measure_id,
        name,
        day=given.day,
        document=document,
        reason=given.reason,
        by=by,
    )
    return ProposalOut.of(uow, put)


@act(
    router,
    "/deadlines/{name}/restoration",
    *OUTSIDE,
    *NAMING,
    errors.NotOverridden,
    errors.DocumentAhead,
    errors.ParticularMissing,
    ActNotAllowed,
    MovesUnseen,
    ProposedAlready,
    RoleMissing,
    FreshCodeNeeded,
)
def propose_restoring(
    uow: UnitOfWork, measure_id: UUID, name: Name, given: RestoringIn, house: House, by: Staff
) -> ProposalOut:
    """Propose to take an override back: the computed day stands again, none ends in the past."""
    measure_here(uow, measure_id, by)
    moves.insist_seen(moving.preview(uow, measure_id, name, day=None, by=by), given.seen)
    document = paper_given(given.document)
    put = proposing.propose_restoring(
        uow, house.means, measure_id, name, document=document, reason=given.reason, by=by
    )
    return ProposalOut.of(uow, put)
