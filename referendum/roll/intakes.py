"""The intake of a register's file: where it stands, what it would change, and its end.

A file of a million lines is taken in by pieces that are committed one by one, so that nothing
outlives a statement's time, everybody sees how far it is, and whoever is killed is followed by
another from the last piece on. Nobody sees any of it in the register before its version is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from referendum.kernel.db import timed_out
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import Vault
from referendum.kernel.spreadsheet import Refused
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.roll.copying import COUNT, NULL, copy_in, whole
from referendum.roll.copying import field as told
from referendum.roll.errors import IntakeNotFound, RegisterBusy
from referendum.roll.intake_tables import (
    IntakeFault,
    IntakeMissing,
    IntakePiece,
    IntakeRepeated,
    IntakeRows,
    RegisterIntake,
)
from referendum.roll.lines import Reason
from referendum.roll.versions import next_version

TASK: Final = "register.carry_on"
LISTED: Final = 1_000
"""Places of faults that a report names; whoever has more has another problem first."""
CLEARED: Final = 50_000
"""Rows that one statement takes away."""


class Stage(StrEnum):
    """Where a file stands on its way into the register."""

    RECEIVING = "receiving"
    READING = "reading"
    WAITING = "waiting"
    """Read and reported on; somebody has to confirm it."""
    PUBLISHING = "publishing"
    DONE = "done"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


ENDED: Final = (Stage.DONE, Stage.REFUSED, Stage.GIVEN_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import does, or did. The counts are of people, but for those of lines."""

    version: int
    as_of: date
    added: int
    changed: int
    ended: int
    """People who are no longer in the file: their residence ends on `as_of`."""
    unchanged: int
    spared: int
    """People missing from the file whose residence goes on all the same, because a refused line
    without a register number may be theirs."""
    refused_lines: int
    noted_lines: int
    refused: list[Refused]
    """The first of them, by line."""
    noted: list[Refused]
    sha256: str
    encoding: str
    intake: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file is."""

    stage: Stage
    done: int
    whole: int
    """Bytes while it is read, lines while it goes in."""
    refusal: str | None
    facts: dict[str, Any] | None


def open_intake(
    uow: UnitOfWork,
    vault: Vault,
    *,
    jurisdiction_id: UUID,
    as_of: date,
    by: str,
    invented: bool,
) -> UUID:
    """Begin to take in a file that describes this day."""
    version = next_version(uow.session, jurisdiction_id, as_of)
    row = RegisterIntake(
        jurisdiction_id=jurisdiction_id,
        as_of=as_of,
        asked_by=by,
        invented=invented,
        version=version,
        key_id=vault.new_key(uow.session, purpose="register-intake").id,
    )
    uow.session.add(row)
    uow.session.flush()
    return row.id


def get(session: Session, intake_id: UUID, *, locked: bool = False) -> RegisterIntake:
    """An intake, as it is now; refused where there is none."""
    row = session.get(
        RegisterIntake, intake_id, with_for_update=locked or None, populate_existing=True
    )
    if row is None:
        raise IntakeNotFound(intake=str(intake_id))
    return row


def of_place(session: Session, jurisdiction_id: UUID, intake_id: UUID) -> RegisterIntake:
    """The same, for an officer of one place."""
    row = get(session, intake_id)
    if row.jurisdiction_id != jurisdiction_id:
        raise IntakeNotFound(intake=str(intake_id))
    return row


def open_ones(session: Session, jurisdiction_id: UUID) -> list[RegisterIntake]:
    """Files of a place that are on their way, or wait to be confirmed, newest first."""
    here = RegisterIntake.jurisdiction_id == jurisdiction_id
    moving = select(RegisterIntake).where(here, RegisterIntake.stage.not_in(ENDED))
    return list(session.scalars(moving.order_by(RegisterIntake.opened_at.desc())))


def hold_register(session: Session, jurisdiction_id: UUID) -> None:
    """One file of a place at a time, until the transaction ends; refused if that takes long."""
    try:
        session.execute(select(func.pg_advisory_xact_lock(_turn(jurisdiction_id))))
    except OperationalError as error:
        if timed_out(error):
            raise RegisterBusy from error
        raise


def is_free(session: Session, jurisdiction_id: UUID) -> bool:
    """Whether nobody holds the register of a place; if so it is held until the end."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_turn(jurisdiction_id)))))


def _turn(jurisdiction_id: UUID) -> ColumnElement[int]:
    return func.hashtextextended(f"register:{jurisdiction_id}", 0)


