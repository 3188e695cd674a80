"""Examination: an automatic pass over the frozen roll, then one officer for each line left.

A pass has three parts. It decides into a table of its own, in pieces that are committed with how
far it is: killed, it goes on where it was, and nobody waits for it. Then it is published: one short
act in which every count moves and the record tells the whole, so no decision is ever without the
entry that answers for it. What holds from then on is entered as the decisions of the lines, again
in pieces; an officer who comes to a line before that has it entered first (`enter_ahead`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork, alone
from signatures import closing, examinations, hands, petitions, publishing, writing
from signatures.closing import ClosedDays
from signatures.hands import HANDS
from signatures.matching import Matching
from signatures.petitions import PetitionKeys
from signatures.publishing import PATIENCE, Check
from signatures.tables import Examination
from thresholds.electorate import Electorate

PIECE: Final = 100_000
"""Lines to a transaction, at most: how much of a petition is done between two looks at a city."""

Progress = Callable[[int, int], None]
"""Told how many lines are done, of how many: half for deciding, half for entering."""

SMALL: Final = 20_000
"""A piece is not cut smaller than this, or than asked for, to give every hand one: each hand takes
up all names of a city before its first."""

LEFT_OVER: Final = text("""
delete from examined_line
 where petition_id = :petition and (examination_id <> :examination or arrival > :reached)
""")
"""Of a pass that broke off: what lies beyond the last piece that it knew to be done."""

DONE: Final = text("select count(*) from examined_line where petition_id = :petition")
DUE: Final = "waiting_line where petition_id = :petition and reason = 'unexamined'"
STAGED: Final = "examined_line where petition_id = :petition"
LINES: Final = "select count(*) from {} and arrival > :beyond"
CUT: Final = """
select max(arrival) as last, count(*) as lines
  from (select arrival, (row_number() over (order by arrival) - 1) / :size as piece
          from {} and arrival > :beyond) as lines
 group by piece order by piece
"""

ENTERING: Final = """
    select e.petition_id, e.line_id, 1 as version, e.status, e.reason, e.person_key,
           e.district_id, cast(null as bytea) as note, e.arrival as place, :by as decided_by,
           cast(:at as timestamptz) as decided_at
      from examined_line e where e.petition_id = :petition"""
AHEAD: Final = text(
    writing.change(
        f"""{ENTERING}
        and (arrival = any(array(select arrival from line_state
                                  where petition_id = :petition
                                    and line_id = any(cast(:lines as uuid[]))))
             or person_key = any(cast(:people as bytea[]))
                and (status = 'valid' or reason = 'duplicate'))""",  # noqa: S608  # no outside text
        counted=False,
    )
)
GONE: Final = text("""
delete from examined_line
 where petition_id = :petition
   and arrival = any(array(select arrival from line_state
                            where petition_id = :petition
                              and line_id = any(cast(:lines as uuid[]))))
