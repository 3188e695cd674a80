"""Importing a register's file from its first byte to its version: all of it or nothing.

The pieces of it are rooms of their own: `receiving`, `staging`, `publishing`. Here they follow one
another, for whoever waits for the end and for whoever takes up what was left lying.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from referendum.kernel.intake import ENDED
from referendum.kernel.people import Officer, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.roll import intakes, publishing, receiving, staging
from referendum.roll.errors import IntakeNotRead, MeaningUnknown, RegisterBusy
from referendum.roll.intake_tables import RegisterIntake
from referendum.roll.intakes import ImportReport, Mode, Stage
from referendum.roll.lines import status_of
from referendum.roll.meanings import NOTHING, Column, Meanings
from referendum.roll.nationalities import nationality_of
from referendum.roll.weighing import Limits

TASK: Final = "register.carry_on"
"""Asks for a register's file to be gone on with (`carry_on`)."""


def receive(
    begin: Begin,
    vault: Vault,
    chunks: Iterable[bytes],
    *,
    jurisdiction_id: UUID,
    as_of: date,
    mode: Mode | None = None,
    by: str,
    invented: bool,
) -> UUID:
    """Take in a file, as of a day; the id of its intake. Nothing is compared yet.

    `mode` says whether it is the whole register; only of the first file it goes without saying.
    `by` is how the record would name whoever brings it. A file that was begun before and broken
    off is gone on with.
    """
    receiver = receiving.open_receiver(
        begin,
        vault,
        jurisdiction_id=jurisdiction_id,
        as_of=as_of,
        mode=mode,
        by=by,
        invented=invented,
    )
    receiver.receive(chunks)
    return begun_before(begin, vault, receiver.intake_id)


def begun_before(begin: Begin, vault: Vault, intake_id: UUID) -> UUID:
    """The intake of the same file that was broken off earlier, in place of this one; or this."""
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        alike = select(RegisterIntake.id).where(
            RegisterIntake.id != row.id,
            RegisterIntake.jurisdiction_id == row.jurisdiction_id,
            RegisterIntake.file_sha256 == row.file_sha256,
            RegisterIntake.as_of == row.as_of,
            RegisterIntake.mode == row.mode,
            RegisterIntake.meanings.is_(None),
            RegisterIntake.version == row.version,
            RegisterIntake.asked_by == row.asked_by,
            RegisterIntake.invented == row.invented,
            RegisterIntake.stage.in_((Stage.READING, Stage.WAITING)),
            RegisterIntake.read_bytes > 0,
        )
        # Whoever is at work on it holds the register; then this file is one of its own.
        free = intakes.is_free(uow.session, row.jurisdiction_id)
        before = uow.session.scalar(alike.limit(1)) if free else None
    if before is None:
        return intake_id
    intakes.give_up(begin, vault, intake_id)
    return before


def compare(begin: Begin, vault: Vault, intake_id: UUID) -> ImportReport:
    """Read a received file, or go on reading it, and report what it would change."""
    with begin() as uow:
        jurisdiction_id = intakes.get(uow.session, intake_id).jurisdiction_id
    with begin() as held:
        intakes.hold_register(held.session, jurisdiction_id)
        publishing.finish(begin, vault, jurisdiction_id)
        return _read(begin, vault, intake_id)


def import_register(
    uow: UnitOfWork,
    begin: Begin,
    vault: Vault,
    intake_id: UUID,
    *,
    by: Officer,
    preview: str | None,
    limits: Limits,
) -> ImportReport:
    """Take a received file as the next version of the register, shown as `uow` commits.

    Broken lines are refused one by one and their people stay as they are. People who are not in
    a whole file end their residence on its day; nobody is deleted. `preview` is the version of
    the report that was read before (`compare`): where the file or the register is another by now,
    it is refused. An import that changes more than `limits` waits for a second registrar, who
    calls the same; the report says so.
    """
    by.insist(Role.REGISTRAR, fresh=True)
    row = intakes.of_place(uow.session, by.jurisdiction, intake_id)
    intakes.hold_register(uow.session, row.jurisdiction_id)
    publishing.finish(begin, vault, row.jurisdiction_id)
    staging.read(begin, vault, intake_id)
    with begin() as beside:
        stage = publishing.confirm(beside, intake_id, by=by.mark, preview=preview, limits=limits)
    if stage is Stage.SECONDING:
        return intakes.report(uow.session, intakes.get(uow.session, intake_id))
    return publishing.publish(uow, begin, intake_id)


