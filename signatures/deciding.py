"""Changes of lines, and the one act that makes them.

Whoever decides (a signer, an officer, the automatic pass, a withdrawal) makes a list of `Change`s;
`apply` turns it into decisions, states, standing signatures and counts, and tells the record once.
One change is a list of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select, text
from sqlalchemy.orm import Session

from referendum.kernel import record
from referendum.kernel.sealing import DataKey
from referendum.kernel.uow import UnitOfWork
from signatures import writing
from signatures.errors import DecidedMeanwhile, LineNotFound
from signatures.lines import Origin, Reason, Status
from signatures.roots import Root, leaf_of
from signatures.states import State
from signatures.tables import Line, LineDecision, PaperBatch, Petition, Withdrawal

CHUNK: Final = 5_000
"""Lines to a statement."""

ITSELF: Final = "itself"
"""Who decided what follows from the rules alone, as the moment somebody signs online."""


@dataclass(frozen=True, slots=True)
class Found:
    """The person a line is taken to be of, under this petition's key."""

    person_key: bytes
    district_id: UUID


@dataclass(frozen=True, slots=True)
class Change:
    """What is to hold for a line from now on. `valid` becomes a duplicate where another stands.

    `of` is the line as it was held; without a `person_key` the one that was found before stays.
    """

    of: State
    status: Status
    reason: Reason | None = None
    found: Found | None = None
    note: bytes | None = field(default=None, repr=False)
    """Sealed: people put names into such texts."""

    @property
    def person_key(self) -> bytes | None:
        return self.found.person_key if self.found else self.of.person_key

    @property
    def district_id(self) -> UUID | None:
        return self.found.district_id if self.found else self.of.district_id


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds for a line now."""

    line_id: UUID
    version: int
    status: Status
    reason: Reason | None
    person_key: bytes | None = None
    district_id: UUID | None = None
    commitment: bytes = b""


@dataclass(slots=True)
class Applied:
    """What became of a list of changes: counted, and bound together by a root."""

    decisions: list[Decision] = field(default_factory=list)
    """In the order of the list; of a long one the first `CHUNK`."""
    counts: Counter[tuple[Status, Reason | None]] = field(default_factory=Counter)
    root: Root = field(default_factory=Root)
    """RFC 9162 over `commitment || "status:reason"`, in the order of the list."""

    def take(self, made: Sequence[Decision]) -> None:
        if not self.decisions:
            self.decisions.extend(made)
        self.counts.update((one.status, one.reason) for one in made)
        self.root.take([leaf_of(one.commitment, one.status, one.reason) for one in made])


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the record. A plain date for the act of one signer: a time points at people."""

    act: str
    facts: Mapping[str, Any]
    at: datetime | date
    by: str


@dataclass(frozen=True, slots=True)
class Version:
    """One decision in the history of a line."""

    version: int
    status: Status
    reason: Reason | None
    decided_by: str
    decided_at: datetime
    note: str | None = field(repr=False)


def apply(
    uow: UnitOfWork,
    petition: Petition,
    changes: Iterable[Change],
    *,
    by: str,
    at: datetime,
    telling: Callable[[Applied], Entry],
) -> Applied:
    """Make changes of lines that are held (`states.hold`), all of them or none.

    What stood and changes gives its place free before anything takes one, so a change may name
    the line that is to stand instead, after it. A long list goes in pieces. Raises
    DecidedMeanwhile where a line is no longer as held.
    """
    applied, source = Applied(), iter(changes)
    here = {"petition": petition.id, "by": by, "at": at, "nowhere": writing.NOWHERE}
    while piece := list(islice(source, CHUNK)):
        applied.take(_make(uow.session, here, piece))
    if applied.root.size:
        told = telling(applied)
        record.append(
            uow.session,
            told.act,
            by=told.by,
            at=told.at,
            measure=petition.measure_id,
            facts=told.facts,
        )
    return applied


