"""Long files of sheets: received as they come, brought in the background, all of it or nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from referendum.api import arriving
from referendum.api.access import petition_here
from referendum.api.arriving import CSV
from referendum.api.callers import House
from referendum.api.lines import AMISS, AT_THE_DESK
from referendum.api.refusing import Route, possible
from referendum.api.repeating import ACCEPTED, EMPTY, Done, Once, RepeatKey, act, once_of
from referendum.api.shapes import Day, From, ToldOf
from referendum.bootstrap import Services
from referendum.doors.sessions import Staff, Visitor
from referendum.kernel.people import Officer
from referendum.kernel.receiving import Receiver
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import keying
from referendum.lifecycle.stages import ActNotAllowed
from signatures import errors as refusals
from signatures import intakes, taking_in
from signatures.intakes import Progress, SheetStage
from signatures.lines import Origin
from signatures.petitions import insist_examiner

router = APIRouter(
    prefix="/petitions/{petition_id}/lines/intakes", tags=["examination"], route_class=Route
)

KNOWN: Final = (*AT_THE_DESK, refusals.SheetIntakeNotFound)


class SheetIntakeOut(ToldOf[Progress]):
    """A file on its way: `made` of its `lines`, of which nobody sees any before all are in."""

    id: UUID
    stage: SheetStage
    received_on: date
    origin: Origin
    made: Annotated[int, From("done")]
    lines: Annotated[int | None, From("whole")]
    batch: UUID | None
    """Once it is in."""
    refusal: str | None
    """The code of the problem for which nothing of it was taken."""
    facts: dict[str, Any]


async def _arrived(
    request: Request,
    petition_id: UUID,
    received_on: Day,
    house: House,
    by: Staff,
    origin: Origin = Origin.PAPER,
) -> tuple[UUID, str]:
    """The intake of a request's file, and its hash: taken in as it comes, never held whole."""
    receiver = await run_in_threadpool(_opened, house, petition_id, by, received_on, origin)
    await arriving.arrived(request, receiver)
    return receiver.intake_id, receiver.sha256


Arrived = Annotated[tuple[UUID, str], Depends(_arrived)]


def once_with_file(
    request: Request, caller: Visitor, arrived: Arrived, idempotency_key: RepeatKey = None
) -> Once:
    """As `repeating.once`; the file has been read by the time that it is asked."""
    return once_of(request, caller, idempotency_key, body_sha256=arrived[1])


def _opened(
    house: Services, petition_id: UUID, by: Officer, received_on: date, origin: Origin
) -> Receiver:
    with house.begin() as uow:
        insist_examiner(petition_here(uow.session, petition_id, by), by)
        intake = keying.begin_file(
            uow, house.vault, petition_id, by=by, received_on=received_on, origin=origin
        )
    return taking_in.receiver(house.begin, house.vault, intake)


@router.post(
    "/import",
    status_code=ACCEPTED,
    response_model=SheetIntakeOut,
    responses=possible(
        *AT_THE_DESK,
        *AMISS,
        refusals.ChannelNotAllowed,
        refusals.LinesRefused,
        ActNotAllowed,
    ),
    openapi_extra=CSV,
)
def take_in(
    petition_id: UUID,
    arrived: Arrived,
    house: House,
    once: Annotated[Once, Depends(once_with_file)],
) -> Any:
    """Receive a file of any length, and have it brought; ask the next route how far it is.

    Sent twice without a key it is brought once: the second is refused as known already.
    """
    intake, handed_on = arrived[0], False

    def take(uow: UnitOfWork) -> Done:
        nonlocal handed_on
        keying.carry_on_later(uow, intake)
        handed_on = True
        far = intakes.of_petition(uow.session, petition_id, intake)
        return Done(SheetIntakeOut.of(far), status=ACCEPTED)

    try:
        return once(take)
    finally:
        if not handed_on:
            # It was sent before, under the same key.
            intakes.give_up(house.begin, house.vault, intake)


@router.get("", responses=possible(*AT_THE_DESK))
def list_files(petition_id: UUID, house: House, by: Staff) -> list[SheetIntakeOut]:
    """Files that are on their way onto the petition."""
    with house.begin() as uow:
        insist_examiner(petition_here(uow.session, petition_id, by), by)
        return [SheetIntakeOut.of(one) for one in intakes.open_ones(uow.session, petition_id)]


@router.get("/{intake_id}", responses=possible(*KNOWN))
def show_file(petition_id: UUID, intake_id: UUID, house: House, by: Staff) -> SheetIntakeOut:
    """How far a file is, the batch that it became, or why nothing of it was taken."""
    with house.begin() as uow:
        insist_examiner(petition_here(uow.session, petition_id, by), by)
        return SheetIntakeOut.of(intakes.of_petition(uow.session, petition_id, intake_id))


@act(router, "/{intake_id}/removal", *KNOWN, status=EMPTY)
def remove_file(
    uow: UnitOfWork, petition_id: UUID, intake_id: UUID, house: House, by: Staff
) -> None:
    """Throw a file away that is not in yet: nothing is left of it."""
    insist_examiner(petition_here(uow.session, petition_id, by), by)
    intakes.of_petition(uow.session, petition_id, intake_id)
    intakes.give_up(house.begin, house.vault, intake_id)