def touch(session: Session, intake_id: UUID) -> None:
    """Note that something is being done with a file."""
    theirs = update(RegisterIntake).where(RegisterIntake.id == intake_id)
    session.execute(theirs.values(touched_at=func.clock_timestamp()))


def spare_the_disk(session: Session) -> None:
    """Let this transaction commit without waiting for the disk.

    An outage may undo the last pieces of a file, in the order in which they came: whoever goes on
    finds an earlier place. The version's own transaction waits, for itself and all before it.
    """
    session.execute(text("set local synchronous_commit to off"))


def progress(row: RegisterIntake) -> Progress:
    """How far a file is."""
    going_in = row.stage in (Stage.PUBLISHING, Stage.DONE)
    return Progress(
        stage=Stage(row.stage),
        done=row.published if going_in else row.read_bytes,
        whole=row.lines + row.missing if going_in else row.file_size,
        refusal=row.refusal,
        facts=row.facts,
    )


def report(session: Session, row: RegisterIntake) -> ImportReport:
    """What a file that was read would change, or did."""
    spared = row.missing if row.nameless else 0
    return ImportReport(
        version=row.version,
        as_of=row.as_of,
        added=row.added,
        changed=row.changed,
        ended=row.missing - spared,
        unchanged=row.unchanged,
        spared=spared,
        refused_lines=row.refused,
        noted_lines=row.noted,
        refused=faults(session, row.id, noted=False),
        noted=faults(session, row.id, noted=True),
        sha256=row.file_sha256,
        encoding=row.encoding,
        intake=row.id,
    )


def faults(session: Session, intake_id: UUID, *, noted: bool, limit: int = LISTED) -> list[Refused]:
    """The first faults of a file, by line."""
    rows = (
        select(IntakeFault)
        .where(IntakeFault.intake_id == intake_id, IntakeFault.noted == noted)
        .order_by(IntakeFault.line)
        .limit(limit)
    )
    return [Refused(row.line, row.column_name, Reason(row.reason)) for row in session.scalars(rows)]


def write_faults(session: Session, intake_id: UUID, faults: Sequence[tuple[Refused, bool]]) -> None:
    """Keep the places of faults, each with whether it is only noted."""
    begins = COUNT.pack(5) + told(intake_id.bytes)
    rows = (
        b"".join(
            (
                begins,
                told(b"\1" if noted else b"\0"),
                whole(one.line),
                told(one.column.encode()) if one.column else NULL,
                told(one.reason.value.encode()),
            )
        )
        for one, noted in faults
    )
    into = "register_intake_fault (intake_id, noted, line, column_name, reason)"
    copy_in(session, into, b"".join(rows))


def refuse(begin: Begin, vault: Vault, intake_id: UUID, why: DomainError) -> None:
    """End a file that cannot be taken as a whole."""
    with begin() as uow:
        row = get(uow.session, intake_id, locked=True)
        row.stage, row.refusal, row.facts = Stage.REFUSED, why.code, dict(why.facts)
    clear(begin, vault, intake_id)


def give_up(begin: Begin, vault: Vault, intake_id: UUID) -> None:
    """End a file that nobody confirmed. One that was confirmed goes on, and one that ended is."""
    with begin() as uow:
        row = get(uow.session, intake_id, locked=True)
        if row.stage not in (Stage.RECEIVING, Stage.READING, Stage.WAITING):
            return
        row.stage = Stage.GIVEN_UP
    clear(begin, vault, intake_id)


def clear(begin: Begin, vault: Vault, intake_id: UUID) -> None:
    """Take away what is left of a file that ended: pieces, lines, and the keys of both."""
    for table in (IntakePiece, IntakeRows, IntakeRepeated, IntakeMissing):
        with begin() as uow:
            uow.session.execute(delete(table).where(table.intake_id == intake_id))
    while _some_lines_away(begin, intake_id):
        pass
    with begin() as uow:
        row = get(uow.session, intake_id, locked=True)
        if not row.cleared:
            vault.destroy_key(uow.session, row.key_id)
            if row.stage != Stage.DONE and row.version_key_id is not None:
                vault.destroy_key(uow.session, row.version_key_id)
            row.cleared = True


def _some_lines_away(begin: Begin, intake_id: UUID) -> int:
    gone = text(
        "delete from register_intake_line where ctid = any(array("
        " select ctid from register_intake_line where intake_id = :intake limit :most))"
        " and intake_id = :intake"
    )
    with begin() as uow:
        spare_the_disk(uow.session)
        taken = uow.session.connection().execute(gone, {"intake": intake_id, "most": CLEARED})
        return taken.rowcount
