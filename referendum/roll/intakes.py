"""The intake of a register's file: where it stands, what it would change, and its end.

A file of a million lines is taken in by pieces that are committed one by one, so that nothing
outlives a statement's time, everybody sees how far it is, and whoever is killed is followed by
another from the last piece on. Nobody sees any of it in the register before its version is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from referendum.kernel import intake
from referendum.kernel.db import timed_out
from referendum.kernel.faults import REPORTED, Faults, Quote
from referendum.kernel.intake import Intakes
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.spreadsheet import Refused
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.roll.copying import COUNT, NULL, copy_in, whole
from referendum.roll.copying import field as told
from referendum.roll.effects import Effects
from referendum.roll.errors import (
    IntakeNotFound,
    IntakeNotRead,
    ModeNotGiven,
    RegisterBusy,
    RegisterEncodingUnknown,
)
from referendum.roll.intake_tables import (
    IntakeFault,
    IntakeLine,
    IntakeMissing,
    IntakePiece,
    IntakeRepeated,
    IntakeRows,
    RegisterIntake,
)
from referendum.roll.lines import AS_WRITTEN, Reason
from referendum.roll.meanings import Column, Meanings, Word, noted, packed, unexplained, unpacked
from referendum.roll.versions import next_version
from referendum.roll.weighing import Weights

LISTED: Final = 1_000
"""Places of faults that a report names; whoever has more has another problem first."""
SECOND_WITHIN: Final = timedelta(days=7)
"""How long a file waits for a second registrar: a weekend and a holiday go by."""
TALLIES: Final = ("lines", "nameless", "refused", "noted", "added", "changed", "unchanged")
"""What is counted of every batch."""
MANY: Final = 50_000
FEW: Final = 50
"""Rows that one statement takes away: small ones, and those that hold a piece or a batch."""


class Stage(StrEnum):
    """Where a file stands on its way into the register."""

    RECEIVING = intake.RECEIVING
    READING = intake.READING
    WAITING = "waiting"
    """Read and reported on; somebody has to confirm it."""
    SECONDING = "seconding"
    """Confirmed, and it changes so much that a second registrar has to see it."""
    PUBLISHING = "publishing"
    """Confirmed; from here on it only goes forward."""
    DONE = intake.DONE
    REFUSED = intake.REFUSED
    GIVEN_UP = intake.GIVEN_UP


class Mode(StrEnum):
    """What a file is said to be; never guessed from its lines."""

    WHOLE = "whole"
    """Everybody: who is not in it lives here no more."""
    CHANGES = "changes"
    """Some people only: nobody ends by not being in it."""


def _keys(row: RegisterIntake) -> list[UUID]:
    """The file's key, and the version's too where no version came of it."""
    unused = row.version_key_id if row.stage != Stage.DONE else None
    return [row.key_id] if unused is None else [row.key_id, unused]


FILES: Final = Intakes(
    table=RegisterIntake,
    whose=RegisterIntake.jurisdiction_id,
    unknown=IntakeNotFound,
    unreadable=lambda broken: RegisterEncodingUnknown(line=broken.line, byte=broken.byte),
    pieces=IntakePiece,
    left={
        IntakePiece: FEW,
        IntakeRows: FEW,
        IntakeRepeated: MANY,
        IntakeMissing: MANY,
        IntakeLine: MANY,
    },
    resting=(Stage.RECEIVING, Stage.WAITING, Stage.SECONDING),
    longer={Stage.SECONDING: SECOND_WITHIN},
    onward=(Stage.PUBLISHING,),
    keys=_keys,
    hashed="file_sha256",
)
get, touch, of_place, open_ones = FILES.get, FILES.touch, FILES.of, FILES.open_ones
refuse, give_up, clear = FILES.refuse, FILES.give_up, FILES.clear
spare_the_disk = intake.spare_the_disk


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
    phones_replaced: int = 0
    """People whose phone is another one than in the version before: what lets somebody act for
    them. How many make a second officer look is decided on this number and the next."""
    phones_first: int = 0
    """People who had none there. In the first version of a place neither is counted."""
    nameless: int = 0
    """Refused lines without a register number: they may be anybody's."""
    refused_lines: int
    noted_lines: int
    refused: list[Refused]
    """The first of them, by line."""
    noted: list[Refused]
    sha256: str
    encoding: str
    mode: Mode = Mode.WHOLE
    effects: Effects | None = None
    """Who lives where before and after; none of what was imported before it was counted."""
    preview: str | None = None
    """Which preview this is: whoever confirms gives it."""
    meanings: Meanings = AS_WRITTEN
    unexplained: int = 0
    """Words that would cost somebody a right, of which nobody has said what they mean."""
    waits: bool = field(default=False, compare=False)
    """Whether it was confirmed once, and a second registrar has to see it."""
    intake: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(intake.Progress[Stage]):
    """How far a file is: in bytes while it is read, in lines while it goes in."""


