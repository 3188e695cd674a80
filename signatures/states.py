"""Where each line stands now: asked, held, numbered, and entered as it is given online."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import compress
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from referendum.kernel.wire import Wire
from signatures.errors import LineNotFound
from signatures.lines import Origin, Reason, Status
from signatures.writing import BROUGHT, FORWARD, FRESH_SENT, NOWHERE, NUMBERED

HELD: Final = """
select * from line_state
 where petition_id = :petition
   and line_id = any(array(
         select unnest(cast(:lines as uuid[]))
          union
         select line_id from waiting_line
          where petition_id = :petition and reason = 'duplicate'
            and person_key = any(cast(:people as bytea[]))
          union
         select line_id from standing_signature
          where petition_id = :petition and person_key = any(cast(:people as bytea[]))))
 order by line_id for update
"""
"""All in one order, so that two who hold the same lines never wait for each other in a ring."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A signature that is given online now, with all that is written for it."""

    petition_id: UUID
    measure_id: UUID
    line_id: UUID
    person_key: bytes = field(repr=False)
    district_id: UUID
    day: date
    sealed: bytes = field(repr=False)
    assurance: str
    text_sha256: bytes
    commitment: bytes
    consents: str
    """JSON: to what the signer agreed, and in which wording."""
    entry_id: UUID
    leaf: bytes
    """The entry of the record, in its canonical form."""
    moment: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one: the standing line of this person, its own or an earlier one."""

    standing: UUID
    origin: Origin
    stands: bool

    @property
    def kept(self) -> bool:
        """Whether it was written: a repeat of one's own standing online signature is not."""
        return self.stands or self.origin is not Origin.ONLINE


@dataclass(frozen=True, slots=True)
class State:
    """What holds for a line now. `version` 0: nobody has looked at it."""

    line_id: UUID
    arrival: int
    number: int | None
    version: int
    status: Status
    reason: Reason | None
    person_key: bytes | None
    district_id: UUID | None
    origin: Origin
    received_on: date

    @property
    def stands(self) -> bool:
        return self.status is Status.VALID


Seat = tuple[UUID, bytes]
"""Where a standing signature is found: the petition, and the person's key on it."""

SEATED: Final = """
select s.petition_id is not null as seated
  from unnest(%(petitions)s::uuid[], %(people)s::bytea[]) with ordinality
       as g(petition_id, person_key, place)
  left join standing_signature s on s.petition_id = g.petition_id and s.person_key = g.person_key
 order by g.place"""


def seated(wire: Wire, seats: Sequence[Seat]) -> list[bool]:
    """Whether a signature stands there, of each, in one statement."""
    petitions, people = zip(*seats, strict=True)
    given = {"petitions": list(petitions), "people": list(people)}
    return [row.seated for row in wire.ask(SEATED, given)]


def enter(wire: Wire, fresh: Sequence[Fresh]) -> list[Entered | None]:
    """Write signatures that are given online, one row of `Entered` to each, in one statement.

    None where the petition takes none of that day and district now: it was halted, ended or
    barred meanwhile, and nothing was written.
    """
    columns = {
        name: [getattr(one, field) for one in fresh]
        for name, field in (
            ("petitions", "petition_id"),
            ("measures", "measure_id"),
            ("lines", "line_id"),
            ("people", "person_key"),
            ("districts", "district_id"),
            ("days", "day"),
            ("sealed", "sealed"),
            ("assurances", "assurance"),
            ("texts", "text_sha256"),
            ("commitments", "commitment"),
            ("consents", "consents"),
            ("entries", "entry_id"),
            ("leaves", "leaf"),
            ("moments", "moment"),
        )
    }
    found: dict[UUID, Entered | None] = {}
    again = {one.line_id for one in fresh}
    while again:
        wanted = [one.line_id in again for one in fresh]
        asked = {name: list(compress(cells, wanted)) for name, cells in columns.items()}
        for row in wire.ask(FRESH_SENT, {**asked, "nowhere": NOWHERE}):
            if not row.taken:
                found[row.line_id] = None
            # Its own line stands already where it was written and the answer was lost.
            elif row.stands or row.standing == row.line_id:
                found[row.line_id] = Entered(row.line_id, Origin.ONLINE, stands=True)
            elif row.standing is not None:
                found[row.line_id] = Entered(
                    row.standing, Origin(row.standing_origin), stands=False
                )
        # Who was not first, and does not see who was, lost by a moment: now they see.
        again -= found.keys()
    return [found[one.line_id] for one in fresh]


def hold(
    session: Session, petition_id: UUID, lines: Collection[UUID], *, people: Iterable[bytes] = ()
) -> dict[UUID, State]:
    """Lines as they stand, and what stands or may stand of these people, kept until the end.

    What follows from a change, as who is next to stand, is among what is held: name the people.
    """
    asked = {"petition": petition_id, "lines": list(lines), "people": list(people)}
    found = {row.line_id: _state(row) for row in session.execute(text(HELD), asked)}
    for line_id in lines:
        if line_id not in found:
            raise LineNotFound(line=str(line_id))
    return found


def state_of(session: Session, petition_id: UUID, line_id: UUID) -> State:
    """A line as it stands, for whoever looks and changes nothing."""
    asked = {"petition": petition_id, "line": line_id}
    one = text("select * from line_state where petition_id = :petition and line_id = :line")
    row = session.execute(one, asked).one_or_none()
    if row is None:
        raise LineNotFound(line=str(line_id))
    return _state(row)


def bring(session: Session, petition_id: UUID, lines: Sequence[UUID], *, before: int) -> None:
    """Let new lines be open, numbered from `before` + 1 in the order of their arrival.

    The caller keeps others from numbering (`keep_numbers`).
    """
    asked = {"petition": petition_id, "lines": list(lines), "nowhere": NOWHERE}
    session.execute(text(BROUGHT), {**asked, "before": before})


def keep_numbers(session: Session, petition_id: UUID, *, wait: bool) -> bool:
    """Be the only one who numbers this petition's lines, until the transaction ends."""
    key = {"key": int.from_bytes(petition_id.bytes[8:], signed=True)}
    if wait:
        session.execute(text("select pg_advisory_xact_lock(:key)"), key)
        return True
    return bool(session.scalar(text("select pg_try_advisory_xact_lock(:key)"), key))


def last_number(session: Session, petition_id: UUID) -> int:
    """The highest number given so far; 0 where there is none."""
    last = text(
        "select max(number) from line_state where petition_id = :petition and number is not null"
    )
    return session.scalar(last, {"petition": petition_id}) or 0


def number_next(session: Session, petition_id: UUID, *, size: int) -> int:
    """Give the next `size` lines without a number theirs, in the order they came; gives how many.

    Leaves it where somebody else is numbering: they, or the next folding, will do it.
    """
    if not keep_numbers(session, petition_id, wait=False):
        return 0
    session.execute(text(FORWARD))
    given = session.execute(text(NUMBERED), {"petition": petition_id, "size": size})
    return int(getattr(given, "rowcount", 0))


def states_of(rows: Iterable[Row[Any]]) -> Iterator[State]:
    """Rows of `line_state` as values."""
    return (_state(row) for row in rows)


def _state(row: Row[Any]) -> State:
    return State(
        row.line_id,
        row.arrival,
        row.number,
        row.version,
        Status(row.status),
        Reason(row.reason) if row.reason else None,
        None if row.person_key is None else bytes(row.person_key),
        row.district_id,
        Origin(row.origin),
        row.received_on,
    )