""")


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines beyond one arrival, up to another."""

    after: int
    last: int
    lines: int


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a pass decides.

    On `closed_days` signatures may not be asked for, as before elections: a line of such a day is
    out of the period, in its district.
    """

    electorate: Electorate
    closed_days: Sequence[ClosedDays] = closing.NONE


def _whatever(_uow: UnitOfWork) -> None:
    """Where nothing but the petition says whether a pass may take effect."""


def _to_nobody(_done: int, _lines: int) -> None:
    """Where nobody waits."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over one petition, asked for as `examinations` keeps it.

    `check` is asked before it takes effect, and may lock what must not move meanwhile.
    """

    begin: Begin
    vault: Vault
    petition_id: UUID
    examination_id: UUID
    terms: Terms
    by: Officer
    check: Check = _whatever
    progress: Progress = _to_nobody
    piece: int = PIECE
    hands: int = HANDS

    def run(self) -> bool:
        """Decide every line that nobody has decided on, as far as the roll can.

        Of several lines by one person the first received stands. Gives False, and does nothing,
        where the same pass runs already; else all of it is done, begun here or elsewhere.
        """
        with alone(self.begin) as begin:
            with begin() as uow:
                if not _only(uow.session, self.examination_id):
                    return False
                # Whoever changes lines from here on sees this pass: those before are waited for.
                petitions.hold_desk(uow.session, self.petition_id)
            kept = self._kept(begin)
            if kept.staged_at is None:
                self._stage(begin)
            if kept.published_at is None:
                publishing.publish(
                    begin, self.petition_id, self.examination_id, by=self.by, check=self.check
                )
            self._enter(begin)
        return True

    def _kept(self, begin: Begin) -> Examination:
        with begin() as uow:
            return uow.session.get_one(Examination, self.examination_id)

    def _stage(self, begin: Begin) -> None:
        kept = self._kept(begin)
        with begin() as uow:
            uow.session.execute(text(PATIENCE))
            left = {"petition": self.petition_id, "examination": self.examination_id}
            uow.session.execute(LEFT_OVER, {**left, "reached": kept.reached})
            petition = petitions.get(uow.session, self.petition_id)
            petitions.insist_examiner(petition, self.by)
            keys = PetitionKeys.open(uow.session, self.vault, petition)
            done = uow.session.scalar(DONE, left) or 0
            pieces = self._pieces(uow, DUE, beyond=kept.reached)
        matching = Matching(petition, keys, self.terms.electorate, self.terms.closed_days)

        def prepare(begin: Begin) -> None:
            with begin() as uow:
                uow.session.execute(text(PATIENCE))
                matching.prepare(uow.session)

        def stage(begin: Begin, one: Piece) -> None:
            with begin() as uow:
                matching.stage(uow.session, self.examination_id, after=one.after, last=one.last)

        lines = done + sum(one.lines for one in pieces)
        self._tell(begin, done, lines, reached=kept.reached)
        if pieces:
            with hands.some(self.begin, min(self.hands, len(pieces))) as several:
                several.each(prepare)
                for one in several.side_by_side(stage, pieces):
                    done += one.lines
                    self._tell(begin, done, lines, reached=one.last)
        with begin() as uow:
            publishing.settle(uow, self.petition_id)
            examinations.keep(uow, self.examination_id, staged_at=func.referendum_now())

    def _enter(self, begin: Begin) -> None:
        kept = self._kept(begin)
        lines = (kept.facts or {})["examined"]
        with begin() as uow:
            uow.session.execute(text(PATIENCE))
            pieces = self._pieces(uow, STAGED)
        done = lines - sum(one.lines for one in pieces)
        if pieces:
            with hands.some(self.begin, min(self.hands, len(pieces))) as several:
                for one in several.side_by_side(partial(_enter_piece, kept), pieces):
                    done += one.lines
                    self._tell(begin, lines + done, lines, reached=one.last)

    def _pieces(self, uow: UnitOfWork, lines: str, *, beyond: int = 0) -> list[Piece]:
        asked = {"petition": self.petition_id, "beyond": beyond}
        left = uow.session.scalar(text(LINES.format(lines)), asked) or 0
        size = min(self.piece, max(SMALL, -(-left // self.hands)))
        found = uow.session.execute(text(CUT.format(lines)), {**asked, "size": size}).all()
        ends = [beyond, *(row.last for row in found)]
        return [Piece(after, row.last, row.lines) for after, row in zip(ends, found, strict=False)]

    def _tell(self, begin: Begin, done: int, lines: int, *, reached: int) -> None:
        """Half of the way is deciding, half is entering."""
        with begin() as uow:
            half = min(done // 2, lines)
            examinations.keep(uow, self.examination_id, done=half, lines=lines, reached=reached)
        self.progress(done, 2 * lines)


def enter_ahead(
    session: Session, petition_id: UUID, lines: Collection[UUID], people: Collection[bytes] = ()
) -> None:
    """Enter what a published pass decided on these lines, and on those of these people, now.

    So that whoever decides next, under the desk's lock, finds what holds.
    """
    under_way = text(
        "select * from examination where petition_id = :petition and ended_at is null"
        " and published_at is not null"
    )
    kept = session.execute(under_way, {"petition": petition_id}).one_or_none()
    if kept is None:
        return
    here = {"lines": list(lines), "people": list(people), **_decided(kept)}
    entered = [row.line_id for row in session.execute(AHEAD, here)]
    session.execute(GONE, {"petition": petition_id, "lines": entered})


def _enter_piece(kept: Examination, begin: Begin, piece: Piece) -> None:
    """Enter a piece of a published pass. Desks wait for it, its other pieces do not."""
    with begin() as uow:
        petitions.share_desk(uow.session, kept.petition_id)
        uow.session.execute(text(writing.FORWARD))
        here = {**_decided(kept), "after": piece.after, "last": piece.last}
        found = uow.session.execute(writing.ENTERED, here).one()
        if found.entered != found.gone:
            # No refusal: what was published holds, and what cannot be entered is a defect.
            raise RuntimeError("a published pass does not fit its lines")


def _decided(kept: Any) -> dict[str, Any]:
    return {
        "petition": kept.petition_id,
        "by": f"officer:{kept.asked_by}",
        "at": kept.published_at,
        "nowhere": writing.NOWHERE,
    }


def _only(session: Session, examination_id: UUID) -> bool:
    """Be the one who runs this pass as long as the connection lasts, killed or not."""
    key = int.from_bytes(examination_id.bytes[:8], signed=True)
    return bool(session.scalar(text("select pg_try_advisory_lock(:key)"), {"key": key}))
