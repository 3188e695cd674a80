"""Reading a received file: its lines compared with the register and kept for the next version.

Lines are read in batches, each committed with the place in the file up to which it was read, so
that whoever is killed is followed from there. What a line becomes is worked out and sealed here;
`publishing` only moves it. Nothing is kept of a line that says what the register holds already.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from referendum.kernel import spreadsheet
from referendum.kernel.decoding import Lines
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Refused, Row, Table
from referendum.kernel.uow import Begin
from referendum.roll import intakes, receiving
from referendum.roll.errors import (
    RegisterColumnsWrong,
    RegisterEmpty,
    RegisterMostlyBroken,
    RegisterNotCsv,
)
from referendum.roll.intake_tables import RegisterIntake
from referendum.roll.intakes import Stage
from referendum.roll.lines import COLUMNS, Fault, Reason, RegisterLine, read_line
from referendum.roll.places import districts_on
from referendum.roll.sealer import Sealer, ordered_ids
from referendum.roll.versions import Known, known_people, people_now, width_of_numbers

BATCH: Final = 10_000
"""Lines that are compared and committed together."""
SENT: Final = 500
"""Lines that are sent on at once, so that the database writes while the next are sealed."""
SHOWN: Final = 5
"""How many faults a refusal of the whole file carries as examples."""
LOOKED_THROUGH: Final = 20_000
"""People of the register who are compared with the file in one statement."""

COLUMNS_COPIED: Final = (
    "intake_id, line, register_no, what, person_id, residence_id, district_id, birth_date,"
    " nationality, status, status_since, stated_from, registered_from, registered_to, lost_from,"
    " lost_to, line_mac, sealed, name_index, phone_index, former, known_id, known_ends"
)

REPEATED: Final = text("""
select t.line, t.what
  from register_intake_line t
 where t.intake_id = :intake and t.register_no in (
       select s.register_no from register_intake_line s
        where s.intake_id = :intake and s.line between :first and :last
          and exists (select from register_intake_line o
                       where o.intake_id = s.intake_id and o.register_no = s.register_no
                         and o.line <> s.line))
   and t.what <> 'kept'
""")

KEPT: Final = text("""
update register_intake_line
   set what = 'kept', sealed = null, name_index = null, phone_index = null, line_mac = null,
       former = null, birth_date = null
 where intake_id = :intake and line = any(:lines)
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
        _read(begin, vault, intake_id, size=batch)
    except DomainError as why:
        intakes.refuse(begin, vault, intake_id, why)
        raise


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
    try:
        table, source = _table(begin, file_key, intake_id, encoding, at=at, first=first)
        rows = iter(table)
        while batch := list(islice(rows, size)):
            with begin() as uow:
                reading.keep(uow.session, batch, upto=(source.offset, source.number))
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


