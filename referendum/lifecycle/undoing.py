"""What was voided together can be taken back as a whole, until the measure takes its next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.errors import NextStepTaken, VoidingNotFound, VoidingUndoneBefore
from referendum.lifecycle.tables import StepTaken
from referendum.lifecycle.voiding_tables import Voiding, VoidingUndone
from signatures import undoing
from signatures.settling import OpenLine, Voided
from signatures.tables import Petition
from signatures.undoing import Together


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision over many lines, with what came of it."""

    voiding: Voiding
    undone: VoidingUndone | None
    step: StepTaken | None
    """The measure's next step after it: since then it stays."""

    @property
    def may_be_undone(self) -> bool:
        return self.undone is None and self.step is None


def keep(uow: UnitOfWork, petition: Petition, voided: Voided, *, by: Officer) -> Voiding | None:
    """Write down what was voided together, and after which step; nothing where nothing was."""
    if not voided.lines:
        return None
    last = select(func.max(StepTaken.sequence)).where(StepTaken.measure_id == petition.measure_id)
    kept = Voiding(
        measure_id=petition.measure_id,
        petition_id=petition.id,
        after_step=uow.session.scalar(last) or 0,
        lines=voided.lines,
        merkle_root=voided.root.value,
        note=voided.note,
        decided_by=by.mark,
        confirmed_by=by.seconded_by,
        decided_at=voided.at,
    )
    uow.session.add(kept)
    uow.session.flush()
    return kept


def get(session: Session, voiding_id: UUID) -> Voiding:
    """One decision over many lines; refused where there is none."""
    found = session.get(Voiding, voiding_id)
    if found is None:
        raise VoidingNotFound(voiding=str(voiding_id))
    return found


def of_petition(session: Session, petition_id: UUID) -> Sequence[Decided]:
    """All that were made on a petition, the last first."""
    rows = select(Voiding).where(Voiding.petition_id == petition_id)
    found = session.scalars(rows.order_by(Voiding.decided_at.desc(), Voiding.id))
    return [decided(session, one) for one in found]


def decided(session: Session, voiding: Voiding) -> Decided:
    """One, with what came of it."""
    undone = session.get(VoidingUndone, voiding.id)
    return Decided(voiding, undone, _step_after(session, voiding))


def insist_not_settled(session: Session, voiding: Voiding) -> None:
    """Refuse what was taken back, or has been built upon by the measure's next step."""
    found = decided(session, voiding)
    if found.undone is not None:
        raise VoidingUndoneBefore(at=found.undone.decided_at.isoformat())
    if found.step is not None:
        raise NextStepTaken(act=found.step.act, at=found.step.taken_at.isoformat())


def step_since(session: Session, measure_id: UUID, moment: datetime) -> StepTaken | None:
    """The first step that a measure took after a moment."""
    later = select(StepTaken).where(StepTaken.measure_id == measure_id, StepTaken.taken_at > moment)
    return session.scalars(later.order_by(StepTaken.sequence).limit(1)).one_or_none()


def insist_no_step_since(session: Session, measure_id: UUID, moment: datetime) -> None:
    """Refuse what was built upon by the measure's next step."""
    step = step_since(session, measure_id, moment)
    if step is not None:
        raise NextStepTaken(act=step.act, at=step.taken_at.isoformat())


def left(session: Session, voiding: Voiding) -> int:
    """How many of its lines still stand as it left them."""
    return undoing.left(session, _together(voiding))


def sampled(
    session: Session, vault: Vault, voiding: Voiding, *, by: Officer, limit: int
) -> list[OpenLine]:
    """Some of them, to be looked at before all stand as before."""
    return undoing.sampled(session, vault, _together(voiding), by=by, limit=limit)


def undo(
    uow: UnitOfWork, vault: Vault, voiding: Voiding, *, note: str, by: Officer
) -> VoidingUndone:
    """Take it back; of two who do so at once the second is refused by the key."""
    undone = undoing.undo(uow, vault, _together(voiding), note=note, by=by)
    kept = VoidingUndone(
        voiding_id=voiding.id,
        lines=undone.root.size,
        merkle_root=undone.root.value,
        note=undone.note,
        decided_by=by.mark,
        confirmed_by=by.seconded_by,
        decided_at=undone.at,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(kept)
    except IntegrityError as before:
        if violates(before, "pk_voiding_undone"):
            raise VoidingUndoneBefore(at=uow.now().isoformat()) from before
        raise
    return kept


def _together(voiding: Voiding) -> Together:
    return Together(voiding.petition_id, voiding.decided_at, voiding.note)


def _step_after(session: Session, voiding: Voiding) -> StepTaken | None:
    later = select(StepTaken).where(
        StepTaken.measure_id == voiding.measure_id, StepTaken.sequence > voiding.after_step
    )
    return session.scalars(later.order_by(StepTaken.sequence).limit(1)).one_or_none()
