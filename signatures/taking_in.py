"""Taking a file of sheets in: received, looked through, made into lines by the batch, then brought.

What costs is making lines: reading dates, hashing, sealing. It is done in committed batches, where
nobody sees them and whoever is killed is followed. Bringing them is one transaction, as a file is
on the petition whole or not at all, and a line that was written is never taken away again; it only
moves what is made (decision 20).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.decoding import Lines
from referendum.kernel.people import Officer
from referendum.kernel.receiving import Receiver, Sealed
from referendum.kernel.sealing import Vault
from referendum.kernel.spreadsheet import Table
from referendum.kernel.uow import Begin, UnitOfWork
from signatures import intakes, petitions
from signatures.deciding import CHUNK
from signatures.errors import LinesRefused
from signatures.intake_tables import SheetRows
from signatures.intakes import FILES, SheetStage
from signatures.lines import Origin
from signatures.reading import SheetFile, SheetLines, look_through, table_in
from signatures.sheets import Entering
from signatures.tables import PaperBatch
from signatures.written import Digest, Piece, keeper_of

ID: Final = 16
COMMITMENT: Final = 32


def receive(begin: Begin, vault: Vault, intake_id: UUID, chunks: Iterable[bytes]) -> None:
    """Take in a file as it comes. What breaks off leaves nothing.

    Raises LinesRefused where it is no text.
    """
    receiver(begin, vault, intake_id).receive(chunks)


def receiver(begin: Begin, vault: Vault, intake_id: UUID) -> Receiver:
    """Where a file's bytes go as they come."""
    return Receiver(FILES, begin, vault, intake_id)


def read(begin: Begin, vault: Vault, intake_id: UUID, *, size: int = CHUNK) -> None:
    """Make the lines of a received file, from wherever that had stopped.

    Raises LinesRefused, with every broken place, and then nothing is left of the file.
    """
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        if row.stage != SheetStage.READING:
            return
        encoding, count = row.encoding, row.lines
    opens = partial(_table, Sealed.of(FILES, begin, vault, intake_id), encoding)
    if count is not None:
        lines = SheetLines(opens, count)
    else:
        lines = _whole(begin, vault, intake_id, look_through(opens))
        with begin() as uow:
            intakes.get(uow.session, intake_id, locked=True).lines = len(lines)
            intakes.touch(uow.session, intake_id)
    _make(begin, vault, intake_id, lines, size)


def enter(uow: UnitOfWork, intake_id: UUID, *, by: Officer) -> PaperBatch | None:
    """Bring the lines that are made: they are on the petition as `uow` commits, all of them.

    None where the file has ended, given up or brought by somebody else.
    """
    row = intakes.held(uow.session, intake_id, SheetStage.ENTERING)
    if row is None or row.digest is None:
        return None
    entering = Entering.begun(uow, row.petition_id, by=by, origin=Origin(row.origin))
    at = 0
    while (piece := _piece(uow.session, intake_id, at)) is not None:
        entering.take(piece)
        at += len(piece.ids)
    if at != row.lines:
        # No refusal: what was looked through is made whole, and what is not is a defect.
        raise RuntimeError("a file of sheets is not made whole")
    row.stage = SheetStage.DONE
    return entering.end(row.batch_id, row.digest, received_on=row.received_on)


def _table(kept: Sealed, encoding: str) -> Table | None:
    return table_in(Lines(kept.pieces(), encoding))


def _whole(begin: Begin, vault: Vault, intake_id: UUID, file: SheetFile) -> SheetLines:
    """Its lines; a file that is broken anywhere has ended."""
    try:
        return file.whole()
    except LinesRefused as why:
        intakes.refuse(begin, vault, intake_id, why)
        raise


def _make(begin: Begin, vault: Vault, intake_id: UUID, lines: SheetLines, size: int) -> None:
    """Make what is not made yet; the digest is of all, so that all are read again for it."""
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        keeper = keeper_of(
            uow.session,
            vault,
            petitions.get(uow.session, row.petition_id),
            batch=row.batch_id,
            origin=Origin(row.origin),
            received_on=row.received_on,
            minimum_age=row.minimum_age,
        )
        made = row.made
    digest, source, at = Digest(keeper.keys), iter(lines), 0
    while chunk := list(islice(source, size)):
        digest.take(chunk)
        at += len(chunk)
        if at > made:
            fresh = chunk[-(at - made) :]
            piece = Piece.of(keeper, fresh)
            with begin() as uow:
                if not _keep(uow.session, intake_id, piece, first=at - len(fresh)):
                    return
            made = at
    with begin() as uow:
        whole = intakes.held(uow.session, intake_id, SheetStage.READING)
        if whole is not None:
            whole.stage, whole.digest = SheetStage.ENTERING, digest.value
            intakes.touch(uow.session, intake_id)


def _keep(session: Session, intake_id: UUID, piece: Piece, *, first: int) -> bool:
    """Keep lines that are made; False where the file was given up meanwhile."""
    row = intakes.held(session, intake_id, SheetStage.READING)
    if row is None:
        return False
    session.add(
        SheetRows(
            intake_id=intake_id,
            first=first,
            ids=b"".join(one.bytes for one in piece.ids),
            commitments=b"".join(piece.commitments),
            rows=piece.rows,
        )
    )
    row.made = first + len(piece.ids)
    session.flush()
    intakes.touch(session, intake_id)
    return True


def _piece(session: Session, intake_id: UUID, first: int) -> Piece | None:
    here = (SheetRows.intake_id == intake_id, SheetRows.first == first)
    kept = session.execute(
        select(SheetRows.ids, SheetRows.commitments, SheetRows.rows).where(*here)
    ).one_or_none()
    if kept is None:
        return None
    ids, commitments = bytes(kept.ids), bytes(kept.commitments)
    return Piece(
        kept.rows,
        [UUID(bytes=ids[at : at + ID]) for at in range(0, len(ids), ID)],
        [commitments[at : at + COMMITMENT] for at in range(0, len(commitments), COMMITMENT)],
    )
