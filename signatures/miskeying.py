"""Taking back a batch that was keyed wrongly: evidence for ever, and in no total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import and_, exists, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork, told_by
from signatures import deciding, examinations, petitions, states
from signatures.deciding import CHUNK, Applied, Change, Entry
from signatures.errors import (
    BatchMarkedBefore,
    BatchNotFound,
    DecisionNeedsNote,
    ExaminationUnderWay,
)
from signatures.lines import Reason, Status
from signatures.tables import PaperBatch, PaperBatchMark, PaperBatchRestored

OF_BATCH: Final = text("select id from line where batch_id = :batch order by arrival")
PEOPLE: Final = text("""
select person_key from line_state
 where petition_id = :petition and line_id = any(cast(:lines as uuid[]))
   and person_key is not null
""")
INSIDE: Final = text("""
select line.id
  from unnest(cast(:lines as uuid[])) as held(id) cross join lateral (
       select id, batch_id from line where petition_id = :petition and id = held.id limit 1) as line
 where line.batch_id = :batch
""")
"""Each is found by its key, and never by the batch, which is as long as the list."""


IN_FORCE: Final = ~exists().where(
    PaperBatchRestored.batch_id == PaperBatchMark.batch_id,
    PaperBatchRestored.turn == PaperBatchMark.turn,
)
"""A mark whose batch was not put back since."""


def mark_of(session: Session, batch_id: UUID) -> PaperBatchMark | None:
    """The mark by which a batch is in no total now, if it bears one."""
    now = select(PaperBatchMark).where(PaperBatchMark.batch_id == batch_id, IN_FORCE)
    return session.scalars(now).one_or_none()


def batches(
    session: Session, petition_id: UUID, *, before: int | None = None, limit: int
) -> list[tuple[PaperBatch, PaperBatchMark | None]]:
    """What was brought to a petition, the last first, and what was taken back of it.

    So many at a time, from the last one `before` a number on: each sheet that is keyed in is one.
    """
    asked = (
        select(PaperBatch, PaperBatchMark)
        .outerjoin(PaperBatchMark, and_(PaperBatchMark.batch_id == PaperBatch.id, IN_FORCE))
        .where(PaperBatch.petition_id == petition_id)
        .order_by(PaperBatch.number.desc())
        .limit(limit)
    )
    if before is not None:
        asked = asked.where(PaperBatch.number < before)
    return [(batch, mark) for batch, mark in session.execute(asked)]


def mark(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, batch_id: UUID, *, note: str, by: Officer
) -> int:
    """Mark a batch as keyed wrongly; gives how many lines are in no total any more.

    Where one of them stood for a person, the next line of theirs outside of it stands.
    """
    if not note.strip():
        raise DecisionNeedsNote(batch=str(batch_id))
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    if examinations.under_way(uow.session, petition_id):
        raise ExaminationUnderWay(petition=str(petition_id))
    batch = uow.session.get(PaperBatch, batch_id)
    if batch is None or batch.petition_id != petition_id:
        raise BatchNotFound(batch=str(batch_id))
    seal = vault.open_key(uow.session, petition.key_id)
    sealed = deciding.seal_note(seal, petition_id, note)
    now = uow.now()
    _mark(
        uow.session,
        PaperBatchMark(
            batch_id=batch_id,
            turn=_turn(uow.session, batch_id),
            note=sealed,
            marked_by=by.mark,
            marked_at=now,
        ),
    )

    def entry(applied: Applied) -> Entry:
        facts = {
            "petition": str(petition_id),
            "number": batch.number,
            "count": batch.lines,
            "changes": applied.root.size,
            "merkle_root": applied.root.value.hex(),
        }
        return Entry("lines.miskeyed", told_by(facts, by), now, by.mark)

    changes = _changes(uow.session, petition_id, batch_id, sealed)
    deciding.apply(uow, petition, changes, by=by.mark, at=now, telling=entry)
    return batch.lines


def _turn(session: Session, batch_id: UUID) -> int:
    """The how-manieth time it is: the next one only once it was put back."""
    marks = select(func.count()).where(PaperBatchMark.batch_id == batch_id)
    before = session.scalar(marks) or 0
    return before + (1 if mark_of(session, batch_id) is None else 0)


def _mark(session: Session, marked: PaperBatchMark) -> None:
    try:
        with session.begin_nested():
            session.add(marked)
    except IntegrityError as before:
        if violates(before, "pk_paper_batch_mark"):
            raise BatchMarkedBefore(batch=str(marked.batch_id)) from before
        raise


def _changes(
    session: Session, petition_id: UUID, batch_id: UUID, note: bytes | None
) -> Iterator[Change]:
    """A line that stood gives way to the next of its person, which is none of the batch.

    The batch is looked up once, by a cursor that hands it over by the piece: what is brought is
    found by its batch and has no order there.
    """
    here = {"petition": petition_id, "batch": batch_id}
    of_batch = session.execute(OF_BATCH, here, execution_options={"yield_per": CHUNK})
    for rows in of_batch.partitions(CHUNK):
        piece = [row.id for row in rows]
        people = set(session.scalars(PEOPLE, {**here, "lines": piece}))
        held = states.hold(session, petition_id, piece, people=people)
        inside = set(session.scalars(INSIDE, {**here, "lines": list(held)}))
        outside = {line_id: line for line_id, line in held.items() if line_id not in inside}
        for line_id in piece:
            line = held[line_id]
            yield Change(line, Status.STRUCK, Reason.MISKEYED, note=note)
            if raised := deciding.next_to_stand(session, petition_id, outside, line):
                yield raised
