"""Putting a batch back that was taken back by mistake: as a whole, and as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork, told_by
from signatures import deciding, examinations, handing_in, miskeying, petitions, states
from signatures.deciding import CHUNK, Applied, Change, Entry, Found
from signatures.errors import (
    BatchNotFound,
    BatchNotMarked,
    DecisionNeedsNote,
    ExaminationUnderWay,
    RowsAlreadyBrought,
)
from signatures.lines import Reason, Status
from signatures.states import State
from signatures.tables import PaperBatch, PaperBatchMark, PaperBatchRestored

LEFT: Final = """
  from line_decision d
  join line_state s on s.petition_id = d.petition_id and s.line_id = d.line_id
                   and s.version = d.version
 where d.petition_id = :petition and d.decided_at = :at and d.note = :note
"""
"""The lines that stand as the mark left them: each bears its sealed reason, and no others do."""

BEFORE: Final = text(f"""
select now.line_id, coalesce(b.status, 'open') as status,
       case when b.status is null then 'unexamined' else b.reason end as reason,
       b.person_key, b.district_id
  from (select d.line_id, d.version {LEFT} and d.line_id > :after
         order by d.line_id limit :size) as now
  left join lateral (
       select status, reason, person_key, district_id from line_decision
        where petition_id = :petition and line_id = now.line_id and version = now.version - 1
        limit 1) as b on true
 order by now.line_id
""")  # noqa: S608  # no outside text
"""Each with the decision before; one that nobody had looked at has none."""

RAISED: Final = text("""
select d.line_id
  from unnest(cast(:lines as uuid[]), cast(:versions as integer[])) as held(id, version)
 cross join lateral (
       select line_id from line_decision
        where petition_id = :petition and line_id = held.id and version = held.version
          and decided_at = :at and status = 'valid' and note is null limit 1) as d
""")
"""Of these lines, those that came to stand because the batch was taken back."""

WITHDREW: Final = text("""
select distinct person_key from withdrawal
 where petition_id = :petition and person_key = any(cast(:people as bytea[]))
""")

BROUGHT_AGAIN: Final = text("""
select distinct on (n.sheet, n.row) n.sheet, n.row, s.number as line
  from line n
 cross join lateral (
       select id from line
        where petition_id = :petition and sheet = n.sheet and row = n.row
          and origin = n.origin and arrival <> n.arrival offset 0) as l
 cross join lateral (
       select number from line_state
        where petition_id = :petition and line_id = l.id and status <> 'struck' limit 1) as s
 where n.batch_id = :batch
 order by n.sheet, n.row, s.number limit 20
""")
"""Rows of the batch that were keyed in once more since: each is there once."""


def restore(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, batch_id: UUID, *, note: str, by: Officer
) -> int:
    """Let a batch count again as it did; gives how many of its lines stand as before.

    Refused where one of its rows was brought once more meanwhile. Who took a signature back since
    has no line that rises again. Lines at which no pass had looked wait for an officer: a pass
    looks at what was never touched, and whoever has their file may bring it again instead.
    """
    if not note.strip():
        raise DecisionNeedsNote(batch=str(batch_id))
    petition, session = petitions.get_at_desk(uow.session, petition_id, by), uow.session
    if examinations.under_way(session, petition_id):
        raise ExaminationUnderWay(petition=str(petition_id))
    batch, mark = _marked(session, petition_id, batch_id)
    _insist_not_again(session, petition_id, batch_id)
    sealed = deciding.seal_note(vault.open_key(session, petition.key_id), petition_id, note)
    now = uow.now()

    def entry(applied: Applied) -> Entry:
        facts = {
            "petition": str(petition_id),
            "number": batch.number,
            "count": batch.lines,
            "changes": applied.root.size,
            "merkle_root": applied.root.value.hex(),
        }
        return Entry("lines.batch_restored", told_by(facts, by), now, by.mark)

    changes = _as_before(session, petition_id, mark, sealed)
    applied = deciding.apply(uow, petition, changes, by=by.mark, at=now, telling=entry)
    _keep(
        session,
        PaperBatchRestored(
            batch_id=batch_id,
            turn=mark.turn,
            merkle_root=applied.root.value,
            note=sealed,
            restored_by=by.mark,
            restored_at=now,
        ),
    )
    handing_in.insist_registered(session, petition, batch_id)
    return batch.lines


def _marked(
    session: Session, petition_id: UUID, batch_id: UUID
) -> tuple[PaperBatch, PaperBatchMark]:
    """A batch that is taken back now, with how it was; refused where it counts."""
    batch = session.get(PaperBatch, batch_id)
    if batch is None or batch.petition_id != petition_id:
        raise BatchNotFound(batch=str(batch_id))
    mark = miskeying.mark_of(session, batch_id)
    if mark is None:
        raise BatchNotMarked(batch=str(batch_id))
    return batch, mark


def _keep(session: Session, row: PaperBatchRestored) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as before:
        if violates(before, "pk_paper_batch_restored"):
            raise BatchNotMarked(batch=str(row.batch_id)) from before
        raise


def _insist_not_again(session: Session, petition_id: UUID, batch_id: UUID) -> None:
    found = session.execute(BROUGHT_AGAIN, {"petition": petition_id, "batch": batch_id})
    rows = [dict(row._mapping) for row in found]  # noqa: SLF001  # its public way
    if rows:
        raise RowsAlreadyBrought(petition=str(petition_id), count=len(rows), rows=rows)


def _as_before(
    session: Session, petition_id: UUID, mark: PaperBatchMark, note: bytes | None
) -> Iterator[Change]:
    """The lines, held, piece by piece; who stands instead of one since then gives way to it."""
    here: dict[str, Any] = {"petition": petition_id, "at": mark.marked_at}
    after = UUID(int=0)
    while True:
        asked = {**here, "note": mark.note, "after": after, "size": CHUNK}
        rows = session.execute(BEFORE, asked).all()
        if not rows:
            return
        stood = [row.person_key for row in rows if row.status == Status.VALID]
        gone = set(session.scalars(WITHDREW, {**here, "people": stood}))
        lines = [row.line_id for row in rows]
        held = states.hold(session, petition_id, lines, people=stood)
        for line in _raised(session, here, held, lines):
            yield Change(line, Status.VOID, Reason.DUPLICATE, note=note)
        for row in rows:
            found = Found(row.person_key, row.district_id) if row.person_key else None
            status, reason = Status(row.status), Reason(row.reason) if row.reason else None
            if status is Status.VALID and row.person_key in gone:
                status, reason = Status.VOID, Reason.DUPLICATE
            yield Change(held[row.line_id], status, reason, found, note)
        after = rows[-1].line_id


def _raised(
    session: Session,
    here: Mapping[str, Any],
    held: Mapping[UUID, State],
    lines: Collection[UUID],
) -> list[State]:
    """Of what is held beside the batch, what stands only because the batch was taken back."""
    others = [one for line_id, one in held.items() if line_id not in set(lines) and one.stands]
    asked = {
        **here,
        "lines": [one.line_id for one in others],
        "versions": [one.version for one in others],
    }
    raised = set(session.scalars(RAISED, asked))
    return [one for one in others if one.line_id in raised]
