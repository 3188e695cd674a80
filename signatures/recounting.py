"""The nightly recount: every line counted again from its decisions, against what is shown.

Counts are sums of changes, and a sum that went wrong would stay wrong. So once a night lines and
decisions are counted without the state, the tally, the lines that wait or the standing signatures,
and whatever of the four says otherwise is kept and stands among the alarms until a recount agrees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import TextClause, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.kernel.uow import UnitOfWork
from signatures import examinations
from signatures.lines import Reason, Status
from signatures.tables import Petition, PetitionRecount
from signatures.tallying import EXACT
from signatures.writing import NOWHERE

EVERY: Final = timedelta(hours=20)
PIECE: Final = 50_000
"""Lines, states, lines that wait or standing signatures to a statement."""
NOBODY: Final = b""
"""Before every person's key."""
NONE: Final = 0
"""Before every arrival."""

LINES: Final = text("""
with piece as (
    select id, origin, district_id from line
     where petition_id = :petition and id > :after order by id limit :size
),
decided as (
    select coalesce(d.district_id, p.district_id, cast(:nowhere as uuid)) as district_id,
           p.origin, coalesce(d.status, 'open') as status,
           case when d.version is null then 'unexamined' else coalesce(d.reason, '') end as reason
      from piece p
      left join lateral (select version, status, reason, district_id from line_decision d
                          where d.petition_id = :petition and d.line_id = p.id
                          order by version desc limit 1) as d on true
)
select district_id, origin, status, reason, count(*) as lines, last.id as last
  from decided cross join (select id from piece order by id desc limit 1) as last
 group by 1, 2, 3, 4, last.id
""")

STATES: Final = text("""
with piece as (
    select * from line_state
     where petition_id = :petition and line_id > :after order by line_id limit :size
)
select coalesce(district_id, cast(:nowhere as uuid)), origin, status, coalesce(reason, ''),
       count(*) as lines, last.line_id as last
  from piece cross join (select line_id from piece order by line_id desc limit 1) as last(line_id)
 group by 1, 2, 3, 4, last.line_id
""")

WAITING: Final = text("""
with piece as (
    select * from waiting_line
     where petition_id = :petition and arrival > :after order by arrival limit :size
)
select coalesce(s.district_id, cast(:nowhere as uuid)), coalesce(s.origin, ''),
       case when w.reason = 'duplicate' then 'void' else 'open' end, w.reason, count(*) as lines,
       last.arrival as last
  from piece w
  cross join (select arrival from piece order by arrival desc limit 1) as last
  left join lateral (
       select district_id, origin from line_state s
        where s.petition_id = :petition and s.line_id = w.line_id and s.arrival = w.arrival
        limit 1) as s on true
 group by 1, 2, 3, 4, last.arrival
""")

STANDING: Final = text("""
with piece as (
    select * from standing_signature
     where petition_id = :petition and person_key > :after order by person_key limit :size
)
select district_id, origin, 'valid', '', count(*) as lines, last.person_key as last
  from piece cross join (select person_key from piece order by person_key desc limit 1)
       as last(person_key)
 group by 1, 2, last.person_key
""")

Cells = Counter[tuple[UUID, str, str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell in which something shown is not what the lines say."""

    shown_by: str
    """`tally`, `states`, `waiting` or `standing`."""
    district_id: UUID | None
    origin: str
    status: str
    reason: str
    shown: int
    counted: int

    def as_json(self) -> dict[str, Any]:
        """As it is kept and shown at the desk."""
        return {
            "shown_by": self.shown_by,
            "district": str(self.district_id) if self.district_id else None,
            "origin": self.origin,
            "status": self.status,
            "reason": self.reason,
            "shown": self.shown,
            "counted": self.counted,
        }


def due(session: Session) -> Sequence[UUID]:
    """The petitions that were not recounted for a night."""
    lately = select(PetitionRecount.petition_id).where(
        PetitionRecount.counted_at > func.clock_timestamp() - EVERY
    )
    return session.scalars(
        select(Petition.id).where(Petition.id.not_in(lately)).order_by(Petition.id)
    ).all()


def recount(uow: UnitOfWork, petition_id: UUID, *, piece: int = PIECE) -> list[Difference]:
    """Count every line again, in one view of all of them, and keep where something differs.

    It locks nothing. Call it first in its transaction. While a pass is entered, whose counts are
    ahead of its lines, nothing is said and the next night will tell.
    """
    session = uow.session
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    if examinations.under_way(session, petition_id):
        return []
    here = {"petition": petition_id, "nowhere": NOWHERE, "size": piece}
    counted = _counted(session, LINES, {**here, "after": NOWHERE})
    states = _counted(session, STATES, {**here, "after": NOWHERE})
    waiting = _counted(session, WAITING, {**here, "after": NONE})
    standing = _counted(session, STANDING, {**here, "after": NOBODY})
    found = [
        *_differences("tally", counted, _cells(session.execute(EXACT, here))),
        *_differences("states", counted, states),
        *_differences("waiting", _waiting(counted), waiting),
        *_differences("standing", _valid(counted), standing),
    ]
    kept = {"counted_at": func.clock_timestamp(), "wrong": [one.as_json() for one in found]}
    written = insert(PetitionRecount).values(petition_id=petition_id, **kept)
    session.execute(written.on_conflict_do_update(index_elements=["petition_id"], set_=kept))
    return found


def wrong(session: Session, place: UUID) -> Sequence[PetitionRecount]:
    """The petitions of a place whose counts were found wrong, with where."""
    here = select(Petition.id).where(Petition.jurisdiction_id == place)
    told = func.jsonb_array_length(PetitionRecount.wrong) > 0
    found = select(PetitionRecount).where(told, PetitionRecount.petition_id.in_(here))
    return session.scalars(found).all()


def _counted(session: Session, statement: TextClause, asked: dict[str, Any]) -> Cells:
    """The cells of all pieces, each beyond the `last` of the one before."""
    cells: Cells = Counter()
    while piece := session.execute(statement, asked).all():
        cells.update(_cells(piece))
        asked = {**asked, "after": piece[0].last}
    return cells


def _cells(rows: Any) -> Cells:
    cells: Cells = Counter()
    for row in rows:
        if row[2] != Status.STRUCK:
            cells[row[0], row[1], row[2], row[3]] += row[4]
    return cells


def _valid(cells: Cells) -> Cells:
    return Counter({cell: lines for cell, lines in cells.items() if cell[2] == Status.VALID})


def _waiting(cells: Cells) -> Cells:
    """What is open, and what is void only because another of the person's stands."""
    return Counter(
        {
            cell: lines
            for cell, lines in cells.items()
            if cell[2] == Status.OPEN or cell[3] == Reason.DUPLICATE
        }
    )


def _differences(shown_by: str, counted: Cells, shown: Cells) -> list[Difference]:
    return [
        Difference(
            shown_by, None if cell[0] == NOWHERE else cell[0], *cell[1:], shown[cell], counted[cell]
        )
        for cell in sorted({*counted, *shown})
        if shown[cell] != counted[cell]
    ]
