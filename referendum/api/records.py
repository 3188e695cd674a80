"""The record: its checkpoint, its entries, proofs that anyone can check, and all of it."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse

from referendum.api.callers import House
from referendum.api.errors import RecordEmpty, TreeNotSigned
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.shapes import Asked, Page, Text, Told
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.kernel import log
from referendum.kernel.log import EntryNotFound, EntryNotSealed, StoredNodes
from referendum.kernel.record import RecordCheckpoint, RecordPlace
from referendum.kernel.tree import Prover
from signatures.collecting import entry_of_receipt
from signatures.errors import ReceiptUnknown, ReceiptUnreadable

router = APIRouter(prefix="/record", tags=["record"], route_class=Route)

LARGEST: Final = 2**53 - 1


class CheckpointOut(Told):
    """A signed statement of the tree's size and root (C2SP tlog-checkpoint)."""

    origin: str
    vkey: str
    size: int
    root: str
    note: str


class EntryOut(Told):
    """One act. `leaf` is the stored bytes in base64; `entry` is what they say."""

    index: int
    id: UUID
    leaf: str
    entry: dict[str, Any]


class ReceiptOut(Told):
    """The proof that an entry is in the signed tree, as `referendum.verifying` checks it."""

    format: str
    index: int
    leaf: str
    proof: list[str]
    checkpoint: str


class ConsistencyOut(Told):
    """The proof that a tree grew from another (RFC 9162 §2.1.4)."""

    old_size: int
    new_size: int
    old_checkpoint: str
    new_checkpoint: str
    proof: list[str]


class ReceiptIn(Asked):
    receipt: Annotated[Text, Field(max_length=400)]


@router.get("/checkpoint", responses=possible(RecordEmpty))
@shared(declared=True)
def show_checkpoint(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> CheckpointOut:
    """Where the record stands, signed."""
    with house.look() as uow:
        latest = _latest(uow.session)
        return CheckpointOut(
            origin=house.log_key.origin,
            vkey=house.log_key.vkey,
            size=latest.size,
            root=base64.b64encode(latest.root).decode(),
            note=latest.note,
        )


@router.get("/entries")
@shared(declared=True)
def list_entries(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
    measure: UUID | None = None,
) -> Page[EntryOut]:
    """Sealed entries in the order of the tree, of one measure or all."""
    first = asks.after(int, first=-1, most=LARGEST)
    placed = log.sealed(measure).where(RecordPlace.index > first).limit(asks.wanted)
    with house.look() as uow:
        rows = uow.session.execute(placed).all()
        return asks.page(
            rows,
            lambda row: EntryOut(
                index=row[0],
                id=row[1].id,
                leaf=base64.b64encode(row[1].leaf).decode(),
                entry=json.loads(row[1].leaf),
            ),
            key=lambda row: int(row[0]),
        )


@router.get("/entries/{entry_id}/receipt", responses=possible(EntryNotFound, EntryNotSealed))
@shared(declared=True)
def show_receipt(
    entry_id: UUID,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> ReceiptOut:
    """The proof that an entry is in the record."""
    with house.look() as uow:
        return ReceiptOut(**log.receipt(uow.session, entry_id))


@router.post(
    "/receipts",
    responses=possible(ReceiptUnreadable, ReceiptUnknown, EntryNotFound, EntryNotSealed),
)
def find_receipt(
    given: ReceiptIn,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> ReceiptOut:
    """The proof for a signer's own receipt. A POST, as addresses are logged and bodies are not."""
    with house.begin() as uow:
        entry = entry_of_receipt(uow.session, given.receipt)
        return ReceiptOut(**log.receipt(uow.session, entry))


@router.get("/consistency", responses=possible(TreeNotSigned, RecordEmpty))
@shared(declared=True)
def show_consistency(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    old: Annotated[int, Query(ge=1, le=LARGEST, description="The size of a checkpoint.")],
    new: Annotated[int | None, Query(ge=1, le=LARGEST, description="Else the latest.")] = None,
) -> ConsistencyOut:
    """The proof that the record of one checkpoint is the beginning of that of another."""
    with house.look() as uow:
        after = _latest(uow.session) if new is None else _checkpoint(uow.session, new)
        before = _checkpoint(uow.session, old)
        if before.size > after.size:
            raise TreeNotSigned(size=old)
        hashes = Prover(StoredNodes(uow.session)).consistency(before.size, after.size)
        return ConsistencyOut(
            old_size=before.size,
            new_size=after.size,
            old_checkpoint=before.note,
            new_checkpoint=after.note,
            proof=[base64.b64encode(one).decode() for one in hashes],
        )


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}}},
)
def export(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
) -> StreamingResponse:
    """The whole record as lines of JSON, for `referendum record verify`."""
    lines = (f"{line}\n" for line in log.export(house.look, house.log_key))
    headers = {"Content-Disposition": 'attachment; filename="record.jsonl"'}
    return StreamingResponse(lines, media_type="application/jsonl", headers=headers)


def _latest(session: Session) -> RecordCheckpoint:
    latest = log.latest_checkpoint(session)
    if latest is None:
        raise RecordEmpty
    return latest


def _checkpoint(session: Session, size: int) -> RecordCheckpoint:
    found = session.get(RecordCheckpoint, size)
    if found is None:
        raise TreeNotSigned(size=size)
    return found
