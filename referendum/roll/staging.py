"""Reading a received file: its lines compared with the register and kept for the next version.

Lines are read in batches, each committed with the place in the file up to which it was read, so
that whoever is killed is followed from there. What a line becomes is worked out and sealed before
(`working_out`); `publishing` only moves it. Nothing is kept of a line that says what the register
holds already.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from referendum.kernel import spreadsheet
from referendum.kernel.decoding import Lines
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Row, Table
from referendum.kernel.uow import Begin
from referendum.roll import completing, effects, intakes, receiving
from referendum.roll.comparing import Known
from referendum.roll.copying import copy_in
from referendum.roll.errors import (
    RegisterColumnsWrong,
    RegisterEmpty,
    RegisterMostlyBroken,
    RegisterNotCsv,
)
from referendum.roll.helping import worked_out
from referendum.roll.intake_tables import RegisterIntake
from referendum.roll.intakes import Mode, Stage
from referendum.roll.lines import COLUMNS
from referendum.roll.meanings import Meanings
from referendum.roll.places import districts_on
from referendum.roll.sealer import Sealer
from referendum.roll.tables import Jurisdiction
from referendum.roll.usual_names import Gazetteer
from referendum.roll.versions import (
    holds_anybody,
    known_people,
    people_now,
    width_of_numbers,
)
from referendum.roll.working_out import LINE, Batch, Terms, WorkedOut

BATCH: Final = 3_000
"""Lines that are compared and committed together."""
LARGE: Final = 16 << 20
"""Bytes of a file that are worth a second process."""
LOOKED_FOR: Final = 16
"""Batches after which circles of things are looked for once."""

ROWS: Final = text("""
insert into register_intake_rows (intake_id, first_line, last_line, lines, numbers, places, people,
       residences)
