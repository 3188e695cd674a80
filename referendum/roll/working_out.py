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
from enum import IntEnum
from struct import Struct
from typing import Final
from uuid import UUID

from referendum.kernel.faults import Quote
from referendum.kernel.spreadsheet import Refused, Row, row_of
from referendum.roll import copying
from referendum.roll.comparing import Known
from referendum.roll.copying import COUNT, NULL, NUMBER
from referendum.roll.lines import (
    COLUMNS,
    CONTROL,
    LONGEST,
    Fault,
    Reason,
    RegisterLine,
    read_line,
    status_of,
)
from referendum.roll.meanings import Column, Meanings, Word, noted
from referendum.roll.nationalities import nationality_of
from referendum.roll.sealer import ID, NONCE, District, SealedLine, Sealer, ordered_ids
from referendum.roll.usual import usual_way
from referendum.roll.usual_names import usually_called
from referendum.roll.weighing import Aged, Change, Scales, Weights, counted
from thresholds.electorate import PersonFacts

LINE: Final = (
    "register_intake_line (intake_id, line, changes, person_id, registered_from, former, known_id,"
    " known_ends, phone_replaced)"
)
PERSON: Final = "person (id, jurisdiction_id, register_no)"
"""What the rows made here are rows of, for COPY; those of residence are the sealer's."""


PLACES: Final = {name: at for at, name in enumerate(COLUMNS)}
"""Where a column stands in the cells of a row."""


class What(IntEnum):
    """What a line says, as far as the register is concerned."""

    NEW = 0
    """Of somebody it does not hold."""
    CHANGED = 1
    SAME = 2
    KEPT = 3
    """Nothing that could be trusted: its person stays as they are."""


_BITS: Final = 2
"""So many tell one of them from another."""

TALLIED: Final = {What.NEW: "added", What.CHANGED: "changed", What.SAME: "unchanged"}
"""How lines that can be trusted are counted."""


def place(line: int, what: What) -> int:
    """The number of a line in its file, and what it says, as one number."""
    return line << _BITS | what


def placed(places: bytes) -> list[tuple[int, What]]:
    """Both again, of each line of a batch that stands under a number."""
    return [(told >> _BITS, What(told & 3)) for (told,) in NUMBER.iter_unpack(places)]


def packed(places: Sequence[int]) -> bytes:
    """The same as the bytes that are kept."""
    return Struct(f">{len(places)}i").pack(*places)


_PERSON: Final = COUNT.pack(3) + ID
_TELLING: Final = COUNT.pack(9) + ID


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
        return _batch, (marshal.dumps([*map(tuple, self.rows)]), self.known, self.upto)


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A batch as it goes into the database: rows in COPY's binary form."""

    numbers: str = field(repr=False)
    """Whose the lines are, a line each."""
    places: bytes
    """Of each of those, its `place`."""
    lines: bytes = field(repr=False)
    people: bytes = field(repr=False)
    residences: bytes = field(repr=False)
    faults: list[tuple[Refused, bool]]
    """Each with whether it is only noted."""
    counts: Counter[str]
    weights: Weights
    """What the batch changes about who lives where."""
    words: list[Word] = field(repr=False)
    """Those that nobody knows."""


@dataclass(frozen=True, slots=True)
class Terms:
    """By what every batch of one file is worked out."""

    intake_id: UUID
    jurisdiction_id: UUID
    as_of: date
    invented: bool
    named: Mapping[str, UUID]
    """Districts by their codes and names."""
    called: Mapping[str, str]
    """Their codes, by what is usually written for them."""
    sealer: Sealer
    scales: Scales
    meanings: Meanings = field(repr=False)
    width: int | None
    """How long the register's numbers are where some begin with zeros: a spreadsheet drops them."""

    def work_out(self, batch: Batch) -> WorkedOut:
        """All rows of a batch; those that cannot be trusted are kept by their number alone.

        A number given twice says of nobody who they are, so that none of its lines goes in.
        """
        working = _Working(self, batch, _repeated(batch.rows))
        working.all_rows()
        return WorkedOut(
            "\n".join(working.numbers),
            packed(working.places),
            b"".join(working.lines),
            b"".join(working.people),
            b"".join(working.residences),
            working.faults,
            working.counts,
            working.weights,
            list(working.words.values()),
        )


