"""Sheets as they are handed over: registered, and the receipts for them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from referendum.api.access import measure_here
from referendum.api.callers import House, Member
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import Asked, From, Line, Moment, Told, ToldOf
from referendum.kernel.people import RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import errors, handing_over, petitioning
from referendum.lifecycle.stages import ActNotAllowed
from signatures import errors as refusals
from signatures import handing_in
from signatures.handing_in import LONGEST, MOST_LINES, MOST_SHEETS, Sheet
from signatures.handing_tables import HandingIn

router = APIRouter(prefix="/measures/{measure_id}/sheets", tags=["acts"], route_class=Route)

LISTED: Final = (refusals.SheetRegisteredBefore, refusals.FewerLinesThanKeyed)
"""How a list of sheets may be refused."""
EITHER: Final = (
    errors.MeasureNotFound,
    errors.NotRepresentative,
    errors.NotYourAct,
    RoleMissing,
    ActNotAllowed,
)


class SheetIn(Asked):
    """A sheet, or a bundle that is keyed under one number, with its lines."""

    number: Annotated[Line, Field(min_length=1, max_length=LONGEST)]
    lines: Annotated[int, Field(ge=1, le=MOST_LINES)]


class SheetsIn(Asked):
    sheets: Annotated[list[SheetIn], Field(max_length=MOST_SHEETS)]


class SheetOut(ToldOf[Sheet]):
    number: str
    lines: int


class ReceiptOut(ToldOf[HandingIn]):
    """`digest`: SHA-256 of `{"number":…,"sheets":[[number,lines],…]}` in canonical JSON, sorted."""

    number: int
    received_on: date
    registered_at: Moment
    sheets: int
    lines: int
    digest: str
    entry: Annotated[UUID, From("record_entry_id")]


class ReceiptsOut(Told):
    receipts: list[ReceiptOut]
    listed: list[list[SheetOut]]
    """Of each receipt, in their order, the sheets it is for."""


def sheets_of(given: list[SheetIn]) -> tuple[Sheet, ...]:
    return tuple(Sheet(one.number, one.lines) for one in given)


@act(router, "", *EITHER, *LISTED, refusals.NothingBrought)
def register_sheets(uow: UnitOfWork, measure_id: UUID, given: SheetsIn, by: Member) -> ReceiptOut:
    """Register sheets before the handing in, or to cure a shortfall; gives the receipt."""
    measure_here(uow, measure_id, by)
    made = handing_over.register(uow, measure_id, sheets=sheets_of(given.sheets), by=by)
    return ReceiptOut.of(made)


@router.get("", responses=possible(*EITHER))
def list_receipts(measure_id: UUID, house: House, by: Member) -> ReceiptsOut:
    """What was handed over so far, for the representatives and those who examine."""
    with house.begin() as uow:
        measure = measure_here(uow, measure_id, by)
        handing_over.insist_on_either(uow.session, measure, by)
        petition = petitioning.petition_of(uow.session, measure)
        found = handing_in.receipts(uow.session, petition.id)
        return ReceiptsOut(
            receipts=[ReceiptOut.of(one) for one in found],
            listed=[
                [SheetOut.of(sheet) for sheet in handing_in.sheets_of(uow.session, one.id)]
                for one in found
            ],
        )
