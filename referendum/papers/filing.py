"""A paper's files: sealed a megabyte at a time, read with a reason, shown as a copy alone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from io import SEEK_END
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Authority, Officer
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.papers import recognising
from referendum.papers.errors import PaperFiledBefore, PaperFileNotFound
from referendum.papers.recognising import Kind
from referendum.papers.tables import CopyWithdrawn, Paper, PaperFile, PaperPiece

PIECE: Final = 1 << 20
"""Bytes that are sealed, kept and read together: of a file no more is in memory at once."""
OWN: Final = 0
"""The number among a paper's files of the one that is the paper itself."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that was brought, and what it takes to keep it."""

    file: BinaryIO = field(repr=False)
    vault: Vault
    most: int
    """Bytes that a paper's file may have."""

    def sha256(self) -> str:
        """Of all that was brought."""
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """From the first byte on: what was brought lies on disk, and is read as often as needed."""
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it is handed out: what it is, and its pieces, unsealed one after the other."""

    begin: Begin = field(repr=False)
    key: DataKey
    id: UUID
    kind: Kind
    size: int

    def pieces(self) -> Iterator[bytes]:
        number = 0
        while (sealed := self._kept(number)) is not None:
            yield self.key.unseal(sealed, place=_place(self.id, number))
            number += 1

    def _kept(self, number: int) -> bytes | None:
        here = (PaperPiece.file_id == self.id, PaperPiece.number == number)
        with self.begin() as uow:
            return uow.session.scalar(select(PaperPiece.sealed).where(*here))


def keep(uow: UnitOfWork, paper: Paper, scan: Scan, *, by: Officer, copy: int = OWN) -> PaperFile:
    """Keep a file of a paper; refused where it is none that is known, or one is there already.

    A paper's own file opens with the key of the authority that added it; a copy is for everybody.
    """
    kind = recognising.recognise(scan.file, most=scan.most)
    owner = by.authority if copy == OWN else None
    key = scan.vault.new_key(uow.session, purpose="paper", owner=owner)
    row = PaperFile(
        id=uuid4(),
        paper_id=paper.id,
        copy=copy,
        kind=kind.value,
        size=scan.file.seek(0, SEEK_END),
        sha256=scan.sha256(),
        key_id=key.id,
        authority=by.authority.value,
        added_by=by.mark,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(row)
    except IntegrityError as there:
        if not violates(there, "uq_paper_file_once"):
            raise
        raise PaperFiledBefore(paper=str(paper.id)) from there
    for number, piece in enumerate(scan.pieces()):
        sealed = key.seal(piece, place=_place(row.id, number))
        kept = {"file_id": row.id, "number": number, "sealed": sealed}
        uow.session.execute(insert(PaperPiece).values(kept))
    return row


def own(session: Session, paper_id: UUID) -> PaperFile | None:
    """A paper's own file, where it was brought."""
    own = (PaperFile.paper_id == paper_id, PaperFile.copy == OWN)
    return session.scalar(select(PaperFile).where(*own))


def keep_copy(uow: UnitOfWork, paper: Paper, scan: Scan, *, by: Officer) -> PaperFile:
    """Keep a copy that everybody may read; refused while another one stands."""
    if copy_of(uow.session, paper.id) is not None:
        raise PaperFiledBefore(paper=str(paper.id))
    last = select(func.max(PaperFile.copy)).where(PaperFile.paper_id == paper.id)
    return keep(uow, paper, scan, by=by, copy=(uow.session.scalar(last) or 0) + 1)


def copy_of(session: Session, paper_id: UUID) -> PaperFile | None:
    """The copy that everybody may read, where one was added and stands."""
    return copies_of(session, [paper_id]).get(paper_id)


def copies_of(session: Session, papers: Collection[UUID]) -> dict[UUID, PaperFile]:
    """The same of many papers."""
    withdrawn = select(CopyWithdrawn.file_id)
    standing = (PaperFile.copy > OWN, PaperFile.id.not_in(withdrawn))
    rows = session.scalars(select(PaperFile).where(PaperFile.paper_id.in_(papers), *standing))
    return {one.paper_id: one for one in rows}


def owns_of(session: Session, papers: Collection[UUID]) -> dict[UUID, PaperFile]:
    """The own files of many papers, of those that have one."""
    own = (PaperFile.paper_id.in_(papers), PaperFile.copy == OWN)
    return {one.paper_id: one for one in session.scalars(select(PaperFile).where(*own))}


def withdraw(uow: UnitOfWork, vault: Vault, row: PaperFile, *, reason: str, by: Officer) -> None:
    """Take a copy back for good."""
    taken = {"withdrawn_by": by.mark, "withdrawn_at": uow.now(), "reason": reason}
    uow.session.add(CopyWithdrawn(file_id=row.id, **taken))
    vault.destroy_key(uow.session, row.key_id)


def opened(session: Session, begin: Begin, vault: Vault, row: PaperFile | None) -> Opened:
    """A file to be handed out, piece by piece, after this transaction."""
    if row is None:
        raise PaperFileNotFound
    key = vault.open_key(session, row.key_id)
    return Opened(begin, key, row.id, Kind(row.kind), row.size)


def readers(paper: Paper, row: PaperFile) -> frozenset[str]:
    """Whose officers may read a paper's own file: whose paper it is, and who brought it."""
    return frozenset({paper.issuer, row.authority}) & frozenset(Authority)


def _place(file_id: UUID, number: int) -> str:
    return f"paper_piece:{file_id}:{number}"
