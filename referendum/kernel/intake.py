"""Files that go in by pieces: where each stands, who is at work on it, and how it ends.

A long file is received sealed, worked on by the batch, each batch committed, and seen by nobody
before all of it is there. Whoever is killed is followed by another; what ended leaves counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, column, delete, func, select, text, update
from sqlalchemy.orm import Mapped, QueryableAttribute, Session, mapped_column

from referendum.kernel.decoding import NotText
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin

RECEIVING: Final = "receiving"
READING: Final = "reading"
DONE: Final = "done"
REFUSED: Final = "refused"
GIVEN_UP: Final = "given_up"
ENDED: Final = (DONE, REFUSED, GIVEN_UP)
"""The stages that every kind of file has; each kind has its own between reading and the end."""

LEFT_LYING: Final = timedelta(minutes=1)
"""Longer than one batch takes: whoever was at work on it is gone."""
KEPT: Final = timedelta(days=1)
"""How long a file is kept that never came whole, or that nobody confirmed."""


class Intake:
    """The columns that every file on its way has. Counts, and nobody's data."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)
    stage: Mapped[str] = mapped_column(server_default=text(f"'{RECEIVING}'"))
    opened_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    touched_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """When anything was last done with it, by the machine's time: nobody is at work on it any
    more where that is long ago."""
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))
    """What the file is sealed under until it is no longer needed; destroyed at the end."""
    file_size: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    encoding: Mapped[str] = mapped_column(server_default=text("''"))
    refusal: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None]
    cleared: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether nothing is left of the file but these counts and the places of faults."""


class Piece:
    """A piece of a file, sealed in the place `<table>:<intake>:<number>`."""

    intake_id: Mapped[UUID]
    """Each kind refers to its own table."""
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes]


Row = TypeVar("Row", bound=Intake)
Stage = TypeVar("Stage", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Generic[Stage]):
    """How far a file is: `done` of its `whole`, where that is known already."""

    id: UUID
    stage: Stage
    done: int
    whole: int | None
    refusal: str | None
    facts: Mapping[str, Any]

    @property
    def ended(self) -> bool:
        return self.stage in ENDED

    @property
    def percent(self) -> int:
        return 100 * self.done // self.whole if self.whole else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Intakes(Generic[Row]):
    """All files of one kind, and what is particular to the kind."""

    table: type[Row]
    whose: QueryableAttribute[UUID]
    """The column that says what a file goes into."""
    unknown: type[DomainError]
    """The refusal where there is no such file; its fact is `intake`."""
    unreadable: Callable[[NotText], DomainError]
    """The refusal of a file that is no text."""
    pieces: Any
    """The table of its pieces."""
    left: Mapping[Any, int]
    """The tables that hold anything of a file until its end, each with a column `intake_id`, and
    how many rows of it one statement takes away."""
    resting: Sequence[str] = (RECEIVING,)
    """Stages at which nobody is at work on a file: it waits for people."""
    longer: Mapping[str, timedelta] = field(default_factory=dict)
    """Stages at which a file is kept for longer than others."""
    onward: Sequence[str] = ()
    """Stages from which a file only goes forward."""
    keys: Callable[[Row], Sequence[UUID]] = lambda row: [row.key_id]
    """The keys that end with it."""
    hashed: str | None = None
    """The column that keeps the SHA-256 of a file, where it is kept."""

    def get(self, session: Session, intake_id: UUID, *, locked: bool = False) -> Row:
        """An intake, as it is now; refused where there is none."""
        # Its key never changes: what refers to it need not wait.
        held = {"key_share": True} if locked else None
        row = session.get(self.table, intake_id, with_for_update=held, populate_existing=True)
        if row is None:
            raise self.unknown(intake=str(intake_id))
        return row

    def held(self, session: Session, intake_id: UUID, stage: str) -> Row | None:
        """An intake that is at this stage until the transaction ends; None where it moved on."""
        row = self.get(session, intake_id, locked=True)
        return row if row.stage == stage else None

    def of(self, session: Session, whose: UUID, intake_id: UUID) -> Row:
        """The same as `get`, for somebody who may know of what goes into this one thing."""
        row = self.get(session, intake_id)
        if getattr(row, self.whose.key) != whose:
            raise self.unknown(intake=str(intake_id))
        return row

    def open_ones(self, session: Session, whose: UUID) -> list[Row]:
        """Files that are on their way into this, newest first."""
        moving = select(self.table).where(self.whose == whose, self.table.stage.not_in(ENDED))
        return list(session.scalars(moving.order_by(self.table.opened_at.desc())))

    def touch(self, session: Session, intake_id: UUID) -> None:
        """Note that something is being done with a file."""
        theirs = update(self.table).where(self.table.id == intake_id)
        session.execute(theirs.values(touched_at=func.clock_timestamp()))

    def left_lying(self, session: Session) -> list[UUID]:
        """Files that somebody was at work on, and no longer is; one that is held is not lying."""
        working = self._untouched(LEFT_LYING).where(self.table.stage.not_in(self.resting))
        return list(session.scalars(working.with_for_update(skip_locked=True, key_share=True)))

    def forgotten(self, session: Session) -> list[UUID]:
        """Files that never came whole, or that nobody confirmed."""
        found = list[UUID]()
        for stage in self.resting:
            old = self._untouched(self.longer.get(stage, KEPT))
            found += session.scalars(old.where(self.table.stage == stage))
        return found

    def _untouched(self, longer_than: timedelta) -> Any:
        age = func.clock_timestamp() - self.table.touched_at
        return select(self.table.id).where(~self.table.cleared, age > longer_than)

    def refuse(self, begin: Begin, vault: Vault, intake_id: UUID, why: DomainError) -> None:
        """End a file that cannot be taken as a whole. One that ended stays as it ended."""
        self._end(begin, vault, intake_id, REFUSED, why)

    def give_up(self, begin: Begin, vault: Vault, intake_id: UUID) -> None:
        """End a file that is not to go in. One that only goes forward, or ended, stays so."""
        self._end(begin, vault, intake_id, GIVEN_UP)

    def _end(
        self,
        begin: Begin,
        vault: Vault,
        intake_id: UUID,
        stage: str,
        why: DomainError | None = None,
    ) -> None:
        with begin() as uow:
            row = self.get(uow.session, intake_id, locked=True)
            if row.stage in self.onward:
                return
            if row.stage not in ENDED:
                row.stage = stage
                if why is not None:
                    row.refusal, row.facts = why.code, dict(why.facts)
        # What was still being written as another ended it is taken away as well.
        self.clear(begin, vault, intake_id)

    def keep_pieces_alone(self, begin: Begin, intake_id: UUID) -> None:
        """Take away all that was made of a file, and keep the file."""
        for table, most in self.left.items():
            while table is not self.pieces and _some_away(begin, table, intake_id, most) == most:
                pass

    def clear(self, begin: Begin, vault: Vault, intake_id: UUID) -> None:
        """Take away what is left of a file that ended, and the keys that end with it."""
        for table, most in self.left.items():
            while _some_away(begin, table, intake_id, most) == most:
                pass
        with begin() as uow:
            row = self.get(uow.session, intake_id, locked=True)
            if not row.cleared:
                for key in self.keys(row):
                    vault.destroy_key(uow.session, key)
                row.cleared = True


def spare_the_disk(session: Session) -> None:
    """Let this transaction commit without waiting for the disk.

    An outage may undo the last pieces of a file, in the order in which they came: whoever goes on
    finds an earlier place. The transaction that shows it all waits, for itself and all before it.
    """
    session.execute(text("set local synchronous_commit to off"))


def _some_away(begin: Begin, table: Any, intake_id: UUID, most: int) -> int:
    # By where they stand: no index is searched, and the rows are found once.
    place: Any = column("ctid")
    theirs = table.intake_id == intake_id
    some = select(place).select_from(table).where(theirs).limit(most)
    away = delete(table).where(place == func.any(func.array(some.scalar_subquery())), theirs)
    with begin() as uow:
        spare_the_disk(uow.session)
        gone: int = uow.session.connection().execute(away).rowcount
        return gone
