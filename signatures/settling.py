"""The lines that only a person can decide: one by one, or what remains in one act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Required, TypedDict
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import UnitOfWork, told_by
from referendum.roll import finding
from referendum.roll.tables import RollEntry
from signatures import deciding, examinations, petitions, states
from signatures.deciding import CHUNK, Applied, Change, Decision, Entry, Found
from signatures.errors import (
    DecidedMeanwhile,
    DecisionInvalid,
    DecisionNeedsNote,
    ExaminationUnderWay,
    LineStruck,
    LineWithdrawn,
    PersonNotOnRoll,
)
from signatures.examining import enter_ahead
from signatures.lines import Origin, Reason, Status, read_date
from signatures.petitions import PetitionKeys
from signatures.roots import Root
from signatures.states import State
from signatures.tables import Petition

PAGE: Final = 50

WAITING: Final = text("""
select w.line_id, w.number, l.origin, w.reason, l.sheet, l.row, l.sealed
  from (select line_id, number, reason from waiting_line
         where petition_id = :petition and reason <> 'duplicate' and number > :after
         order by number limit :limit) as w
 cross join lateral (
       select origin, sheet, row, sealed from line
        where petition_id = :petition and id = w.line_id limit 1) as l
 order by w.number
""")
"""Each line is found by its key, whatever the planner believes of the petition's size."""

UNIDENTIFIED: Final = text("""
select s.*
  from (select line_id, number from waiting_line
         where petition_id = :petition and reason <> 'duplicate' and reason = 'unidentifiable'
           and number > :after
         order by number limit :size) as w
 cross join lateral (
       select * from line_state
        where petition_id = :petition and line_id = w.line_id limit 1 for update) as s
 order by w.number
""")


REMAINING: Final = text("""
select count(*) as count, coalesce(bit_xor(hashtextextended(line_id::text, 0)), 0) as mark
  from waiting_line where petition_id = :petition and reason = 'unidentifiable'
""")

SAMPLED: Final = text("""
select w.line_id, w.number, l.origin, w.reason, l.sheet, l.row, l.sealed
  from (select line_id, number, reason from waiting_line
         where petition_id = :petition and reason = 'unidentifiable'
         order by hashtextextended(line_id::text, 1) limit :limit) as w
 cross join lateral (
       select origin, sheet, row, sealed from line
        where petition_id = :petition and id = w.line_id limit 1) as l
 order by w.number
""")


@dataclass(frozen=True, slots=True)
class Remaining:
    """The lines that nobody was found for: how many, and a mark that changes with any of them."""

    count: int
    mark: int


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that waits, with what is written in it."""

    line_id: UUID
    number: int
    origin: Origin
    sheet: str | None
    row: int | None
    reason: Reason
    written: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the register whom a line may mean, and whether the roll has them."""

    person_id: UUID
    district_id: UUID
    on_roll: bool


@dataclass(frozen=True, slots=True)
class Voided:
    """What was voided together: how many under which root, when, and the reason as sealed."""

    root: Root
    at: datetime
    note: bytes = field(repr=False)

    @property
    def lines(self) -> int:
        return self.root.size


class Ruling(TypedDict, total=False):
    """What an officer decides of a line, as `decide` takes it."""

    status: Required[Status]
    reason: Reason | None
    person_id: UUID | None
    note: str | None


def open_lines(
    session: Session,
    vault: Vault,
    petition_id: UUID,
    *,
    by: Officer,
    after: int = 0,
    limit: int = PAGE,
) -> list[OpenLine]:
    """The next lines that wait for a decision; `after` is the number of the last one seen."""
    petition = petitions.get(session, petition_id)
    petitions.insist_examiner(petition, by)
    seal = vault.open_key(session, petition.key_id)
    asked = {"petition": petition_id, "after": after, "limit": limit}
    return [opened(seal, row) for row in session.execute(WAITING, asked)]


def remaining(session: Session, petition_id: UUID) -> Remaining:
    """What `void_remaining` would void now."""
    row = session.execute(REMAINING, {"petition": petition_id}).one()
    return Remaining(*row)


def sampled(
    session: Session, vault: Vault, petition_id: UUID, *, by: Officer, limit: int
) -> list[OpenLine]:
    """So many of them as chance has it, and the same ones each time: to look at before all go."""
    petition = petitions.get(session, petition_id)
    petitions.insist_examiner(petition, by)
    seal = vault.open_key(session, petition.key_id)
    asked = {"petition": petition_id, "limit": limit}
    return [opened(seal, row) for row in session.execute(SAMPLED, asked)]


def candidates(
    session: Session,
    vault: Vault,
    petition_id: UUID,
    *,
    name: str,
    birth_date: str,
    reference: date,
    age: int = 0,
    by: Officer,
) -> list[Candidate]:
    """Whom a name and birth date may mean, as written or as the officer reads them.

    A year of two digits is read as on the line itself: of somebody so old on that day.
    """
    petition = petitions.get(session, petition_id)
    petitions.insist_examiner(petition, by)
    born = read_date(birth_date, reference=reference, age=age)
    if born is None or not name.strip():
        return []
    found = finding.candidates(
        session, vault, jurisdiction_id=petition.jurisdiction_id, name=name, birth_date=born
    )
    entries = select(RollEntry.person_id, RollEntry.district_id).where(
        RollEntry.roll_id == petition.roll_id,
        RollEntry.person_id.in_([one.person_id for one in found]),
    )
    on_roll = {row.person_id: row.district_id for row in session.execute(entries)}
    return [
        Candidate(
            one.person_id, on_roll.get(one.person_id, one.district_id), one.person_id in on_roll
        )
        for one in found
    ]