def confirm(
    uow: UnitOfWork, intake_id: UUID, *, by: Officer, preview: str | None, limits: Limits
) -> None:
    """Decide that a file that was reported on goes in, and have a worker see to it."""
    by.insist(Role.REGISTRAR, fresh=True)
    row = intakes.of_place(uow.session, by.jurisdiction, intake_id)
    intakes.hold_register(uow.session, row.jurisdiction_id)
    stage = publishing.confirm(uow, intake_id, by=by.mark, preview=preview, limits=limits)
    if stage is Stage.PUBLISHING:
        carry_on_later(uow, intake_id)


def decline(begin: Begin, vault: Vault, intake_id: UUID, *, by: Officer) -> None:
    """End a file that is not to go in; on record, where a registrar had confirmed it."""
    by.insist(Role.REGISTRAR)
    with begin() as uow:
        intakes.of_place(uow.session, by.jurisdiction, intake_id)
        publishing.decline(uow, intake_id, by=by.mark)
    intakes.give_up(begin, vault, intake_id)


def explain(begin: Begin, intake_id: UUID, *, by: Officer, meanings: Meanings) -> None:
    """Say what unknown words of a file mean; it is to be read again, and is another preview then.

    Whoever calls has it read (`compare`, or a worker).
    """
    by.insist(Role.REGISTRAR)
    _check(meanings)
    with begin() as held:
        row = intakes.of_place(held.session, by.jurisdiction, intake_id)
        intakes.hold_register(held.session, row.jurisdiction_id)
        with begin() as uow:
            row = intakes.get(uow.session, intake_id, locked=True)
            if row.stage != Stage.WAITING:
                raise IntakeNotRead(intake=str(intake_id))
            intakes.read_anew(row, meanings)


def _check(meanings: Meanings) -> None:
    for column, known in (Column.NATIONALITY, nationality_of), (Column.STATUS, status_of):
        for word, meant in meanings.of(column).items():
            if meant != NOTHING and known(meant) != meant:
                raise MeaningUnknown(column=column.value, word=word)


def settle(begin: Begin, vault: Vault, intake_id: UUID) -> None:
    """Let a file go: of one that is in what was kept for it, of any other all of it.

    One that waits for a second registrar stays.
    """
    with begin() as uow:
        waits = intakes.get(uow.session, intake_id).stage == Stage.SECONDING
    if not waits:
        intakes.give_up(begin, vault, intake_id)


def carry_on_later(uow: UnitOfWork, intake_id: UUID) -> None:
    """Have a worker go on with a file."""
    uow.later(TASK, intake_id=str(intake_id))


def carry_on(begin: Begin, vault: Vault, intake_id: UUID) -> bool:
    """Go on with a file from where it stands: read it, or bring it in where it was confirmed.

    False where somebody else is at work on the place. May run any number of times; a file that is
    refused has ended.
    """
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        jurisdiction_id, stage = row.jurisdiction_id, row.stage
    if stage in ENDED:
        intakes.clear(begin, vault, intake_id)
        return True
    try:
        with begin() as held:
            intakes.hold_register(held.session, jurisdiction_id)
            publishing.finish(begin, vault, jurisdiction_id)
            staging.read(begin, vault, intake_id)
    except RegisterBusy:
        return False
    return True


def _read(begin: Begin, vault: Vault, intake_id: UUID) -> ImportReport:
    staging.read(begin, vault, intake_id)
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        if row.stage != Stage.WAITING:
            raise IntakeNotRead(intake=str(intake_id))
        return intakes.report(uow.session, row)
