"""Reading a received file: its lines compared with the register and kept for the next version.

Lines are read in batches, each committed with the place in the file up to which it was read, so
that whoever is killed is followed from there. What a line becomes is worked out and sealed before
(`working_out`); `publishing` only moves it. Nothing is kept of a line that says what the register
holds already.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import text
from sqlalchemy.orm import Session

from referendum.kernel import spreadsheet
from referendum.kernel.decoding import Lines
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Refused, Table
from referendum.kernel.uow import Begin
from referendum.roll import intakes, receiving
from referendum.roll.copying import COUNT, NULL, copy_in, field, whole
from referendum.roll.errors import (
    RegisterColumnsWrong,
    RegisterEmpty,
    RegisterMostlyBroken,
    RegisterNotCsv,
)
from referendum.roll.helping import worked_out
from referendum.roll.intake_tables import RegisterIntake
from referendum.roll.intakes import Stage
from referendum.roll.lines import COLUMNS, Reason
from referendum.roll.places import districts_on
from referendum.roll.sealer import Sealer
from referendum.roll.versions import known_people, people_now, width_of_numbers
from referendum.roll.working_out import LINE, Batch, Terms, WorkedOut

BATCH: Final = 2_000
"""Lines that are compared and committed together."""
LARGE: Final = 16 << 20
"""Bytes of a file that are worth a second process."""
SHOWN: Final = 5
"""How many faults a refusal of the whole file carries as examples."""
LOOKED_THROUGH: Final = 20_000
"""People of the register who are compared with the file in one statement."""

TALLIES: Final = ("lines", "nameless", "refused", "noted", "added", "changed", "unchanged")
"""What is counted of every batch."""
TALLIED: Final = {"new": "added", "changed": "changed", "same": "unchanged"}

GIVEN: Final = text("""
select register_no, line, what from register_intake_line
 where intake_id = :intake and register_no = any(:numbers)
""")

KEPT: Final = text("""
update register_intake_line set what = 'kept', registered_from = null, former = null,
       known_id = null, known_ends = null
 where intake_id = :intake and register_no = any(:numbers)
