"""A pass takes effect: in one short act that locks, looks again, counts and tells the record.

All that grows with the lines (what changed beside the pass, the sums, the root) is found before
anything is locked. Under the locks stands only whether somebody disturbed it since; then it is
found anew, and in the last round, while others wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, text, update

from referendum.kernel.people import Officer
from referendum.kernel.uow import Begin, UnitOfWork
from signatures import petitions, writing
from signatures.lines import Reason, Status
from signatures.roots import Root
from signatures.tables import Examination, Petition
from signatures.writing import NOWHERE

ROUNDS: Final = 4
ROWS: Final = 4_096
"""Leaves that come at once."""

PATIENCE: Final = "set local statement_timeout = '15min'"
"""Some statements of a pass read every name of a city, or every line of a petition: 820,000 have
been handed in. It lasts for the transaction, in whatever process that is."""

WHOLE: Final = text("set local enable_nestloop = off; set local work_mem = '64MB'")
"""What follows reads a whole petition against a whole petition. Its tables grow too fast to be
analyzed: the planner believes in a few rows, and would look through all of them for each."""

REPEATED: Final = text("""
with again as (
    select person_key, min(arrival) as first from examined_line
     where petition_id = :petition and status = 'valid'
     group by person_key having count(*) > 1
)
update examined_line e set status = 'void', reason = 'duplicate'
  from again
 where e.petition_id = :petition and e.status = 'valid'
   and e.person_key = again.person_key and e.arrival > again.first
""")
"""Of several lines by one person the first received stands."""

OVERTAKEN: Final = text("""
delete from examined_line e using line_state s
 where e.petition_id = :petition and s.petition_id = e.petition_id and s.line_id = e.line_id
   and s.version > 0
""")
"""Somebody decided on these lines, or their signers took them back: the pass leaves them."""

DEMOTED: Final = text("""
update examined_line e set status = 'void', reason = 'duplicate'
  from standing_signature s
 where e.petition_id = :petition and e.status = 'valid'
   and s.petition_id = e.petition_id and s.person_key = e.person_key
""")

PROMOTED: Final = text("""
update examined_line e set status = 'valid', reason = null
  from (select distinct on (d.person_key) d.arrival
          from examined_line d
         where d.petition_id = :petition and d.reason = 'duplicate'
           and not exists (select from examined_line v
                            where v.petition_id = d.petition_id and v.person_key = d.person_key
                              and v.status = 'valid')
           and not exists (select from standing_signature s
                            where s.petition_id = d.petition_id and s.person_key = d.person_key)
         order by d.person_key, d.arrival) as next
 where e.petition_id = :petition and e.arrival = next.arrival
""")
"""Whose earlier line was taken out meanwhile: the next of theirs stands."""

CELLS: Final = text("""
select coalesce(written_in, :nowhere) as written_in,
       coalesce(district_id, written_in, :nowhere) as district_id, origin, status,
       coalesce(reason, '') as reason, count(*) as lines
  from examined_line where petition_id = :petition group by 1, 2, 3, 4, 5
""")

LEAVES: Final = text("""
select string_agg(sha256('\\x00'::bytea || commitment
                         || convert_to(status || ':' || coalesce(reason, ''), 'UTF8')),
                  ''::bytea order by arrival) as hashes
  from (select *, (row_number() over (order by arrival) - 1) / :rows as piece
          from examined_line where petition_id = :petition) as pieces
 group by piece order by piece
""")
"""RFC 9162 §2.1.1, for `roots.leaf_of`: a million leaves need not come here to be hashed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the staged lines come to, as it was found when the pass had been `disturbed` so often.

    `moved`: what each cell of the tally gains or loses.
    """

    disturbed: int
    moved: Counter[tuple[UUID, str, str, str]] = field(default_factory=Counter)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    root: Root = field(default_factory=Root)

    def reasons(self, status: Status) -> dict[str, int]:
        """The lines of a status by their reason."""
        return {why: lines for (one, why), lines in sorted(self.counts.items()) if one == status}

    def report(self) -> dict[str, Any]:
        """As `examinations` keeps it."""
        return {
            "examined": self.counts.total(),
            "valid": self.counts[Status.VALID.value, ""],
            "void": self.reasons(Status.VOID),
            "open": self.reasons(Status.OPEN),
        }


def settle(uow: UnitOfWork, petition_id: UUID) -> None:
    """Say of each person's lines which is to stand, once all of a pass are staged."""
    uow.session.execute(text(PATIENCE))
    uow.session.execute(WHOLE)
    for look in (REPEATED, DEMOTED):
        uow.session.execute(look, {"petition": petition_id})


