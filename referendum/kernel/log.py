"""Sealing the record: waiting entries into the tree, a signed checkpoint, proofs, the export."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Select, func, select, text, tuple_
from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.record import (
    RecordCheckpoint,
    RecordEntry,
    RecordNode,
    RecordPlace,
    RecordWaiting,
)
from referendum.kernel.tree import Place, Prover, cover, grow, root_of
from referendum.kernel.uow import Begin

SEALER_LOCK: Final = 0x5EA1
"""The advisory lock under which one sealer at a time lengthens the tree."""

BATCH: Final = 5_000
TAKEN: Final = text("""
with taken as (
    delete from record_waiting
     where entry_id = any(array(
           select entry_id from record_waiting order by queued_at, entry_id limit :most))
    returning entry_id
)
select entry.id, entry.measure_id, entry.leaf
  from taken cross join lateral (
       select id, number, measure_id, leaf from record_entry
        where id = taken.entry_id limit 1) as entry
 order by entry.number
""")
"""Those that have waited longest, in the order of writing.

Each is found by its key, whatever the planner believes of a table that is empty a second later:
looking through what waits, or through the record, for every batch made a long queue quadratic.
"""
PLACED: Final = text("""
insert into record_place (index, entry_id, measure_id)
select :first + place - 1, entry_id, measure_id
  from unnest(cast(:entries as uuid[]), cast(:measures as uuid[]))
       with ordinality as sealed(entry_id, measure_id, place)
""")
GROWN: Final = text("""
insert into record_node (level, index, hash)
select * from unnest(cast(:levels as integer[]), cast(:indices as bigint[]),
                     cast(:hashes as bytea[]))