def decide(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    line_id: UUID,
    *,
    status: Status,
    by: Officer,
    reason: Reason | None = None,
    person_id: UUID | None = None,
    note: str | None = None,
) -> Decision:
    """Decide one line: it is this person's, or it is void for a reason.

    A person who stands already makes it a duplicate. What was decided before, as an objection
    demands, is changed only with a note. Where a line stops standing, the person's next one
    that was only a duplicate stands instead.
    """
    _insist_whole(status, reason, person_id)
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    keys = PetitionKeys.open(uow.session, vault, petition)
    found = None if person_id is None else _found(uow.session, petition, keys, person_id)
    enter_ahead(uow.session, petition_id, [line_id], [found.person_key] if found else [])
    before = states.state_of(uow.session, petition_id, line_id)
    if before.reason is Reason.WITHDRAWN:
        raise LineWithdrawn(line=str(line_id))
    if before.status is Status.STRUCK:
        raise LineStruck(line=str(line_id))
    if before.status is not Status.OPEN and not (note or "").strip():
        raise DecisionNeedsNote(line=str(line_id))
    if before.person_key:
        enter_ahead(uow.session, petition_id, [], [before.person_key])
    people = [one for one in (before.person_key, found and found.person_key) if one]
    held = states.hold(uow.session, petition_id, [line_id], people=people)
    if held[line_id].version != before.version:
        raise DecidedMeanwhile(line=str(line_id))
    sealed = deciding.seal_note(keys.seal, petition_id, note)
    change = Change(before, status, reason, found, sealed)
    raised = None
    if status is not Status.VALID or change.person_key != before.person_key:
        raised = deciding.next_to_stand(uow.session, petition_id, held, before)
    changes = [change] if raised is None else [change, raised]
    now = uow.now()
    applied = deciding.apply(
        uow, petition, changes, by=by.mark, at=now, telling=partial(_entry, petition, by, now)
    )
    return applied.decisions[0]


def void_remaining(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, *, note: str, by: Officer
) -> Voided:
    """Void every line that is still open as unidentifiable, with one written reason."""
    if not note.strip():
        raise DecisionNeedsNote(petition=str(petition_id))
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    if examinations.under_way(uow.session, petition_id):
        raise ExaminationUnderWay(petition=str(petition_id))
    sealed = deciding.seal_note(vault.open_key(uow.session, petition.key_id), petition_id, note)
    assert sealed is not None
    now = uow.now()
    lines = _unidentified(uow.session, petition_id)
    voided = (Change(one, Status.VOID, Reason.UNIDENTIFIABLE, note=sealed) for one in lines)

    def entry(applied: Applied) -> Entry:
        facts = {
            "petition": str(petition_id),
            "count": applied.root.size,
            "reason": Reason.UNIDENTIFIABLE.value,
            "merkle_root": applied.root.value.hex(),
            **seconder(by),
        }
        return Entry("lines.voided", told_by(facts, by), now, by.mark)

    applied = deciding.apply(uow, petition, voided, by=by.mark, at=now, telling=entry)
    return Voided(applied.root, now, sealed)


def seconder(by: Officer) -> dict[str, str]:
    """Whoever confirmed it, as an entry of the record names them beside whoever proposed it."""
    return {} if by.seconded_by is None else {"confirmed_by": by.seconded_by}


def _unidentified(session: Session, petition_id: UUID) -> Iterator[State]:
    """The lines that nobody could be found for, held, piece by piece in the order of numbers."""
    after = 0
    while True:
        asked = {"petition": petition_id, "after": after, "size": CHUNK}
        piece = list(states.states_of(session.execute(UNIDENTIFIED, asked)))
        if not piece:
            return
        yield from piece
        after = piece[-1].number or 0


def _insist_whole(status: Status, reason: Reason | None, person_id: UUID | None) -> None:
    """Valid with a person and no reason, or void with a reason that voids."""
    match status:
        case Status.VALID:
            whole = person_id is not None and reason is None
        case Status.VOID:
            # Only the pass and the constraint find duplicates; only the signer withdraws.
            found_otherwise = {Reason.DUPLICATE, Reason.WITHDRAWN}
            whole = reason is not None and reason.voids and reason not in found_otherwise
        case Status.OPEN | Status.STRUCK:
            whole = False
    if not whole:
        raise DecisionInvalid(status=status.value, reason=reason.value if reason else None)


def _found(session: Session, petition: Petition, keys: PetitionKeys, person_id: UUID) -> Found:
    entry = session.get(RollEntry, (petition.roll_id, person_id))
    if entry is None:
        raise PersonNotOnRoll(petition=str(petition.id))
    return Found(keys.person_key(person_id), entry.district_id)


def _entry(petition: Petition, by: Officer, at: datetime, applied: Applied) -> Entry:
    """The decision of one line; `raised`: the line that stands instead."""
    one, *raised = applied.decisions
    facts = {
        "petition": str(petition.id),
        "commitment": one.commitment.hex(),
        "version": one.version,
        "status": one.status.value,
        "reason": one.reason.value if one.reason else None,
        "raised": raised[0].commitment.hex() if raised else None,
    }
    return Entry("line.decided", told_by(facts, by), at, by.mark)


def opened(seal: DataKey, row: Row[Any]) -> OpenLine:
    return OpenLine(
        row.line_id,
        row.number,
        Origin(row.origin),
        row.sheet,
        row.row,
        Reason(row.reason),
        _without_secret(seal.unseal_fields(row.sealed, place=f"line:{row.line_id}")),
    )


def _without_secret(written: dict[str, Any]) -> dict[str, Any]:
    """What opens the commitment is for proofs, not for the desk."""
    return {name: value for name, value in written.items() if name != "secret"}