values (:intake, :first, :last, :lines, :numbers, :places, :people, :residences)
""")


def read(begin: Begin, vault: Vault, intake_id: UUID, *, batch: int = BATCH) -> None:
    """Read a received file to its end, from wherever reading had stopped.

    Refused where it cannot be taken as a whole; then nothing is left of it. Whoever calls holds
    the register of the place.
    """
    try:
        with _circles_left_alone():
            _read(begin, vault, intake_id, size=batch)
    except DomainError as why:
        intakes.refuse(begin, vault, intake_id, why)
        raise


@contextmanager
def _circles_left_alone() -> Iterator[None]:
    """Keep the interpreter from looking for circles of things that nothing else holds.

    Reading makes things by the million, and circles only in its transactions.
    """
    looking = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if looking:
            gc.enable()


def _read(begin: Begin, vault: Vault, intake_id: UUID, *, size: int) -> None:
    with begin() as uow:
        row = intakes.get(uow.session, intake_id, locked=True)
        if row.stage != Stage.READING:
            return
        if row.version_key_id is None:
            row.version_key_id = vault.new_key(uow.session, purpose=f"register:{row.version}").id
            row.people_before = people_now(uow.session, row.jurisdiction_id)
        file_key = vault.open_key(uow.session, row.key_id)
        reading = _Reading.of(uow.session, vault, row, file_key)
        at, first, encoding = row.read_bytes, row.next_line, row.encoding
        large = row.file_size >= LARGE
    if not at and row.meanings is not None:
        intakes.forget_read(begin, intake_id)
    try:
        table, source = _table(begin, file_key, intake_id, encoding, at=at, first=first)
        batches = reading.batches(begin, table, source, size)
        for at, (batch, found) in enumerate(worked_out(reading.terms, batches, helped=large)):
            with begin() as uow:
                reading.keep(uow.session, batch, found)
            if at % LOOKED_FOR == LOOKED_FOR - 1:
                gc.collect()
    except NotCsv as broken:
        raise RegisterNotCsv(line=broken.line) from broken
    except HeadingWrong as wrong:
        raise RegisterColumnsWrong(
            missing=wrong.missing, unknown=wrong.unknown, repeated=wrong.repeated
        ) from wrong
    _finish(begin, intake_id, reading)


def _table(
    begin: Begin, key: DataKey, intake_id: UUID, encoding: str, *, at: int, first: int
) -> tuple[Table, Lines]:
    """The table, and the lines it reads from; gone on with, its heading is read again."""
    source = Lines(receiving.pieces(begin, key, intake_id, offset=0), encoding)
    table = spreadsheet.table(spreadsheet.rows(source), COLUMNS)
    if table is None:
        raise RegisterEmpty
    if at:
        source = Lines(receiving.pieces(begin, key, intake_id, offset=at), encoding, at, first)
        table.raw = spreadsheet.rows(source, first=first)
    return table, source


def _finish(begin: Begin, intake_id: UUID, reading: _Reading) -> None:
    """All lines are there: see whether they make a register, and who is missing from it."""
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        if not row.lines:
            raise RegisterEmpty
    scales = reading.terms.scales
    completing.refuse_repeated(begin, intake_id, scales)
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        if 2 * row.refused > row.lines:
            # A file of which more than half is broken is the wrong file, not one with faults.
            faults = intakes.all_faults(uow.session, reading.key, intake_id)
            raise RegisterMostlyBroken.because(faults, whole=row.lines)
    if row.mode == Mode.WHOLE:
        completing.note_missing(begin, intake_id)
    completing.count_phones(begin, intake_id)
    with begin() as uow:
        row = intakes.reading(uow.session, intake_id)
        found = effects.effects_of(uow.session, row, scales)
        row.effects, row.preview = found.told(), effects.version_of_preview(row, found)
        row.stage = Stage.WAITING
        intakes.touch(uow.session, intake_id)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Keeps the batches of one file."""

    intake_id: UUID
    jurisdiction_id: UUID
    terms: Terms
    key: DataKey
    anew: bool
    """Whether nobody was ever imported here, so that nobody has to be looked up."""

    @classmethod
    def of(cls, session: Session, vault: Vault, row: RegisterIntake, file_key: DataKey) -> _Reading:
        assert row.version_key_id is not None
        key = vault.open_key(session, row.version_key_id)
        place = session.get_one(Jurisdiction, row.jurisdiction_id)
        here = districts_on(session, row.jurisdiction_id, row.as_of)
        called = Gazetteer.of_place(place, here)
        terms = Terms(
            intake_id=row.id,
            jurisdiction_id=row.jurisdiction_id,
            as_of=row.as_of,
            invented=row.invented,
            named={name: one.id for name, one in called.exact.items()},
            called={name: one.code for name, one in called.usual.items()},
            sealer=Sealer.of(vault, key, version=row.version),
            scales=effects.scales(session, row.jurisdiction_id, row.as_of),
            meanings=Meanings.read(row.meanings),
            width=width_of_numbers(session, row.jurisdiction_id),
        )
        anew = not holds_anybody(session, row.jurisdiction_id)
        return cls(row.id, row.jurisdiction_id, terms, file_key, anew)

    def batches(self, begin: Begin, table: Table, source: Lines, size: int) -> Iterator[Batch]:
        """So many rows at a time, with what the register holds of their people.

        Whoever calls holds the register: nothing changes in it while the file is read.
        """
        rows = iter(table)
        while batch := list(islice(rows, size)):
            upto = source.offset, source.number
            yield Batch(batch, {} if self.anew else self._known(begin, batch), upto)

    def _known(self, begin: Begin, batch: list[Row]) -> dict[str, Known]:
        width = self.terms.width
        numbers = {row.cells[0] for row in batch}
        padded = {no.zfill(width) for no in numbers if no.isdigit()} if width else set()
        with begin() as uow:
            return known_people(uow.session, self.jurisdiction_id, numbers | padded)

    def keep(self, session: Session, batch: Batch, found: WorkedOut) -> None:
        """Keep a batch, with how far in the file it reaches."""
        intakes.spare_the_disk(session)
        copy_in(session, LINE, found.lines)
        intakes.write_faults(session, self.intake_id, found.faults)
        row = intakes.reading(session, self.intake_id)
        rows = {
            "intake": self.intake_id,
            "first": batch.rows[0].line,
            "last": batch.rows[-1].line,
            "lines": found.counts["lines"],
            "numbers": found.numbers,
            "places": found.places,
            "people": found.people,
            "residences": found.residences,
        }
        session.execute(ROWS, rows)
        for name in intakes.TALLIES:
            setattr(row, name, getattr(row, name) + found.counts[name])
        row.weights = intakes.weighed(row, found.weights)
        if found.words:
            intakes.note_words(self.key, row, found.words, self.terms.meanings)
        intakes.note_quotes(self.key, row, [one for one, _ in found.faults])
        row.read_bytes, row.next_line = batch.upto
        intakes.touch(session, row.id)
