"""The lines that only a person can decide: one by one, or what remains in one act."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll import finding
from referendum.roll.tables import RollEntry
from signatures import deciding, petitions
from signatures.deciding import OPEN_LINES, Decision, Found
from signatures.errors import (
    DecisionInvalid,
    DecisionNeedsNote,
    LineWithdrawn,
    PersonNotOnRoll,
)
from signatures.examining import PATIENCE, root_of_decisions
from signatures.lines import Origin, Reason, Status, read_date
from signatures.petitions import PetitionKeys
from signatures.tables import Line, Petition

PAGE: Final = 50

REMAINING: Final = text(
    "create temporary table remaining on commit drop as"  # no outside text
    f" select l.id as line_id, l.number, l.commitment, latest.version + 1 as version {OPEN_LINES}"
    " and latest.reason = 'unidentifiable'"
)

VOIDED: Final = text("""
insert into line_decision (petition_id, line_id, version, status, reason, decided_by, decided_at,
                           note)
select :petition, line_id, version, 'void', 'unidentifiable', :by, :at, :note from remaining
""")


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
    page = text(
        "select l.id, l.number, l.origin, l.sheet, l.row, l.sealed,"  # no outside text
        f" coalesce(latest.reason, 'unexamined') as reason {OPEN_LINES}"
        " and l.number > :after order by l.number limit :limit"
    )
    asked = {"petition": petition_id, "after": after, "limit": limit}
    return [
        OpenLine(
            row.id,
            row.number,
            Origin(row.origin),
            row.sheet,
            row.row,
            Reason(row.reason),
            _without_secret(seal.unseal_fields(row.sealed, place=f"line:{row.id}")),
        )
        for row in session.execute(page, asked)
    ]


def candidates(
    session: Session,
    vault: Vault,
    petition_id: UUID,
    *,
    name: str,
    birth_date: str,
    reference: date,
    by: Officer,
) -> list[Candidate]:
    """Whom a name and birth date may mean, as written or as the officer reads them."""
    petition = petitions.get(session, petition_id)
    petitions.insist_examiner(petition, by)
    born = read_date(birth_date, reference=reference)
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
    line = deciding.line_of(uow.session, petition, line_id)
    before = deciding.current(uow.session, petition_id, line_id)
    if before.reason is Reason.WITHDRAWN:
        raise LineWithdrawn(line=str(line_id))
    if before.status is not Status.OPEN and not (note or "").strip():
        raise DecisionNeedsNote(line=str(line_id))
    keys = PetitionKeys.open(uow.session, vault, petition)
    found = None if person_id is None else _found(uow.session, petition, keys, person_id)
    stood = deciding.remove(uow.session, petition_id, line_id)
    decision = _decision(uow.session, petition, line, before, reason, found)
    sealed = deciding.seal_note(keys.seal, petition_id, note)
    deciding.add(uow.session, petition, decision, by=by.mark, at=uow.now(), note=sealed)
    raised = _raise_next(uow, petition, before, by) if stood else None
    _record(uow, petition, line, decision, raised, by)
    return decision


def void_remaining(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, *, note: str, by: Officer
) -> int:
    """Void every line that is still open as unidentifiable, with one written reason."""
    if not note.strip():
        raise DecisionNeedsNote(petition=str(petition_id))
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    uow.session.execute(text(PATIENCE))
    uow.session.execute(REMAINING, {"petition": petition_id})
    seal = vault.open_key(uow.session, petition.key_id)
    decided = {
        "petition": petition_id,
        "by": by.mark,
        "at": uow.now(),
        "note": deciding.seal_note(seal, petition_id, note),
    }
    uow.session.execute(VOIDED, decided)
    rows = uow.session.execute(
        text("select commitment, 'void', 'unidentifiable' from remaining order by number")
    )
    root = root_of_decisions(rows)
    uow.session.execute(text("drop table remaining"))
    if root.size:
        facts = {
            "petition": str(petition_id),
            "count": root.size,
            "reason": Reason.UNIDENTIFIABLE.value,
            "merkle_root": root.value.hex(),
        }
        uow.record("lines.voided", by=by, measure=petition.measure_id, facts=facts)
    return root.size


def _insist_whole(status: Status, reason: Reason | None, person_id: UUID | None) -> None:
    """Valid with a person and no reason, or void with a reason that voids."""
    match status:
        case Status.VALID:
            whole = person_id is not None and reason is None
        case Status.VOID:
            # Only the pass and the constraint find duplicates; only the signer withdraws.
            found_otherwise = {Reason.DUPLICATE, Reason.WITHDRAWN}
            whole = reason is not None and reason.voids and reason not in found_otherwise
        case Status.OPEN:
            whole = False
    if not whole:
        raise DecisionInvalid(status=status.value, reason=reason.value if reason else None)


def _found(session: Session, petition: Petition, keys: PetitionKeys, person_id: UUID) -> Found:
    entry = session.get(RollEntry, (petition.roll_id, person_id))
    if entry is None:
        raise PersonNotOnRoll(petition=str(petition.id))
    return Found(keys.person_key(person_id), entry.district_id)


def _decision(
    session: Session,
    petition: Petition,
    line: Line,
    before: Decision,
    reason: Reason | None,
    found: Found | None,
) -> Decision:
    version = before.version + 1
    if reason is not None:
        return replace(before, version=version, status=Status.VOID, reason=reason)
    assert found is not None
    stands = deciding.put(session, petition, line, found, since=line.received_on)
    return Decision(
        line.id,
        version,
        Status.VALID if stands else Status.VOID,
        None if stands else Reason.DUPLICATE,
        found.person_key,
        found.district_id,
    )


def _raise_next(uow: UnitOfWork, petition: Petition, before: Decision, by: Officer) -> Line | None:
    """Of several lines all but one are void (ORD §11①4, REF §12②4): then not the last one too."""
    if before.person_key is None or before.district_id is None:
        return None
    line = deciding.next_in_line(uow.session, petition.id, before.person_key)
    if line is None:
        return None
    was = deciding.current(uow.session, petition.id, line.id)
    found = Found(before.person_key, was.district_id or before.district_id)
    if not deciding.put(uow.session, petition, line, found, since=line.received_on):
        return None
    now_valid = Decision(
        line.id, was.version + 1, Status.VALID, None, found.person_key, found.district_id
    )
    deciding.add(uow.session, petition, now_valid, by=by.mark, at=uow.now())
    return line


def _record(
    uow: UnitOfWork,
    petition: Petition,
    line: Line,
    decision: Decision,
    raised: Line | None,
    by: Officer,
) -> None:
    facts = {
        "petition": str(petition.id),
        "commitment": line.commitment.hex(),
        "version": decision.version,
        "status": decision.status.value,
        "reason": decision.reason.value if decision.reason else None,
        "raised": raised.commitment.hex() if raised else None,
    }
    uow.record("line.decided", by=by, measure=petition.measure_id, facts=facts)


def _without_secret(written: dict[str, Any]) -> dict[str, Any]:
    """What opens the commitment is for proofs, not for the desk."""
    return {name: value for name, value in written.items() if name != "secret"}
