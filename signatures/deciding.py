"""Versions of what was decided on a line, and the standing signatures that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from referendum.kernel import record
from referendum.kernel.db import violates
from referendum.kernel.sealing import DataKey
from referendum.kernel.uow import UnitOfWork
from signatures.errors import DecidedMeanwhile, LineNotFound
from signatures.lines import Origin, Reason, Status
from signatures.tables import Line, LineDecision, Petition, StandingSignature, Withdrawal

ITSELF: Final = "itself"
"""Who decided what follows from the rules alone, as the moment somebody signs online."""

OPEN_LINES: Final = """
  from line l
  left join lateral (select version, status, reason from line_decision d
                      where d.petition_id = l.petition_id and d.line_id = l.id
                      order by version desc limit 1) as latest on true
 where l.petition_id = :petition and coalesce(latest.status, 'open') = 'open'
"""
"""The lines that wait, with the latest decision on each where there is one."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds for a line now."""

    line_id: UUID
    version: int
    status: Status
    reason: Reason | None
    person_key: bytes | None = None
    district_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The person a line is taken to be of, under this petition's key."""

    person_key: bytes
    district_id: UUID


@dataclass(frozen=True, slots=True)
class Version:
    """One decision in the history of a line."""

    version: int
    status: Status
    reason: Reason | None
    decided_by: str
    decided_at: datetime
    note: str | None = field(repr=False)


def line_of(session: Session, petition: Petition, line_id: UUID) -> Line:
    found = session.get(Line, (petition.id, line_id))
    if found is None:
        raise LineNotFound(line=str(line_id))
    return found


def current(session: Session, petition_id: UUID, line_id: UUID) -> Decision:
    """The latest decision; a line that nobody looked at is open, at version 0."""
    latest = (
        select(LineDecision)
        .where(LineDecision.petition_id == petition_id, LineDecision.line_id == line_id)
        .order_by(LineDecision.version.desc())
        .limit(1)
    )
    row = session.scalars(latest).one_or_none()
    if row is None:
        return Decision(line_id, 0, Status.OPEN, Reason.UNEXAMINED)
    reason = Reason(row.reason) if row.reason else None
    return Decision(
        line_id, row.version, Status(row.status), reason, row.person_key, row.district_id
    )


def put(session: Session, petition: Petition, line: Line, found: Found, *, since: date) -> bool:
    """Let a line stand for a person, unless another of theirs does: the constraint decides."""
    wanted = insert(StandingSignature).values(
        petition_id=petition.id,
        person_key=found.person_key,
        line_id=line.id,
        district_id=found.district_id,
        origin=line.origin,
        since=since,
    )
    once = wanted.on_conflict_do_nothing(index_elements=["petition_id", "person_key"])
    return session.scalar(once.returning(StandingSignature.line_id)) is not None


def remove(session: Session, petition_id: UUID, line_id: UUID) -> bool:
    """Let a line no longer stand; waits for whoever is doing the same."""
    gone = delete(StandingSignature).where(
        StandingSignature.petition_id == petition_id, StandingSignature.line_id == line_id
    )
    return session.scalar(gone.returning(StandingSignature.line_id)) is not None


def add(
    session: Session,
    petition: Petition,
    decision: Decision,
    *,
    by: str,
    at: datetime,
    note: bytes | None = None,
) -> None:
    """Write a version, or refuse where somebody wrote the same one at the same moment."""
    row: dict[str, Any] = {
        "petition_id": petition.id,
        "line_id": decision.line_id,
        "version": decision.version,
        "status": decision.status.value,
        "reason": decision.reason.value if decision.reason else None,
        "person_key": decision.person_key,
        "district_id": decision.district_id,
        "decided_by": by,
        "decided_at": at,
        "note": note,
    }
    try:
        session.execute(insert(LineDecision).values(row))
    except IntegrityError as taken:
        if violates(taken, "pk_line_decision"):
            raise DecidedMeanwhile(line=str(decision.line_id)) from taken
        raise


def seal_note(seal: DataKey, petition_id: UUID, note: str | None) -> bytes | None:
    """A written reason as it is stored: under the petition's key, as people put names into it."""
    if not note:
        return None
    return seal.seal(note.encode(), place=f"line_decision:{petition_id}")


def history(session: Session, seal: DataKey, petition_id: UUID, line_id: UUID) -> list[Version]:
    """Everything that was decided on a line, oldest first, with the written reasons."""
    versions = (
        select(LineDecision)
        .where(LineDecision.petition_id == petition_id, LineDecision.line_id == line_id)
        .order_by(LineDecision.version)
    )
    place = f"line_decision:{petition_id}"
    return [
        Version(
            row.version,
            Status(row.status),
            Reason(row.reason) if row.reason else None,
            row.decided_by,
            row.decided_at,
            seal.unseal(row.note, place=place).decode() if row.note else None,
        )
        for row in session.scalars(versions)
    ]


def next_in_line(session: Session, petition_id: UUID, person_key: bytes) -> Line | None:
    """The earliest line that was void only because another of the same person stood.

    None where the person took a signature back: none of their older lines may rise again.
    """
    later = aliased(LineDecision)
    superseded = exists().where(
        later.petition_id == LineDecision.petition_id,
        later.line_id == LineDecision.line_id,
        later.version > LineDecision.version,
    )
    withdrawn = exists().where(
        Withdrawal.petition_id == petition_id, Withdrawal.person_key == person_key
    )
    waiting = (
        select(Line)
        .join(
            LineDecision,
            (LineDecision.petition_id == Line.petition_id) & (LineDecision.line_id == Line.id),
        )
        .where(
            LineDecision.petition_id == petition_id,
            LineDecision.person_key == person_key,
            LineDecision.reason == Reason.DUPLICATE.value,
            ~superseded,
            ~withdrawn,
        )
        .order_by(Line.number)
        .limit(1)
    )
    return session.scalars(waiting).one_or_none()


def unsettled(session: Session, petition_id: UUID) -> int:
    """How many lines still wait for a decision."""
    waiting = text(f"select count(*) {OPEN_LINES}")  # no outside text
    return session.scalar(waiting, {"petition": petition_id}) or 0


def moment_of(petition: Petition, origin: str, now: datetime) -> datetime:
    """When something happened to a line: for an online one the beginning of the day, no more."""
    if origin != Origin.ONLINE.value:
        return now
    zone = ZoneInfo(petition.zone)
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def record_signer(
    uow: UnitOfWork,
    petition: Petition,
    act: str,
    commitment: bytes,
    day: date,
    *,
    by: str = "resident",
) -> UUID:
    """One entry for one signer: the day, and a commitment that only their secret opens."""
    facts = {"commitment": commitment.hex(), "petition": str(petition.id)}
    return record.append(uow.session, act, by=by, at=day, measure=petition.measure_id, facts=facts)
