"""Bringing sheets: every line is kept as it was written, under one entry of the record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final, NamedTuple, Required, TypedDict
from uuid import UUID, uuid4

from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll.copying import copy_in
from signatures import handing_in, miskeying, petitions, states
from signatures.deciding import CHUNK
from signatures.errors import BatchAlreadyBrought, NothingBrought, RowsAlreadyBrought
from signatures.lines import Origin, PaperLine
from signatures.roots import Root
from signatures.tables import PaperBatch, PaperBatchMark, Petition
from signatures.written import LINE, Digest, Piece, keeper_of

Progress = Callable[[int, int], None]
"""Told how many lines are done, of how many."""


class KnownRow(NamedTuple):
    """A row of a sheet that is on the petition already, and the number of its line."""

    sheet: str
    row: int
    line: int


REPORTED: Final = 100
"""So many known rows are named; more are of the same kind."""

KNOWN_ROWS: Final = text("""
select distinct on (n.sheet, n.row) n.sheet, n.row, s.number
  from unnest(cast(:lines as uuid[])) as brought(id)
 cross join lateral (
       select sheet, row, origin, arrival from line
        where petition_id = :petition and id = brought.id limit 1) as n
 cross join lateral (
       select id from line
        where petition_id = :petition and sheet = n.sheet and row = n.row
          and origin = n.origin and arrival < n.arrival offset 0) as l
 cross join lateral (
       select number from line_state
        where petition_id = :petition and line_id = l.id and status <> 'struck' limit 1) as s
 order by n.sheet, n.row, s.number limit :most
""")
"""Each line is found by its key: a petition that grows is believed to be empty."""


class Brought(TypedDict, total=False):
    """How lines came, as `bring_lines` takes it."""

    received_on: Required[date]
    origin: Origin
    total: int
    progress: Progress | None


def bring_lines(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    lines: Iterable[PaperLine],
    *,
    by: Officer,
    received_on: date,
    origin: Origin = Origin.PAPER,
    minimum_age: int = 0,
    total: int = 0,
    progress: Progress | None = None,
) -> PaperBatch:
    """Keep lines in the order given; none is refused for what is written in it.

    A whole batch that was brought before, word for word, is refused. A birth date whose year has
    two digits is read as that of somebody of the `minimum_age` at the signing. `total` is only for
    `progress`, where `lines` cannot say how many they are.
    """
    entering = Entering.begun(uow, petition_id, by=by, origin=origin)
    keeper = keeper_of(
        uow.session,
        vault,
        entering.petition,
        batch=uuid4(),
        origin=origin,
        received_on=received_on,
        minimum_age=minimum_age,
    )
    digest, total = Digest(keeper.keys), len(lines) if isinstance(lines, Sized) else total
    source = iter(lines)
    while chunk := list(islice(source, CHUNK)):
        digest.take(chunk)
        entering.take(Piece.of(keeper, chunk))
        if progress:
            progress(entering.root.size, total)
    return entering.end(keeper.batch, digest.value, received_on=received_on)


@dataclass(slots=True)
class Entering:
    """Lines on their way into a petition, some at a time, in the transaction that shows them all.

    Other desks of the petition wait for it, signers do not.
    """

    uow: UnitOfWork
    petition: Petition
    by: Officer
    origin: Origin
    numbered: int
    root: Root = field(default_factory=Root)
    known: list[KnownRow] = field(default_factory=list)

    @classmethod
    def begun(cls, uow: UnitOfWork, petition_id: UUID, *, by: Officer, origin: Origin) -> Entering:
        petition = petitions.get_at_desk(uow.session, petition_id, by)
        petitions.insist_channel(petition, origin)
        states.keep_numbers(uow.session, petition_id, wait=True)
        return cls(uow, petition, by, origin, states.last_number(uow.session, petition_id))

    def take(self, piece: Piece) -> None:
        """The next lines, in their order."""
        session, petition = self.uow.session, self.petition.id
        copy_in(session, LINE, piece.rows)
        states.bring(session, petition, piece.ids, before=self.numbered + self.root.size)
        self.known += _known_rows(session, petition, piece.ids)
        self.root.take(piece.commitments)

    def end(self, batch_id: UUID, digest: bytes, *, received_on: date) -> PaperBatch:
        """They are all there: the batch, under its entry of the record."""
        if self.root.size == 0:
            raise NothingBrought(petition=str(self.petition.id))
        batch = self._batch(batch_id, digest, received_on)
        handing_in.insist_registered(self.uow.session, self.petition, batch_id)
        _insist_on_new_rows(self.petition.id, self.known)
        return batch

    def _batch(self, batch_id: UUID, digest: bytes, received_on: date) -> PaperBatch:
        petition, root, session = self.petition, self.root, self.uow.session
        number = _next_number(session, petition.id)
        facts = {
            "petition": str(petition.id),
            "number": number,
            "count": root.size,
            "merkle_root": root.value.hex(),
            "origin": self.origin.value,
        }
        measure = petition.measure_id
        entry = self.uow.record("lines.brought", by=self.by, measure=measure, facts=facts)
        batch = PaperBatch(
            id=batch_id,
            petition_id=petition.id,
            number=number,
            origin=self.origin.value,
            received_on=received_on,
            keyed_by=self.by.mark,
            lines=root.size,
            merkle_root=root.value,
            digest=_not_taken_back(session, petition.id, digest),
            record_entry_id=entry,
        )
        try:
            with session.begin_nested():
                session.add(batch)
        except IntegrityError as taken:
            if violates(taken, "uq_paper_batch_digest"):
                raise BatchAlreadyBrought(petition=str(petition.id), lines=root.size) from taken
            raise
        return batch


def _not_taken_back(session: Session, petition_id: UUID, digest: bytes) -> bytes:
    """By what the same file is known again: another value for each time that it was taken back.

    A batch that was taken back by mistake is brought again as it was; one that counts is not.
    """
    marked = exists().where(PaperBatchMark.batch_id == PaperBatch.id, miskeying.IN_FORCE)
    here = select(PaperBatch.id).where(PaperBatch.petition_id == petition_id, marked)
    while session.scalar(here.where(PaperBatch.digest == digest)) is not None:
        digest = hashlib.sha256(digest).digest()
    return digest


def _known_rows(session: Session, petition_id: UUID, lines: Sequence[UUID]) -> list[KnownRow]:
    """Which of these lines stand in a row of a sheet that was brought before them."""
    here = {"petition": petition_id, "lines": list(lines), "most": REPORTED}
    return [KnownRow(row.sheet, row.row, row.number) for row in session.execute(KNOWN_ROWS, here)]


def _insist_on_new_rows(petition_id: UUID, known: Iterable[KnownRow]) -> None:
    """A row of a sheet is brought once, unless its batch was marked as keyed wrongly."""
    first: dict[tuple[str, int], KnownRow] = {}
    for one in sorted(known):
        first.setdefault((one.sheet, one.row), one)
    rows = [one._asdict() for one in islice(first.values(), REPORTED)]
    if rows:
        raise RowsAlreadyBrought(petition=str(petition_id), count=len(rows), rows=rows)


def _next_number(session: Session, petition_id: UUID) -> int:
    """Batches are numbered from 1; the desk's lock keeps two from taking the same."""
    last = select(func.max(PaperBatch.number)).where(PaperBatch.petition_id == petition_id)
    return (session.scalar(last) or 0) + 1