def publish(
    begin: Begin, petition_id: UUID, examination_id: UUID, *, by: Officer, check: Check
) -> None:
    """Let what is staged hold. `check` looks again, under its own locks, whether it may."""
    for _ in range(ROUNDS):
        with begin() as uow:
            if not _closed_before(uow, examination_id):
                break
            found = _reckon(uow, petition_id, examination_id)
        with begin() as uow:
            petition = _lock(uow, petition_id, by, check)
            if _disturbed(uow, examination_id) == found.disturbed:
                return _take_effect(uow, petition, examination_id, found, by)
    with begin() as uow:
        petition = _lock(uow, petition_id, by, check)
        found = _reckon(uow, petition_id, examination_id)
        return _take_effect(uow, petition, examination_id, found, by)


Check = Callable[[UnitOfWork], None]


def _lock(uow: UnitOfWork, petition_id: UUID, by: Officer, check: Check) -> Petition:
    """The measure (in `check`), then the desk and the petition."""
    check(uow)
    petitions.hold_desk(uow.session, petition_id)
    petition = petitions.get_to_close(uow.session, petition_id)
    petitions.insist_examiner(petition, by)
    return petition


def _closed_before(uow: UnitOfWork, examination_id: UUID) -> bool:
    """Whether nobody signed beside the pass: signers disturb it without saying so."""
    asked = text(
        "select p.closed_at <= x.asked_at from examination x"
        " join petition p on p.id = x.petition_id where x.id = :id"
    )
    return bool(uow.session.scalar(asked, {"id": examination_id}))


def _reckon(uow: UnitOfWork, petition_id: UUID, examination_id: UUID) -> Outcome:
    here = {"petition": petition_id}
    uow.session.execute(text(PATIENCE))
    found = Outcome(_disturbed(uow, examination_id))
    if found.disturbed or not _closed_before(uow, examination_id):
        uow.session.execute(WHOLE)
        for look in (OVERTAKEN, DEMOTED, PROMOTED):
            uow.session.execute(look, here)
    for cell in uow.session.execute(CELLS, {**here, "nowhere": NOWHERE}):
        found.counts[cell.status, cell.reason] += cell.lines
        found.moved[cell.district_id, cell.origin, cell.status, cell.reason] += cell.lines
        was = (cell.written_in, cell.origin, Status.OPEN.value, Reason.UNEXAMINED.value)
        found.moved[was] -= cell.lines
    pieces = uow.session.execute(LEAVES, {**here, "rows": ROWS}, execution_options={"yield_per": 1})
    for piece in pieces.scalars():
        found.root.take_hashed([piece[at : at + 32] for at in range(0, len(piece), 32)])
    return found


def _disturbed(uow: UnitOfWork, examination_id: UUID) -> int:
    asked = text("select disturbed from examination where id = :id")
    return int(uow.session.execute(asked, {"id": examination_id}).scalar_one())


def _take_effect(
    uow: UnitOfWork, petition: Petition, examination_id: UUID, found: Outcome, by: Officer
) -> None:
    """One entry for the whole pass; its root binds each line to what was decided on it."""
    now, report = uow.now(), found.report()
    published = {"published_at": now, "facts": report, "reached": 0}
    held = update(Examination).where(Examination.id == examination_id)
    uow.session.execute(held.values(seen_at=func.clock_timestamp(), **published))
    if not found.root.size:
        return
    cells = list(found.moved)
    columns = {
        name: [cell[at] for cell in cells]
        for at, name in enumerate(("districts", "origins", "statuses", "reasons"))
    }
    lines = [found.moved[cell] for cell in cells]
    uow.session.execute(writing.MOVED, {"petition": petition.id, "lines": lines, **columns})
    facts: dict[str, Any] = {
        "petition": str(petition.id),
        "count": report["examined"],
        "valid": report["valid"],
        "void": report["void"],
        "open": report["open"],
        "merkle_root": found.root.value.hex(),
    }
    uow.record("lines.examined", by=by, measure=petition.measure_id, facts=facts, at=now)