""")
"""Whose lines were read already and are not to go in; `publishing` leaves their rows out."""

ROWS: Final = text("""
insert into register_intake_rows (intake_id, first_line, last_line, lines, people, residences)
values (:intake, :first, :last, :lines, :people, :residences)
""")

MISSING: Final = text("""
with looked_at as (
    select p.id, p.register_no from person p
     where p.jurisdiction_id = :jurisdiction and p.register_no > :after
     order by p.register_no limit :most
), gone as (
    select distinct on (r.person_id) r.person_id, r.id, r.registered_to
      from looked_at join residence r on r.person_id = looked_at.id and r.version_to is null
     where not exists (select from register_intake_line l
                        where l.intake_id = :intake and l.register_no = looked_at.register_no)
     order by r.person_id, r.registered_from desc
), kept as (
    insert into register_intake_missing (intake_id, person_id, residence_id)
    select :intake, person_id, id from gone
     where registered_to is null or registered_to > :day
    returning 1
)
select (select max(register_no) from looked_at), (select count(*) from kept)
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
    """Let the interpreter, which looks for circles of things, leave out those there were before.

    Reading makes new ones by the million, and no circle of them.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _read(begin: Begin, vault: Vault, intake_id: UUID, *, size: int) -> None:
    with begin() as uow:
        row = intakes.get(uow.session, intake_id, locked=True)
        if row.stage != Stage.READING:
            return
        if row.version_key_id is None:
            row.version_key_id = vault.new_key(uow.session, purpose=f"register:{row.version}").id
            row.people_before = people_now(uow.session, row.jurisdiction_id)
        reading = _Reading.of(uow.session, vault, row)
        file_key = vault.open_key(uow.session, row.key_id)
        at, first, encoding = row.read_bytes, row.next_line, row.encoding
        large = row.file_size >= LARGE
    try:
        table, source = _table(begin, file_key, intake_id, encoding, at=at, first=first)
        batches = reading.batches(begin, table, source, size)
        for batch, found in worked_out(reading.terms, batches, helped=large):
            with begin() as uow:
                reading.keep(uow.session, batch, found)
    except NotCsv as broken:
        raise RegisterNotCsv(line=broken.line) from broken
    except HeadingWrong as wrong:
        raise RegisterColumnsWrong(
            missing=wrong.missing, unknown=wrong.unknown, repeated=wrong.repeated
        ) from wrong
    _finish(begin, intake_id)


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


def _finish(begin: Begin, intake_id: UUID) -> None:
    """All lines are there: see whether they make a register, and who is missing from it."""
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        if not row.lines:
            raise RegisterEmpty
        if 2 * row.refused > row.lines:
            # A file of which more than half is broken is the wrong file, not one with faults.
            first = intakes.faults(uow.session, intake_id, noted=False, limit=SHOWN)
            shown: list[dict[str, str | int | None]] = [
                {"line": fault.line, "column": fault.column, "reason": fault.reason.value}
                for fault in first
            ]
            raise RegisterMostlyBroken(refused=row.refused, lines=row.lines, first=shown)
        jurisdiction, day = row.jurisdiction_id, row.as_of
        uow.session.execute(
            text("delete from register_intake_missing where intake_id = :intake"),
            {"intake": intake_id},
        )
    after: str | None = ""
    missing = 0
    while after is not None:
        given = {"intake": intake_id, "jurisdiction": jurisdiction, "day": day}
        with begin() as uow:
            found = uow.session.execute(
                MISSING, given | {"after": after, "most": LOOKED_THROUGH}
            ).one()
            after, missing = found[0], missing + found[1]
    with begin() as uow:
        row = intakes.get(uow.session, intake_id, locked=True)
        row.missing, row.stage = missing, Stage.WAITING
        intakes.touch(uow.session, row.id)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Keeps the batches of one file."""

    intake_id: UUID
    jurisdiction_id: UUID
    terms: Terms

    @classmethod
    def of(cls, session: Session, vault: Vault, row: RegisterIntake) -> _Reading:
        assert row.version_key_id is not None
        key = vault.open_key(session, row.version_key_id)
        named = {
            name: district.id
            for district in districts_on(session, row.jurisdiction_id, row.as_of)
            for name in (district.code, district.name_ko, district.name_en)
        }
        terms = Terms(
            intake_id=row.id,
            jurisdiction_id=row.jurisdiction_id,
            as_of=row.as_of,
            invented=row.invented,
            named=named,
            sealer=Sealer.of(vault, key, version=row.version),
            width=width_of_numbers(session, row.jurisdiction_id),
        )
        return cls(row.id, row.jurisdiction_id, terms)

    def batches(self, begin: Begin, table: Table, source: Lines, size: int) -> Iterator[Batch]:
        """So many rows at a time, with what the register holds of their people.

        Whoever calls holds the register: nothing changes in it while the file is read.
        """
        rows, width = iter(table), self.terms.width
        while batch := list(islice(rows, size)):
            upto = source.offset, source.number
            numbers = {row.cells[0] for row in batch}
            padded = {no.zfill(width) for no in numbers if no.isdigit()} if width else set()
            with begin() as uow:
                known = known_people(uow.session, self.jurisdiction_id, numbers | padded)
            yield Batch(batch, known, upto)

    def keep(self, session: Session, batch: Batch, found: WorkedOut) -> None:
        """Keep a batch, with how far in the file it reaches."""
        intakes.spare_the_disk(session)
        try:
            with session.begin_nested():
                copy_in(session, LINE, found.lines)
        except UniqueViolation:
            found = self._given_before(session, batch)
            copy_in(session, LINE, found.lines)
        self._write_faults(session, found.faults)
        row = intakes.get(session, self.intake_id, locked=True)
        rows = {
            "intake": self.intake_id,
            "first": batch.rows[0].line,
            "last": batch.rows[-1].line,
            "lines": found.counts["lines"],
            "people": found.people,
            "residences": found.residences,
        }
        session.execute(ROWS, rows)
        for name in TALLIES:
            setattr(row, name, getattr(row, name) + found.counts[name])
        row.read_bytes, row.next_line = batch.upto
        intakes.touch(session, row.id)

    def _given_before(self, session: Session, batch: Batch) -> WorkedOut:
        """A batch of which some numbers were read before: none of their lines goes in."""
        numbers = [row.cells[0] for row in batch.rows]
        given = session.execute(GIVEN, {"intake": self.intake_id, "numbers": numbers}).all()
        trusted = [(no, line, what) for no, line, what in given if what != "kept"]
        lost = {"intake": self.intake_id, "numbers": [no for no, _, _ in trusted]}
        session.execute(KEPT, lost)
        found = self.terms.work_out(batch, given={no for no, _, _ in given})
        for _, line, what in trusted:
            found.faults.append((Refused(line, "register_no", Reason.REPEATED), False))
            found.counts["refused"] += 1
            found.counts[TALLIED[what]] -= 1
        return found

    def _write_faults(self, session: Session, faults: Sequence[tuple[Refused, bool]]) -> None:
        begins = COUNT.pack(5) + field(self.intake_id.bytes)
        rows = (
            b"".join(
                (
                    begins,
                    field(b"\1" if noted else b"\0"),
                    whole(one.line),
                    field(one.column.encode()) if one.column else NULL,
                    field(one.reason.value.encode()),
                )
            )
            for one, noted in faults
        )
        into = "register_intake_fault (intake_id, noted, line, column_name, reason)"
        copy_in(session, into, b"".join(rows))
