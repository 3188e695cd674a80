"""Taking back what was decided of many lines at once: they stand again as they did before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from signatures import deciding, examinations, petitions, settling, states
from signatures.deciding import CHUNK, Applied, Change, Entry, Found
from signatures.errors import DecisionNeedsNote, ExaminationUnderWay, NothingToUndo
from signatures.lines import Reason, Status
from signatures.roots import Root
from signatures.settling import OpenLine

STANDING: Final = """
  from line_decision d
  join line_state s on s.petition_id = d.petition_id and s.line_id = d.line_id
                   and s.version = d.version
 where d.petition_id = :petition and d.decided_at = :at and d.note = :note
"""
"""The lines of one decision which stand as it left them. A reason is sealed anew each time, so
that its cipher is in the lines of this decision and in no others."""

LEFT: Final = text(f"select count(*) {STANDING}")

BEFORE: Final = text(f"""
select now.line_id, b.status, b.reason, b.person_key, b.district_id
  from (select d.line_id, d.version {STANDING} and d.line_id > :after
         order by d.line_id limit :size) as now
 cross join lateral (
       select status, reason, person_key, district_id from line_decision
        where petition_id = :petition and line_id = now.line_id and version = now.version - 1
        limit 1) as b
 order by now.line_id
""")  # noqa: S608  # no outside text
"""Each with the decision before: what is voided together was looked at by a pass."""

SAMPLED: Final = text(f"""
select s.line_id, s.number, l.origin, s.reason, l.sheet, l.row, l.sealed
  from (select s.line_id, s.number, s.reason {STANDING}
         order by hashtextextended(s.line_id::text, 1) limit :limit) as s
 cross join lateral (
       select origin, sheet, row, sealed from line
        where petition_id = :petition and id = s.line_id limit 1) as l
 order by s.number
""")  # noqa: S608  # no outside text


@dataclass(frozen=True, slots=True)
class Together:
    """A decision over many lines, by what is found in each of them and in no other."""

    petition_id: UUID
    at: datetime
    note: bytes = field(repr=False)

    @property
    def asked(self) -> dict[str, object]:
        return {"petition": self.petition_id, "at": self.at, "note": self.note}


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of them: so many stand as before, under this root and this sealed reason."""

    root: Root
    at: datetime
    note: bytes = field(repr=False)


def left(session: Session, decided: Together) -> int:
    """How many lines still stand as it left them."""
    return int(session.execute(LEFT, decided.asked).scalar_one())


def sampled(
    session: Session, vault: Vault, decided: Together, *, by: Officer, limit: int
) -> list[OpenLine]:
    """Some of them as chance has it, and the same ones each time."""
    petition = petitions.get(session, decided.petition_id)
    petitions.insist_examiner(petition, by)
    seal = vault.open_key(session, petition.key_id)
    rows = session.execute(SAMPLED, {**decided.asked, "limit": limit})
    return [settling.opened(seal, row) for row in rows]


def undo(uow: UnitOfWork, vault: Vault, decided: Together, *, note: str, by: Officer) -> Undone:
    """Let exactly those lines stand as before that a decision changed, and none since.

    What an officer has decided anew of a single one stays: it is the newer decision.
    """
    petition = petitions.get_at_desk(uow.session, decided.petition_id, by)
    if examinations.under_way(uow.session, petition.id):
        raise ExaminationUnderWay(petition=str(petition.id))
    seal = vault.open_key(uow.session, petition.key_id)
    sealed, now = deciding.seal_note(seal, petition.id, note), uow.now()
    if sealed is None:
        raise DecisionNeedsNote(petition=str(petition.id))

    def entry(applied: Applied) -> Entry:
        facts = {
            "petition": str(petition.id),
            "count": applied.root.size,
            "merkle_root": applied.root.value.hex(),
            **settling.seconder(by),
        }
        return Entry("lines.restored", facts, now, by.mark)

    changes = _as_before(uow.session, decided, sealed)
    applied = deciding.apply(uow, petition, changes, by=by.mark, at=now, telling=entry)
    if not applied.root.size:
        raise NothingToUndo(petition=str(petition.id))
    return Undone(applied.root, now, sealed)


def _as_before(session: Session, decided: Together, note: bytes) -> Iterator[Change]:
    """The lines, held, piece by piece, each with what stood before."""
    after = UUID(int=0)
    while True:
        asked = {**decided.asked, "after": after, "size": CHUNK}
        rows = session.execute(BEFORE, asked).all()
        if not rows:
            return
        held = states.hold(session, decided.petition_id, [row.line_id for row in rows])
        for row in rows:
            found = Found(row.person_key, row.district_id) if row.person_key else None
            reason = Reason(row.reason) if row.reason else None
            yield Change(held[row.line_id], Status(row.status), reason, found, note)
        after = rows[-1].line_id
