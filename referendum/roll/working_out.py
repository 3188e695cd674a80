"""What the lines of a register's file become: read, judged, sealed, and nothing written.

All of it is arithmetic over one batch, so that another process can do it as well (`helping`).
"""

from __future__ import annotations

import marshal
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import starmap
from typing import Final
from uuid import UUID

from referendum.kernel.spreadsheet import Refused, Row
from referendum.roll.lines import Fault, Reason, RegisterLine, read_line
from referendum.roll.sealer import NULL, Sealer, ordered_ids
from referendum.roll.versions import Known

EMPTY: Final = f"\t{NULL}" * 19 + "\n"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a file, and what the register holds of their people."""

    rows: Sequence[Row]
    known: Mapping[str, Known]
    upto: tuple[int, int]
    """The byte and the line after its end."""

    def __reduce__(self) -> tuple[Callable[..., Batch], tuple[object, ...]]:
        """To another process rows go as plain values.

        Pickled one by one they cost half of what working them out does.
        """
        return _batch, (marshal.dumps([tuple(row) for row in self.rows]), self.known, self.upto)


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A batch as it goes into the database."""

    copied: str = field(repr=False)
    """Rows of `register_intake_line`, in COPY's text form."""
    faults: list[tuple[Refused, bool]]
    """Each with whether it is only noted."""
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class Terms:
    """By what every batch of one file is worked out."""

    intake_id: UUID
    as_of: date
    invented: bool
    named: Mapping[str, tuple[UUID, str]]
    """Districts by their codes and names; each id also as text."""
    sealer: Sealer
    width: int | None
    """How long the register's numbers are where some begin with zeros: a spreadsheet drops them."""

    def work_out(self, batch: Batch) -> WorkedOut:
        """All rows of a batch; those that cannot be trusted are kept by their number alone."""
        found = WorkedOut("", [], Counter(lines=len(batch.rows)))
        copied = "".join(self._lines(batch, found))
        return WorkedOut(copied, found.faults, found.counts)

    def _lines(self, batch: Batch, found: WorkedOut) -> Iterator[str]:
        ids = ordered_ids(2 * len(batch.rows))
        nonces = os.urandom(12 * len(batch.rows))
        start, known = f"{self.intake_id}\t", batch.known
        new = changed = same = 0
        for at, row in enumerate(batch.rows):
            number = row.cells[0]
            line = self._fitting(row, known, found)
            if line is None:
                if number:
                    yield f"{start}{row.line}\t{_plain(number)}\tkept{EMPTY}"
                continue
            district, where = self.named[line.district]
            before = known.get(number)
            mac = self.sealer.mac(line, where)
            if before is not None and self.sealer.says_the_same(line, mac, before):
                same += 1
                yield f"{start}{row.line}\t{_plain(number)}\tsame{EMPTY}"
                continue
            new += before is None
            changed += before is not None
            cells = self.sealer.cells(
                line,
                mac=mac,
                district=district,
                where=where,
                known=before,
                as_of=self.as_of,
                ids=ids[2 * at : 2 * at + 2],
                nonce=nonces[12 * at : 12 * at + 12],
            )
            what = "new" if before is None else "changed"
            yield f"{start}{row.line}\t{_plain(number)}\t{what}\t{cells}\n"
        found.counts.update(added=new, changed=changed, unchanged=same)

    def _fitting(
        self, row: Row, known: Mapping[str, Known], found: WorkedOut
    ) -> RegisterLine | None:
        """The line where it can be trusted; else its fault is noted."""
        try:
            if not row.fits:
                raise Fault(None, Reason.WRONG_NUMBER_OF_FIELDS)  # noqa: TRY301  # one way out
            line = read_line(row.line, row.cells, invented=self.invented)
            self._insist_on_fit(line, known)
        except Fault as fault:
            found.faults.append((Refused(row.line, fault.column, fault.reason), False))
            found.counts["refused"] += 1
            found.counts["nameless"] += not row.cells[0]
            return None
        if line.phone is None and row.cells[-1]:
            found.faults.append((Refused(row.line, "phone", Reason.PHONE_UNUSABLE), True))
            found.counts["noted"] += 1
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


def _batch(rows: bytes, known: Mapping[str, Known], upto: tuple[int, int]) -> Batch:
    plain = marshal.loads(rows)  # noqa: S302  # our own process
    return Batch([*starmap(Row, plain)], known, upto)


def _plain(number: str) -> str:
    """As COPY's text form wants it: no cell holds a control character."""
    return number.replace("\\", "\\\\")
