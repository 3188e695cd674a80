"""The intake of a file of sheets: where it stands, how far it is, and its end.

A file of a million lines is received in sealed pieces and made into lines by the batch, each
committed: everybody sees how far it is, and whoever is killed is followed by another. Nobody sees
any of it on the petition before all of it is there (`taking_in`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork
from signatures import petitions
from signatures.errors import SheetIntakeNotFound
from signatures.intake_tables import SheetIntake, SheetPiece, SheetRows
from signatures.lines import Origin

LEFT_LYING: Final = timedelta(minutes=1)
"""Longer than one batch takes: whoever was at work on it is gone."""
KEPT: Final = timedelta(days=1)
"""How long a file is kept that never came whole."""
CLEARED: Final = 50
"""Pieces or batches that one statement takes away."""


class SheetStage(StrEnum):
    """Where a file stands on its way onto a petition."""

    RECEIVING = "receiving"
    READING = "reading"
    ENTERING = "entering"
    """All its lines are made; one transaction brings them."""
    DONE = "done"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


ENDED: Final = (SheetStage.DONE, SheetStage.REFUSED, SheetStage.GIVEN_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file is: `made` of its `lines`, where they are counted already."""

    id: UUID
    stage: SheetStage
    received_on: date
    origin: Origin
    made: int
    lines: int | None
    batch: UUID | None
    """Once it is in."""
    refusal: str | None
    facts: Mapping[str, Any]

    @property
    def moving(self) -> bool:
        return self.stage not in ENDED

    @property
    def percent(self) -> int:
        """Of the lines that are made: nobody sees any before the last is."""
        return 100 * self.made // self.lines if self.lines else 0


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


def get(session: Session, intake_id: UUID, *, locked: bool = False) -> SheetIntake:
    """An intake, as it is now; refused where there is none."""
    # Its key never changes: what refers to it need not wait.
    held = {"key_share": True} if locked else None
    row = session.get(SheetIntake, intake_id, with_for_update=held, populate_existing=True)
    if row is None:
        raise SheetIntakeNotFound(intake=str(intake_id))
    return row


def of_petition(session: Session, petition_id: UUID, intake_id: UUID) -> Progress:
    """How far a file is, for whoever may know of this petition."""
    row = get(session, intake_id)
    if row.petition_id != petition_id:
        raise SheetIntakeNotFound(intake=str(intake_id))
    return progress(row)


def open_ones(session: Session, petition_id: UUID) -> list[Progress]:
    """Files of a petition that are on their way, newest first."""
    moving = select(SheetIntake).where(
        SheetIntake.petition_id == petition_id, SheetIntake.stage.not_in(ENDED)
    )
    return [progress(row) for row in session.scalars(moving.order_by(SheetIntake.opened_at.desc()))]


def progress(row: SheetIntake) -> Progress:
    return Progress(
        id=row.id,
        stage=SheetStage(row.stage),
        received_on=row.received_on,
        origin=Origin(row.origin),
        made=row.made,
        lines=row.lines,
        batch=row.batch_id if row.stage == SheetStage.DONE else None,
        refusal=row.refusal,
        facts=row.facts or {},
    )


def touch(session: Session, intake_id: UUID) -> None:
    """Note that something is being done with a file."""
    theirs = update(SheetIntake).where(SheetIntake.id == intake_id)
    session.execute(theirs.values(touched_at=func.clock_timestamp()))


def is_free(session: Session, intake_id: UUID) -> bool:
    """Whether nobody is at work on a file; if so it is held until the transaction ends."""
    key = func.hashtextextended(f"sheets:{intake_id}", 0)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(key))))


def refuse(begin: Begin, vault: Vault, intake_id: UUID, why: DomainError) -> None:
    """End a file that cannot be taken as a whole."""
    _end(begin, vault, intake_id, SheetStage.REFUSED, refusal=why.code, facts=dict(why.facts))


def give_up(begin: Begin, vault: Vault, intake_id: UUID) -> None:
    """End a file that is not to go in. One that is in, or ended otherwise, is as it was."""
    _end(begin, vault, intake_id, SheetStage.GIVEN_UP)


def _end(begin: Begin, vault: Vault, intake_id: UUID, stage: SheetStage, **told: Any) -> None:
    with begin() as uow:
        row = get(uow.session, intake_id, locked=True)
        if row.stage in ENDED:
            return
        row.stage = stage
        for name, value in told.items():
            setattr(row, name, value)
    clear(begin, vault, intake_id)


def clear(begin: Begin, vault: Vault, intake_id: UUID) -> None:
    """Take away what is left of a file that ended: pieces, lines, and the key of the pieces."""
    for table, place in ((SheetPiece, SheetPiece.number), (SheetRows, SheetRows.first)):
        gone = CLEARED
        while gone == CLEARED:
            some = select(place).where(table.intake_id == intake_id).order_by(place).limit(CLEARED)
            away = delete(table).where(table.intake_id == intake_id, place.in_(some))
            with begin() as uow:
                uow.session.execute(text("set local synchronous_commit to off"))
                gone = int(getattr(uow.session.execute(away), "rowcount", 0))
    with begin() as uow:
        row = get(uow.session, intake_id, locked=True)
        if not row.cleared:
            vault.destroy_key(uow.session, row.key_id)
            row.cleared = True


def left_lying(session: Session) -> list[UUID]:
    """Files that somebody was at work on, and no longer is; one that is being brought is held."""
    age = func.clock_timestamp() - SheetIntake.touched_at
    working = SheetIntake.stage != SheetStage.RECEIVING
    rows = select(SheetIntake.id).where(~SheetIntake.cleared, working, age > LEFT_LYING)
    return list(session.scalars(rows.with_for_update(skip_locked=True, key_share=True)))


def forgotten(session: Session) -> list[UUID]:
    """Files that never came whole."""
    age = func.clock_timestamp() - SheetIntake.touched_at
    coming = SheetIntake.stage == SheetStage.RECEIVING
    rows = select(SheetIntake.id).where(~SheetIntake.cleared, coming, age > KEPT)
    return list(session.scalars(rows))