@dataclass(slots=True)
class _Working:
    """One batch on its way."""

    terms: Terms
    batch: Batch
    repeated: set[str]
    """Numbers of which no line is to be trusted."""
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[Refused, bool]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    people: list[bytes] = field(default_factory=list)
    residences: list[bytes] = field(default_factory=list)
    weights: Weights = field(default_factory=Weights)
    words: dict[tuple[Column, str], Word] = field(default_factory=dict)

    def all_rows(self) -> None:
        terms, rows, known = self.terms, self.batch.rows, self.batch.known
        districts = {name: terms.sealer.district(one) for name, one in terms.named.items()}
        take = usual_way(
            terms.sealer,
            districts,
            as_of=terms.as_of,
            known=known,
            doubted=self.repeated,
            width=terms.width,
        )
        place, new, same = terms.jurisdiction_id.bytes, What.NEW, What.SAME
        usual, aged = list[tuple[str, str, str, Aged | None]](), terms.scales.aged
        for row, drawn in zip(rows, _drawn(len(rows)), strict=True):
            taken = take(row, *drawn)
            if taken is None:
                self._take(row, districts, *drawn)
                continue
            number = row.cells[0]
            self.numbers.append(number)
            self.places.append(row.line << _BITS | (new if taken else same))
            if taken:
                self.residences.append(taken)
                self.people.append(_person(drawn[0], place, number.encode()))
                cells = row.cells
                usual.append((cells[5], cells[6], cells[7], aged(cells[3])))
        self._weigh_usual(Counter(usual), districts)
        self.counts["lines"] += len(rows)
        self.counts["added"] += len(self.people)
        self.counts["changed"] += len(self.residences) - len(self.people)
        self.counts["unchanged"] += len(rows) - len(self.residences) - self.counts["refused"]

    def _take(
        self,
        row: Row,
        districts: Mapping[str, District],
        person: bytes,
        residence: bytes,
        nonce: bytes,
    ) -> None:
        """A row the long way, whatever is in it."""
        terms, number = self.terms, row.cells[0]
        line = self._fitting(row)
        if line is None:
            # Whose a refused line is, is not missing from the file.
            if not _is_nobodys(number):
                self._stands(number, row.line, What.KEPT)
            return
        district, before = districts[line.district], self.batch.known.get(number)
        mac = terms.sealer.mac(line, district.text)
        if before is not None and terms.sealer.says_the_same(line, mac, before):
            self._stands(number, row.line, What.SAME)
            return
        whose = person if before is None else before.person_id.bytes
        sealed = terms.sealer.seal(
            line,
            mac=mac,
            district=district,
            known=before,
            as_of=terms.as_of,
            person=whose,
            row=residence,
            nonce=nonce,
        )
        self.residences.append(sealed.row)
        self._weigh(line, district, sealed, before)
        if before is None:
            self.people.append(_person(person, terms.jurisdiction_id.bytes, number.encode()))
        self._stands(number, row.line, What.NEW if before is None else What.CHANGED)
        if before is not None or sealed.former or self._phone_is_new(sealed, before):
            self.lines.append(self._telling(row.line, whose, sealed, before))

    def _weigh_usual(
        self, usual: Counter[tuple[str, str, str, Aged | None]], districts: Mapping[str, District]
    ) -> None:
        for (where, country, stay, aged), people in usual.items():
            nation = nationality_of(country)
            assert nation is not None
            assert aged is not None
            there = self.terms.scales.usual(districts[where].text, nation, status_of(stay), aged)
            for one in (*counted(there), Change.ARRIVED.value):
                self.weights[one] += people

    def _weigh(
        self, line: RegisterLine, district: District, sealed: SealedLine, before: Known | None
    ) -> None:
        scales = self.terms.scales
        facts = PersonFacts(
            birth_date=line.birth_date,
            nationality=line.nationality,
            status=line.status,
            status_since=line.status_since,
            registered_from=sealed.begins,
            registered_to=line.registered_to,
            lost_from=line.lost_from,
            lost_to=line.lost_to,
        )
        stood = scales.known(before) if before else ()
        self.weights.update(scales.weigh(stood, scales.of(district.text, facts)))
        if before is not None:
            phone = self.terms.sealer.phones.of(line.phone) if line.phone else None
            self.weights[Change.PHONE.value] += phone != before.phone_index

    def _note_word(self, column: Column, word: str, line: int, *, costs: bool) -> None:
        told = Word(column=column, word=word, lines=1, costing=int(costs), first=(line,))
        self.words = noted(self.words, [told])

    def _stands(self, number: str, line: int, what: What) -> None:
        self.numbers.append(number)
        self.places.append(place(line, what))

    def _phone_is_new(self, sealed: SealedLine, before: Known | None) -> bool:
        """Whether it came with this file; with the first of all files nobody's did."""
        had = before.phone_index if before is not None else None
        return self.terms.sealer.is_later and sealed.phone not in {None, had}

    def _fitting(self, row: Row) -> RegisterLine | None:
        """The line where it can be trusted; else its fault is noted."""
        try:
            if not row.fits:
                raise Fault(None, Reason.WRONG_NUMBER_OF_FIELDS)  # noqa: TRY301  # one way out
            line = read_line(
                row.line, row.cells, invented=self.terms.invented, meanings=self.terms.meanings
            )
            line = line._replace(district=self._district(line.district))
            self._insist_on_fit(line)
            if line.phone is None and row.cells[-1]:
                self.faults.append((_refused(row, "phone", Reason.PHONE_UNUSABLE), True))
                self.counts["noted"] += 1
            if line.register_no in self.repeated:
                raise Fault("register_no", Reason.REPEATED)  # noqa: TRY301  # one way out
        except Fault as fault:
            if fault.reason is Reason.NATIONALITY_UNKNOWN:
                self._note_word(Column.NATIONALITY, row.cells[6], row.line, costs=True)
            self.faults.append((_refused(row, fault.column, fault.reason), False))
            self.counts["refused"] += 1
            self.counts["nameless"] += _is_nobodys(row.cells[0])
            return None
        if nationality_of(row.cells[6]) is None:
            self._note_word(Column.NATIONALITY, row.cells[6], row.line, costs=True)
        if row.cells[7] and status_of(row.cells[7]) is None:
            foreign = line.nationality != self.terms.scales.electorate.nationality
            self._note_word(Column.STATUS, row.cells[7], row.line, costs=foreign)
        return line

    def _telling(self, line: int, person: bytes, sealed: SealedLine, before: Known | None) -> bytes:
        """What has to be known of a line beside its row."""
        follows = before is not None and sealed.ends is not None
        had = before is not None and before.phone_index is not None
        return b"".join(
            (
                *(_TELLING, self.terms.intake_id.bytes, copying.whole(line)),
                copying.field(b"\0" if before is None else b"\1"),
                *(ID, person, copying.day(sealed.begins)),
                copying.several(sealed.former) if sealed.former else NULL,
                ID + before.residence_id.bytes if before is not None and follows else NULL,
                copying.day(sealed.ends) if sealed.ends is not None else NULL,
                copying.field(b"\1" if had else b"\0")
                if self._phone_is_new(sealed, before)
                else NULL,
            )
        )

    def _district(self, written: str) -> str:
        """A name of it that is known, for whatever is usually written."""
        if written in self.terms.named:
            return written
        called = usually_called(self.terms.called, written)
        if called is None:
            raise Fault("district", Reason.DISTRICT_UNKNOWN)
        return called

    def _insist_on_fit(self, line: RegisterLine) -> None:
        terms, known = self.terms, self.batch.known
        if line.registered_from > terms.as_of:
            raise Fault("registered_from", Reason.AFTER_REGISTER_DAY)
        if line.birth_date > terms.as_of:
            raise Fault("birth_date", Reason.AFTER_REGISTER_DAY)
        number = line.register_no
        lost = terms.width and number not in known and number.isdigit()
        if lost and number.zfill(terms.width or 0) in known:
            raise Fault("register_no", Reason.ZEROS_LOST)