@dataclass(slots=True)
class _Reading:
    """What every batch of one file needs, worked out once."""

    intake_id: UUID
    jurisdiction_id: UUID
    as_of: date
    invented: bool
    named: Mapping[str, UUID]
    sealer: Sealer
    width: int | None
    """How long the register's numbers are where some begin with zeros: a spreadsheet drops them."""
    faults: list[tuple[Refused, bool]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, session: Session, vault: Vault, row: RegisterIntake) -> _Reading:
        assert row.version_key_id is not None
        return cls(
            intake_id=row.id,
            jurisdiction_id=row.jurisdiction_id,
            as_of=row.as_of,
            invented=row.invented,
            named={
                name: district.id
                for district in districts_on(session, row.jurisdiction_id, row.as_of)
                for name in (district.code, district.name_ko, district.name_en)
            },
            sealer=Sealer.of(vault, vault.open_key(session, row.version_key_id)),
            width=width_of_numbers(session, row.jurisdiction_id),
        )

    def keep(self, session: Session, batch: Sequence[Row], *, upto: tuple[int, int]) -> None:
        """Compare a batch with the register and keep it, with the byte and line after its end."""
        self.faults, self.counts = [], Counter(lines=len(batch))
        numbers = {row.cells[0] for row in batch}
        padded = {no.zfill(self.width) for no in numbers if no.isdigit()} if self.width else set()
        known = known_people(session, self.jurisdiction_id, numbers | padded)
        self._copy(session, self._lines(batch, known))
        self._refuse_repeated(session, batch)
        self._write_faults(session)
        row = intakes.get(session, self.intake_id, locked=True)
        for name in ("lines", "nameless", "refused", "noted", "added", "changed", "unchanged"):
            setattr(row, name, getattr(row, name) + self.counts[name])
        row.read_bytes, row.next_line = upto
        intakes.touch(session, row.id)

    def _lines(self, batch: Sequence[Row], known: Mapping[str, Known]) -> Iterator[str]:
        ids = ordered_ids(2 * len(batch))
        start = f"{self.intake_id}\t"
        nonces = os.urandom(12 * len(batch))
        for at, row in enumerate(batch):
            number = row.cells[0]
            line = self._fitting(row, known)
            if line is None:
                if number:
                    yield f"{start}{row.line}\t{_plain(number)}\tkept{EMPTY}"
                continue
            district, before = self.named[line.district], known.get(number)
            mac = self.sealer.mac(line, district)
            if before is not None and self.sealer.says_the_same(line, mac, before):
                self.counts["unchanged"] += 1
                yield f"{start}{row.line}\t{_plain(number)}\tsame{EMPTY}"
                continue
            self.counts["added" if before is None else "changed"] += 1
            cells = self.sealer.cells(
                line,
                mac=mac,
                district=district,
                known=before,
                as_of=self.as_of,
                ids=ids[2 * at : 2 * at + 2],
                nonce=nonces[12 * at : 12 * at + 12],
            )
            what = "new" if before is None else "changed"
            yield f"{start}{row.line}\t{_plain(number)}\t{what}\t{cells}\n"

    def _fitting(self, row: Row, known: Mapping[str, Known]) -> RegisterLine | None:
        """The line where it can be trusted; else its fault is noted."""
        try:
            if not row.fits:
                raise Fault(None, Reason.WRONG_NUMBER_OF_FIELDS)  # noqa: TRY301  # one way out
            line = read_line(row.line, row.cells, invented=self.invented)
            self._insist_on_fit(line, known)
        except Fault as fault:
            self.faults.append((Refused(row.line, fault.column, fault.reason), False))
            self.counts["refused"] += 1
            self.counts["nameless"] += not row.cells[0]
            return None
        if line.phone is None and row.cells[-1]:
            self.faults.append((Refused(row.line, "phone", Reason.PHONE_UNUSABLE), True))
            self.counts["noted"] += 1
        return line

    def _insist_on_fit(self, line: RegisterLine, known: Mapping[str, Known]) -> None:
        if line.district not in self.named:
            raise Fault("district", Reason.DISTRICT_UNKNOWN)
        if line.registered_from > self.as_of:
            raise Fault("registered_from", Reason.AFTER_REGISTER_DAY)
        if line.birth_date > self.as_of:
            raise Fault("birth_date", Reason.AFTER_REGISTER_DAY)
        number = line.register_no
        lost = self.width and number not in known and number.isdigit()
        if lost and number.zfill(self.width or 0) in known:
            raise Fault("register_no", Reason.ZEROS_LOST)

    def _refuse_repeated(self, session: Session, batch: Sequence[Row]) -> None:
        """A number given twice says of nobody who they are: none of its lines goes in."""
        first, last = batch[0].line, batch[-1].line
        given = {"intake": self.intake_id, "first": first, "last": last}
        again = session.execute(REPEATED, given).all()
        if not again:
            return
        session.execute(KEPT, {"intake": self.intake_id, "lines": [line for line, _ in again]})
        for line, what in again:
            self.faults.append((Refused(line, "register_no", Reason.REPEATED), False))
            self.counts["refused"] += 1
            self.counts[TALLIES[what]] -= 1

    def _copy(self, session: Session, lines: Iterable[str]) -> None:
        copy_text(session, f"register_intake_line ({COLUMNS_COPIED})", lines)

    def _write_faults(self, session: Session) -> None:
        if not self.faults:
            return
        rows = (
            f"{self.intake_id}\t{'t' if noted else 'f'}\t{one.line}\t{one.column or NULL}"
            f"\t{one.reason.value}\n"
            for one, noted in self.faults
        )
        into = "register_intake_fault (intake_id, noted, line, column_name, reason)"
        copy_text(session, into, rows)


NULL: Final = "\\N"
EMPTY: Final = f"\t{NULL}" * 19 + "\n"
TALLIES: Final = {"new": "added", "changed": "changed", "same": "unchanged"}


def copy_text(session: Session, target: str, lines: Iterable[str]) -> None:
    """Write rows in COPY's text form, some hundred at a time."""
    driver: Any = session.connection().connection.driver_connection
    source = iter(lines)
    with driver.cursor() as cursor, cursor.copy(f"copy {target} from stdin") as copy:
        while part := "".join(islice(source, SENT)):
            copy.write(part)


def _plain(number: str) -> str:
    """As COPY's text form wants it: no cell holds a control character."""
    return number.replace("\\", "\\\\")