""")

PIECE: Final = 1_000
"""Entries of an export that are in memory at once."""
ENTRIES: Final = select(RecordPlace.index, RecordEntry.leaf).join(
    RecordEntry, RecordEntry.id == RecordPlace.entry_id
)
NOTES: Final = select(RecordCheckpoint.size, RecordCheckpoint.note)
ED25519: Final = b"\x01"


class EntryNotSealed(DomainError):
    """The entry is written but not yet in a signed checkpoint; it will be in a moment."""

    code: ClassVar[str] = "entry-not-sealed"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


class EntryNotFound(DomainError):
    code: ClassVar[str] = "entry-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


@dataclass(frozen=True, slots=True)
class LogKey:
    """Signs checkpoints as C2SP signed notes, under the log's origin."""

    origin: str
    seed: bytes = field(repr=False)

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def _public(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def _hash(self) -> bytes:
        """C2SP signed-note: SHA-256(name, newline, type, key), its first four bytes."""
        return hashlib.sha256(self.origin.encode() + b"\n" + ED25519 + self._public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The verifier key that the public is given: name+hash+key."""
        key = base64.b64encode(ED25519 + self._public).decode()
        return f"{self.origin}+{self._hash.hex()}+{key}"

    def checkpoint(self, size: int, root: bytes) -> str:
        """The signed note of a C2SP tlog-checkpoint."""
        body = f"{self.origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(self._hash + self._key.sign(body.encode())).decode()
        return f"{body}\n— {self.origin} {signature}\n"


@dataclass(frozen=True, slots=True)
class StoredNodes:
    """The kept subtrees, read from the database."""

    session: Session

    def fetch(self, places: Iterable[Place]) -> Mapping[Place, bytes]:
        wanted = list(places)
        if not wanted:
            return {}
        at = tuple_(RecordNode.level, RecordNode.index)
        rows = self.session.execute(
            select(RecordNode.level, RecordNode.index, RecordNode.hash).where(at.in_(wanted))
        )
        return {(level, index): value for level, index, value in rows}


def size_of(session: Session) -> int:
    """How many entries are in the tree."""
    return session.scalar(select(func.coalesce(func.max(RecordPlace.index) + 1, 0))) or 0


def seal(session: Session, key: LogKey, *, most: int = BATCH) -> int:
    """Put waiting entries into the tree and sign where it stands; gives how many were sealed."""
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": SEALER_LOCK})
    waiting = session.execute(TAKEN, {"most": most}).all()
    if not waiting:
        return 0
    size = size_of(session)
    edge = StoredNodes(session).fetch(cover(0, size))
    made = grow(size, (bytes(entry.leaf) for entry in waiting), edge)
    sealed = {
        "first": size,
        "entries": [entry.id for entry in waiting],
        "measures": [entry.measure_id for entry in waiting],
    }
    session.execute(PLACED, sealed)
    places = {
        "levels": [level for level, _ in made],
        "indices": [index for _, index in made],
        "hashes": list(made.values()),
    }
    session.execute(GROWN, places)
    size += len(waiting)
    root = root_of(0, size, {**edge, **made})
    session.add(RecordCheckpoint(size=size, root=root, note=key.checkpoint(size, root)))
    return len(waiting)


def seal_all(session: Session, key: LogKey) -> None:
    """Seal until nothing that this transaction sees waits. It keeps every other sealer out."""
    while seal(session, key) == BATCH:
        pass


def catch_up(begin: Begin, key: LogKey) -> None:
    """Seal all that waits, in a transaction of its own for every batch."""
    sealed = BATCH
    while sealed == BATCH:
        with begin() as uow:
            sealed = seal(uow.session, key)


def latest_checkpoint(session: Session) -> RecordCheckpoint | None:
    latest = select(RecordCheckpoint).order_by(RecordCheckpoint.size.desc()).limit(1)
    return session.scalars(latest).first()


def sealed(measure: UUID | None = None) -> Select[int, RecordEntry]:
    """The places and entries of one measure, or all, in the order of the tree."""
    placed = (
        select(RecordPlace.index, RecordEntry)
        .join(RecordEntry, RecordEntry.id == RecordPlace.entry_id)
        .order_by(RecordPlace.index)
    )
    return placed if measure is None else placed.where(RecordPlace.measure_id == measure)


def receipt(session: Session, entry_id: UUID) -> dict[str, Any]:
    """The proof that an entry is in the latest signed tree, for anyone to check."""
    entry = session.get(RecordEntry, entry_id)
    if entry is None:
        raise EntryNotFound(entry=str(entry_id))
    index = session.scalar(select(RecordPlace.index).where(RecordPlace.entry_id == entry_id))
    checkpoint = latest_checkpoint(session)
    if index is None or checkpoint is None:
        raise EntryNotSealed(entry=str(entry_id))
    proof = Prover(StoredNodes(session)).inclusion(index, checkpoint.size)
    return {
        "format": "referendum-receipt-v1",
        "index": index,
        "leaf": base64.b64encode(entry.leaf).decode(),
        "proof": [base64.b64encode(step).decode() for step in proof],
        "checkpoint": checkpoint.note,
    }


def oldest_unsealed(session: Session) -> timedelta | None:
    """The age of the oldest entry outside the tree, by the machine's clock."""
    return session.scalar(select(func.clock_timestamp() - func.min(RecordWaiting.queued_at)))


def export(begin: Begin, key: LogKey, *, piece: int = PIECE) -> Iterator[str]:
    """The whole record as lines of JSON, for `referendum record verify` and for anyone.

    As it stands when the first line is asked for: nothing of it ever changes, so that it is read
    in pieces, each in a transaction of its own, and whoever takes long over it holds nothing.
    """
    with begin() as uow:
        latest = latest_checkpoint(uow.session)
        size = latest.size if latest else 0
    yield _line(type="header", format="referendum-record-v1", origin=key.origin, vkey=key.vkey)
    for index, leaf in _pieces(begin, ENTRIES, range(size), piece):
        yield _line(type="entry", index=index, leaf=base64.b64encode(leaf).decode())
    for signed, note in _pieces(begin, NOTES, range(1, size + 1), piece):
        yield _line(type="checkpoint", size=signed, note=note)


def _pieces(
    begin: Begin, rows: Select[int, Any], numbers: range, size: int
) -> Iterator[tuple[int, Any]]:
    """The rows whose own number, their first column, is one of `numbers`, in that order."""
    number, first = rows.selected_columns[0], numbers.start
    while first < numbers.stop:
        asked = rows.where(number >= first, number < numbers.stop).order_by(number).limit(size)
        with begin() as uow:
            piece = uow.session.execute(asked).all()
        for row in piece:
            yield row[0], row[1]
        first = piece[-1][0] + 1 if piece else numbers.stop


def _line(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)