def _refused(row: Row, column: str | None, reason: Reason) -> Refused:
    """A fault with what stands there, and whose line it is."""
    value = row.cells[PLACES[column]] if column else ""
    return Refused(row.line, column, reason, Quote.of(value, row.cells[PLACES["name"]]))


def _drawn(count: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """For each of so many rows identifiers of a person and a residence, and a nonce."""
    ids, nonces = ordered_ids(2 * count), os.urandom(NONCE * count)
    each = (nonces[at : at + NONCE] for at in range(0, len(nonces), NONCE))
    return zip(ids[::2], ids[1::2], each, strict=True)


def _person(person: bytes, place: bytes, number: bytes) -> bytes:
    """A row of `PERSON`."""
    return b"".join((_PERSON, person, ID, place, NUMBER.pack(len(number)), number))


def _is_nobodys(number: str) -> bool:
    """Whether the register cannot hold anybody under it, so that the line may be anybody's."""
    return not number or len(number) > LONGEST or bool(CONTROL.search(number))


def _repeated(rows: Sequence[Row]) -> set[str]:
    """Numbers that several rows have."""
    numbers = [row.cells[0] for row in rows]
    if len(set(numbers)) == len(numbers):
        return set()
    return {number for number, times in Counter(numbers).items() if number and times > 1}


def _batch(rows: bytes, known: Mapping[str, Known], upto: tuple[int, int]) -> Batch:
    plain = marshal.loads(rows)  # noqa: S302  # our own process
    return Batch([*map(row_of, plain)], known, upto)