def open_intake(
    uow: UnitOfWork,
    vault: Vault,
    *,
    jurisdiction_id: UUID,
    as_of: date,
    mode: Mode | None,
    by: str,
    invented: bool,
) -> UUID:
    """Begin to take in a file that describes this day.

    Once there is a register it has to be said what the file is.
    """
    version = next_version(uow.session, jurisdiction_id, as_of)
    if mode is None and version > 1:
        raise ModeNotGiven
    row = RegisterIntake(
        jurisdiction_id=jurisdiction_id,
        as_of=as_of,
        mode=mode or Mode.WHOLE,
        asked_by=by,
        invented=invented,
        version=version,
        key_id=vault.new_key(uow.session, purpose="register-intake").id,
    )
    uow.session.add(row)
    uow.session.flush()
    return row.id


def reading(session: Session, intake_id: UUID) -> RegisterIntake:
    """A file that is still to be read on, held; refused where somebody gave it up meanwhile."""
    row = FILES.held(session, intake_id, Stage.READING)
    if row is None:
        raise IntakeNotRead(intake=str(intake_id))
    return row


def read_anew(row: RegisterIntake, meanings: Meanings) -> None:
    """Begin with a file from its first line; what was read of it goes as that begins."""
    row.stage, row.meanings = Stage.READING, meanings.told()
    row.read_bytes, row.next_line, row.missing, row.unexplained = 0, 1, 0, 0
    for name in TALLIES:
        setattr(row, name, 0)
    row.words = row.quoted = row.weights = row.effects = row.preview = None


def forget_read(begin: Begin, intake_id: UUID) -> None:
    """Take away what was read of a file that is read anew."""
    FILES.keep_pieces_alone(begin, intake_id)
    with begin() as uow:
        uow.session.execute(delete(IntakeFault).where(IntakeFault.intake_id == intake_id))


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


def progress(row: RegisterIntake) -> Progress:
    going_in = row.stage in (Stage.PUBLISHING, Stage.DONE)
    return Progress(
        id=row.id,
        stage=Stage(row.stage),
        done=row.published if going_in else row.read_bytes,
        whole=row.lines + row.missing if going_in else row.file_size,
        refusal=row.refusal,
        facts=row.facts or {},
    )


def report(session: Session, row: RegisterIntake) -> ImportReport:
    """What a file that was read would change, or did."""
    return ImportReport(
        version=row.version,
        as_of=row.as_of,
        added=row.added,
        changed=row.changed,
        ended=row.missing,
        unchanged=row.unchanged,
        phones_replaced=row.phones_replaced,
        phones_first=row.phones_first,
        nameless=row.nameless,
        refused_lines=row.refused,
        noted_lines=row.noted,
        refused=faults(session, row.id, noted=False),
        noted=faults(session, row.id, noted=True),
        sha256=row.file_sha256,
        encoding=row.encoding,
        mode=Mode(row.mode),
        effects=Effects.read(row.effects) if row.effects else None,
        preview=row.preview,
        meanings=Meanings.read(row.meanings),
        unexplained=row.unexplained,
        waits=row.stage == Stage.SECONDING,
        intake=row.id,
    )


