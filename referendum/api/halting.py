"""Holds that a court or a postponement lays, and deadlines moved with a reason."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from referendum.api.access import NAMING, measure_here, paper_of
from referendum.api.callers import House
from referendum.api.measure_shapes import DeadlineOut, HoldOut
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import Asked, Day, OneOf, PaperIn, Paragraph
from referendum.doors.sessions import Staff
from referendum.kernel.people import FreshCodeNeeded, RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import errors, holding
from referendum.lifecycle.dates import moving
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.stages import ActNotAllowed

router = APIRouter(prefix="/measures/{measure_id}", tags=["acts"], route_class=Route)


class HoldIn(Asked):
    kind: OneOf[HoldKind]
    document: PaperIn
    reason: Paragraph
    stops_clock: bool


class ReasonIn(Asked):
    reason: Paragraph


class DeadlineIn(Asked):
    day: Day
    reason: Paragraph


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
    document = paper_of(given.document)
    assert document is not None
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


@router.put(
    "/deadlines/{name}",
    responses=possible(
        errors.MeasureNotFound,
        errors.DeadlineNotFound,
        errors.AnnouncedDayStands,
        errors.DayIsOver,
        errors.DayImplausible,
        errors.ParticularMissing,
        RoleMissing,
        FreshCodeNeeded,
    ),
)
def override_deadline(
    measure_id: UUID,
    name: Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")],
    given: DeadlineIn,
    house: House,
    by: Staff,
) -> DeadlineOut:
    """Move a deadline with a written reason, which goes into the record."""
    with house.begin() as uow:
        measure_here(uow, measure_id, by)
        moved = moving.override(uow, measure_id, name, day=given.day, reason=given.reason, by=by)
        return DeadlineOut.of(moved)