def _make(session: Session, here: Mapping[str, Any], changes: Sequence[Change]) -> list[Decision]:
    unseated = [one.of.line_id for one in changes if one.of.stands]
    if unseated:
        session.execute(text(writing.UNSEAT), {**here, "lines": unseated})
    made = session.execute(text(writing.CHANGE), {**here, **_columns(changes)}).all()
    if len(made) != len(changes):
        left = {one.of.line_id for one in changes} - {row.line_id for row in made}
        raise DecidedMeanwhile(line=str(min(left)))
    commitments = _commitments(session, here["petition"], [row.line_id for row in made])
    return [
        Decision(
            row.line_id,
            row.version,
            Status(row.status),
            Reason(row.reason) if row.reason else None,
            row.person_key,
            row.district_id,
            commitments[row.line_id],
        )
        for row in made
    ]


def next_to_stand(
    session: Session, petition_id: UUID, held: Mapping[UUID, State], leaves: State
) -> Change | None:
    """The change by which a person's next line stands, where the one that stood `leaves`.

    It is the earliest that was void only because another of theirs stood: of several lines all
    but one are void (ORD §11①4, REF §12②4), then not the last one too. None where the person took
    a signature back: none of their older lines may rise again.
    """
    if not leaves.stands or leaves.person_key is None:
        return None
    waiting = [
        one
        for one in held.values()
        if one.person_key == leaves.person_key and one.reason is Reason.DUPLICATE
    ]
    if not waiting or _took_back(session, petition_id, leaves.person_key):
        return None
    return Change(min(waiting, key=lambda one: one.arrival), Status.VALID)


def line_of(session: Session, petition: Petition, line_id: UUID) -> Line:
    found = session.get(Line, (petition.id, line_id))
    if found is None:
        raise LineNotFound(line=str(line_id))
    return found


def worked_on(session: Session, petition_id: UUID, mark: str) -> bool:
    """Whether somebody brought sheets of a petition or decided any of its lines."""
    brought = exists().where(PaperBatch.petition_id == petition_id, PaperBatch.keyed_by == mark)
    decided = exists().where(
        LineDecision.petition_id == petition_id, LineDecision.decided_by == mark
    )
    return bool(session.scalar(select(or_(brought, decided))))


def seal_note(seal: DataKey, petition_id: UUID, note: str | None) -> bytes | None:
    """A written reason as it is stored: under the petition's key, as people put names into it."""
    if not note:
        return None
    return seal.seal(note.encode(), place=f"line_decision:{petition_id}")


def read_note(seal: DataKey, petition_id: UUID, sealed: bytes) -> str:
    """The reason that `seal_note` sealed."""
    return seal.unseal(sealed, place=f"line_decision:{petition_id}").decode()


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


def moment_of(petition: Petition, origin: str, now: datetime) -> datetime:
    """When something happened to a line: for an online one the beginning of the day, no more."""
    if origin != Origin.ONLINE.value:
        return now
    zone = ZoneInfo(petition.zone)
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def signers_entry(act: str, petition: Petition, commitment: bytes, day: date) -> Entry:
    """One entry for one signer: the day, and a commitment that only their secret opens."""
    facts = {"commitment": commitment.hex(), "petition": str(petition.id)}
    return Entry(act, facts, day, "resident")


def _columns(changes: Sequence[Change]) -> dict[str, list[Any]]:
    return {
        "lines": [one.of.line_id for one in changes],
        "versions": [one.of.version + 1 for one in changes],
        "statuses": [one.status.value for one in changes],
        "reasons": [one.reason.value if one.reason else None for one in changes],
        "people": [one.person_key for one in changes],
        "districts": [one.district_id for one in changes],
        "notes": [one.note for one in changes],
    }


def _commitments(session: Session, petition_id: UUID, lines: Collection[UUID]) -> dict[UUID, bytes]:
    asked = select(Line.id, Line.commitment).where(
        Line.petition_id == petition_id, Line.id.in_(lines)
    )
    return {row.id: row.commitment for row in session.execute(asked)}


def _took_back(session: Session, petition_id: UUID, person_key: bytes) -> bool:
    withdrawn = exists().where(
        Withdrawal.petition_id == petition_id, Withdrawal.person_key == person_key
    )
    return bool(session.scalar(select(withdrawn)))
