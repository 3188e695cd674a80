"""The intake of a file of sheets: what is particular to it among files that go in by pieces.

A file of a million lines is received in sealed pieces and made into lines by the batch, each
committed: everybody sees how far it is, and whoever is killed is followed by another. Nobody sees
any of it on the petition before all of it is there (`taking_in`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.kernel import intake
from referendum.kernel.intake import Intakes
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from signatures import petitions, reading
from signatures.errors import SheetIntakeNotFound
from signatures.intake_tables import SheetIntake, SheetPiece, SheetRows
from signatures.lines import Origin

CLEARED: Final = 50
"""Pieces or batches that one statement takes away."""


class SheetStage(StrEnum):
    """Where a file stands on its way onto a petition."""

    RECEIVING = intake.RECEIVING
    READING = intake.READING
    ENTERING = "entering"
    """All its lines are made; one transaction brings them."""
    DONE = intake.DONE
    REFUSED = intake.REFUSED
    GIVEN_UP = intake.GIVEN_UP


FILES: Final = Intakes(
    table=SheetIntake,
    whose=SheetIntake.petition_id,
    unknown=SheetIntakeNotFound,
    unreadable=reading.no_text,
    pieces=SheetPiece,
    left={SheetPiece: CLEARED, SheetRows: CLEARED},
)
get, held, touch = FILES.get, FILES.held, FILES.touch
refuse, give_up, clear = FILES.refuse, FILES.give_up, FILES.clear


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(intake.Progress[SheetStage]):
    """How far a file is: of its lines so many are made, and nobody sees any before the last is."""

    received_on: date
    origin: Origin
    batch: UUID | None
    """Once it is in."""


def open_intake(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    *,
    by: UUID,
    received_on: date,
    origin: Origin,
    minimum_age: int,
) -> UUID:
    """Begin to take in a file of sheets."""
    petitions.insist_channel(petitions.get(uow.session, petition_id), origin)
    row = SheetIntake(
        petition_id=petition_id,
        origin=origin.value,
        received_on=received_on,
        minimum_age=minimum_age,
        asked_by=by,
        key_id=vault.new_key(uow.session, purpose="sheet-intake").id,
    )
    uow.session.add(row)
    uow.session.flush()
    return row.id


def of_petition(session: Session, petition_id: UUID, intake_id: UUID) -> Progress:
    """How far a file is, for whoever may know of this petition."""
    return progress(FILES.of(session, petition_id, intake_id))


def open_ones(session: Session, petition_id: UUID) -> list[Progress]:
    """Files of a petition that are on their way, newest first."""
    return [progress(row) for row in FILES.open_ones(session, petition_id)]


def progress(row: SheetIntake) -> Progress:
    return Progress(
        id=row.id,
        stage=SheetStage(row.stage),
        done=row.made,
        whole=row.lines,
        refusal=row.refusal,
        facts=row.facts or {},
        received_on=row.received_on,
        origin=Origin(row.origin),
        batch=row.batch_id if row.stage == SheetStage.DONE else None,
    )


def is_free(session: Session, intake_id: UUID) -> bool:
    """Whether nobody is at work on a file; if so it is held until the transaction ends."""
    key = func.hashtextextended(f"sheets:{intake_id}", 0)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(key))))
