"""The append-only record: one log per deployment, a leaf for every act of state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.canonical import canonical
from referendum.kernel.db import APPEND_ONLY, Base

ENTERED: Final = """
entered as (
    insert into record_entry (id, act, measure_id, leaf)
    select id, act, measure_id, leaf from entry
),
waiting as (insert into record_waiting (entry_id) select id from entry)"""
"""What `append` writes, as a part of a larger statement that selects `entry` first."""

LISTED: Final = text(
    f"""
with entry as (
    select * from unnest(
        cast(:ids as uuid[]), cast(:acts as text[]), cast(:measures as uuid[]),
        cast(:leaves as bytea[])
    ) as one (id, act, measure_id, leaf)
), {ENTERED}
select count(*) from entry"""  # noqa: S608  # a constant
)


_NAMED: Final = b'"by":"officer:'.hex()
BY_OFFICER: Final = rf"POSITION(('\x{_NAMED}'::bytea) IN (leaf))"
"""Where a leaf says which officer acted; 0 where none did. Written as PostgreSQL gives it back.

RFC 8785 sorts the names: only the act and its moment stand before, and neither has quotes in it.
"""
OFFICER: Final = f"SUBSTRING(leaf FROM {BY_OFFICER} + 6 FOR 44)"
"""The officer's mark, as bytes."""


class RecordEntry(Base):
    """One act, as the RFC 8785 bytes that are hashed. Never changed, never deleted."""

    __tablename__ = "record_entry"
    __table_args__ = (
        Index("ix_record_entry_measure_id", "measure_id", "number"),
        Index(
            "ix_record_entry_officer",
            text(f"({OFFICER})"),
            "number",
            postgresql_where=text(f"{BY_OFFICER} > 0"),
        ),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    """The order of writing; a leaf's place in the tree is given by the sealer."""
    act: Mapped[str]
    measure_id: Mapped[UUID | None]
    leaf: Mapped[bytes] = mapped_column(LargeBinary)


class RecordWaiting(Base):
    """Entries that the sealer has not yet put into the tree."""

    __tablename__ = "record_waiting"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"), primary_key=True)
    queued_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)


class RecordPlace(Base):
    """Where a sealed entry stands in the tree."""

    __tablename__ = "record_place"
    __table_args__ = (
        Index(
            "ix_record_place_measure_id",
            "measure_id",
            "index",
            postgresql_where=text("measure_id is not null"),
        ),
        {"info": APPEND_ONLY},
    )

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"), unique=True)
    measure_id: Mapped[UUID | None]
    """The entry's own, so that one measure's entries are found in the order of the tree."""


class RecordNode(Base):
    """The hash of a complete subtree of 2^level leaves (RFC 9162 §2.1.1)."""

    __tablename__ = "record_node"
    __table_args__ = ({"info": APPEND_ONLY},)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class RecordCheckpoint(Base):
    """A signed statement of the tree's size and root.

    Of no time: one is made every second in which something was sealed, so that its moment would
    be that of a signature.
    """

    __tablename__ = "record_checkpoint"
    __table_args__ = ({"info": APPEND_ONLY},)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str]


def append(
    session: Session,
    act: str,
    *,
    by: str,
    at: datetime | date,
    measure: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> UUID:
    """Write one entry into this transaction.

    Give a plain date for the act of one signer or voter: an exact time would point at a person.
    Facts are ids, numbers and salted commitments, never names or person keys.
    """
    (written,) = append_all(session, [(act, facts or {})], by=by, at=at, measure=measure)
    return written


def append_all(
    session: Session,
    acts: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    by: str,
    at: datetime | date,
    measure: UUID | None = None,
) -> list[UUID]:
    """Write an entry for each act with its facts, in their order, in one statement."""
    session.flush()
    if not acts:
        return []
    ids = [uuid4() for _ in acts]
    leaves = [entry(act, by=by, at=at, measure=measure, facts=facts) for act, facts in acts]
    written = {
        "ids": ids,
        "acts": [act for act, _ in acts],
        "measures": [measure] * len(ids),
        "leaves": leaves,
    }
    session.execute(LISTED, written)
    return ids


def by_officer(session: Session, officer: UUID) -> Iterator[bytes]:
    """The leaves of all that an officer did, the latest first."""
    theirs = text(f"{BY_OFFICER} > 0 and {OFFICER} = :mark")
    rows = select(RecordEntry.leaf).where(theirs.bindparams(mark=f"officer:{officer}".encode()))
    yield from session.scalars(rows.order_by(RecordEntry.number.desc()))


def entry(
    act: str,
    *,
    by: str,
    at: datetime | date,
    measure: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> bytes:
    """The leaf of one entry, to be written now (`append`) or within a statement (`ENTERED`)."""
    body = {
        "act": act,
        "at": moment(at) if isinstance(at, datetime) else at.isoformat(),
        "by": by,
        "facts": dict(facts or {}),
        "measure": str(measure) if measure else None,
        "v": 1,
    }
    return canonical(body)


def moment(at: datetime) -> str:
    """A time as the record writes it: UTC, microseconds, a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