def weighed(row: RegisterIntake, more: Weights) -> dict[str, Any]:
    """What its lines change so far."""
    weights = Weights(row.weights or {})
    weights.update(more)
    return {one: count for one, count in weights.items() if count}


def words(session: Session, vault: Vault, row: RegisterIntake) -> list[Word]:
    """Those that nobody knows, the commonest first; none of a file that has ended."""
    if row.words is None or row.cleared:
        return []
    found = _words(vault.open_key(session, row.key_id), row)
    return sorted(found.values(), key=lambda one: (-one.lines, one.column, one.word))


def note_words(key: DataKey, row: RegisterIntake, more: Sequence[Word], told: Meanings) -> None:
    """Keep words that nobody knows, sealed as the file is: anything may stand in a cell."""
    found = noted(_words(key, row) if row.words is not None else {}, more)
    row.words = key.seal_fields(packed(found), place=f"register_intake_words:{row.id}")
    row.unexplained = len(unexplained(found, told))


def _words(key: DataKey, row: RegisterIntake) -> dict[tuple[Column, str], Word]:
    assert row.words is not None
    return unpacked(key.unseal_fields(row.words, place=f"register_intake_words:{row.id}"))


def note_quotes(key: DataKey, row: RegisterIntake, found: Sequence[Refused]) -> None:
    """Keep what stands where lines are at fault, sealed as the file is, of the first of them."""
    quoted = _quoted(key, row)
    if not found or len(quoted) >= LISTED:
        return
    for one in found[: LISTED - len(quoted)]:
        quoted[_place(one)] = [*one.quote]
    row.quoted = key.seal_fields(quoted, place=f"register_intake_quoted:{row.id}")


def with_quotes(key: DataKey, row: RegisterIntake, found: Sequence[Refused]) -> list[Refused]:
    """The same places with what stands there."""
    quoted = _quoted(key, row)
    return [replace(one, quote=Quote(*quoted.get(_place(one), ("", "")))) for one in found]


def quoted_report(session: Session, vault: Vault, row: RegisterIntake) -> ImportReport:
    """The report for whoever has the file in hand; nothing is quoted of one that has ended."""
    told = report(session, row)
    if row.cleared or row.quoted is None:
        return told
    key = vault.open_key(session, row.key_id)
    return replace(
        told,
        refused=with_quotes(key, row, told.refused),
        noted=with_quotes(key, row, told.noted),
    )


def _place(one: Refused) -> str:
    return f"{one.line}:{one.column or ''}"


def _quoted(key: DataKey, row: RegisterIntake) -> dict[str, Any]:
    if row.quoted is None:
        return {}
    return key.unseal_fields(row.quoted, place=f"register_intake_quoted:{row.id}")


def faults(session: Session, intake_id: UUID, *, noted: bool, limit: int = LISTED) -> list[Refused]:
    """The first faults of a file, by line."""
    rows = (
        select(IntakeFault)
        .where(IntakeFault.intake_id == intake_id, IntakeFault.noted == noted)
        .order_by(IntakeFault.line)
        .limit(limit)
    )
    return [Refused(row.line, row.column_name, Reason(row.reason)) for row in session.scalars(rows)]


def all_faults(session: Session, key: DataKey, intake_id: UUID) -> Faults:
    """Those for which lines are refused: one a line."""
    column, reason = IntakeFault.column_name, IntakeFault.reason
    theirs = select(column, reason, func.count()).where(IntakeFault.intake_id == intake_id)
    kinds = theirs.where(~IntakeFault.noted).group_by(column, reason)
    counted = session.execute(kinds.order_by(func.min(IntakeFault.line)))
    first = faults(session, intake_id, noted=False, limit=REPORTED)
    quoted = with_quotes(key, get(session, intake_id), first)
    kinds_counted = {(at, why): often for at, why, often in counted}
    return Faults.counted(kinds_counted, [one.fault for one in quoted])


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
