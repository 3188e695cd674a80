"""Registering the sheets that are handed over, with a receipt; afterwards no others are keyed in.

What came too late cannot be slipped in among what came in time: the list of sheets is fixed as
they are handed over, the representatives hold its hash, and the record holds it too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from referendum.kernel.canonical import canonical
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from signatures import petitions
from signatures.errors import (
    FewerLinesThanKeyed,
    SheetListUnreadable,
    SheetNotRegistered,
    SheetOverfull,
    SheetRegisteredBefore,
)
from signatures.handing_tables import HandingIn, RegisteredSheet
from signatures.lines import sheet_named
from signatures.tables import Petition

MOST_SHEETS: Final = 50_000
MOST_LINES: Final = 100_000
"""On one sheet, or in one bundle."""
LONGEST: Final = 100
"""Characters of a number."""

ONE: Final = re.compile(r"(?P<sheet>.*\S)\s*[,:\t ]\s*(?P<lines>\d{1,6})")
ENDS_IN_NUMBER: Final = re.compile(r"(?P<stem>.*?)(?P<number>\d{1,9})")

ALL_KEYED: Final = text("""
select l.sheet, count(*) as keyed
  from line l join line_state s on s.petition_id = l.petition_id and s.line_id = l.id
 where l.petition_id = :petition and l.sheet is not null and s.status <> 'struck'
 group by l.sheet
""")
OF_BATCH: Final = text("""
with touched as materialized (select distinct sheet from line where batch_id = :batch),
keyed as (
    select l.sheet, count(*) as keyed
      from touched t
      join line l on l.petition_id = :petition and l.sheet = t.sheet
      join line_state s on s.petition_id = l.petition_id and s.line_id = l.id
     where s.status <> 'struck'
     group by l.sheet
)
select keyed.sheet, keyed.keyed, r.lines as registered
  from keyed left join registered_sheet r on r.petition_id = :petition and r.sheet = keyed.sheet
 where keyed.keyed > coalesce(r.lines, 0) and (r.lines is not null or :closed)
 order by r.lines is not null, keyed.sheet limit 1
""")
"""Of a batch's sheets one that has more lines than were registered; where the list is closed, one
that is not registered comes first."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet or bundle by its number, with how many lines are written on it."""

    number: str
    lines: int


def read(written: str) -> tuple[Sheet, ...]:
    """A list as people write it: `A-1, 20` or `A-1 ~ A-30, 20`, one to a line."""
    found: list[Sheet] = []
    for place, row in enumerate(written.splitlines(), 1):
        if not row.strip():
            continue
        try:
            found += _of_row(row.strip())
        except ValueError as why:
            raise SheetListUnreadable(field="sheets", line=place) from why
        if len(found) > MOST_SHEETS:
            raise SheetListUnreadable(field="sheets", line=place)
    return tuple(found)


def _of_row(row: str) -> Iterator[Sheet]:
    name, lines = _split(row)
    first, tilde, last = (part.strip() for part in name.partition("~"))
    if not tilde:
        yield Sheet(first, lines)
        return
    begins, ends = ENDS_IN_NUMBER.fullmatch(first), ENDS_IN_NUMBER.fullmatch(last)
    if begins is None or ends is None or ends["stem"] not in ("", begins["stem"]):
        raise ValueError(row)
    from_, to = int(begins["number"]), int(ends["number"])
    if not from_ <= to < from_ + MOST_SHEETS:
        raise ValueError(row)
    width = len(begins["number"])
    yield from (Sheet(f"{begins['stem']}{one:0{width}}", lines) for one in range(from_, to + 1))


def _split(row: str) -> tuple[str, int]:
    found = ONE.fullmatch(row)
    if found is None:
        raise ValueError(row)
    name, lines = sheet_named(found["sheet"]).rstrip(" ,:"), int(found["lines"])
    if not name or len(name) > LONGEST or not 0 < lines <= MOST_LINES:
        raise ValueError(row)
    return name, lines


def register(
    uow: UnitOfWork,
    petition: Petition,
    sheets: Iterable[Sheet],
    *,
    by: Actor,
    with_keyed: bool = False,
) -> HandingIn:
    """Write down what is handed over now, under one entry of the record; gives the receipt.

    The petition is held alone, so that nobody keys meanwhile. `with_keyed`: sheets that were keyed
    in before are handed over with the others, with as many lines as they have. A sheet is
    registered once; named again with as many lines it is passed over, with others refused.
    """
    session = uow.session
    known = {one.sheet: one.lines for one in _registered(session, petition.id)}
    listed = _listed(sheets, known)
    there = {one.number: one.lines for one in keyed(session, petition.id)}
    for sheet, lines in listed.items():
        if there.get(sheet, 0) > lines:
            raise FewerLinesThanKeyed(field="sheets", sheet=sheet, lines=lines, keyed=there[sheet])
    if with_keyed:
        listed = {one: count for one, count in there.items() if one not in known} | listed
    return _keep(uow, petition, listed, by)


def keyed(session: Session, petition_id: UUID) -> list[Sheet]:
    """The sheets that were keyed in so far, with their lines; without what was keyed wrongly."""
    found = session.execute(ALL_KEYED, {"petition": petition_id})
    return [Sheet(row.sheet, row.keyed) for row in found]


def _listed(sheets: Iterable[Sheet], known: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in sheets:
        number = sheet_named(one.number)
        before = known.get(number, found.get(number))
        if before is not None and before != one.lines:
            raise SheetRegisteredBefore(field="sheets", sheet=number, lines=before)
        if number not in known:
            found[number] = one.lines
    return found


def _keep(uow: UnitOfWork, petition: Petition, listed: dict[str, int], by: Actor) -> HandingIn:
    session, now = uow.session, uow.now()
    last = select(func.max(HandingIn.number)).where(HandingIn.petition_id == petition.id)
    number = (session.scalar(last) or 0) + 1
    digest = digest_of(number, listed.items())
    facts = {
        "petition": str(petition.id),
        "number": number,
        "sheets": len(listed),
        "lines": sum(listed.values()),
        "digest": digest.hex(),
    }
    entry = uow.record("sheets.registered", by=by, measure=petition.measure_id, facts=facts)
    made = HandingIn(
        id=uuid4(),
        petition_id=petition.id,
        number=number,
        received_on=petitions.local_day(petition, now),
        registered_by=by.mark,
        sheets=len(listed),
        lines=sum(listed.values()),
        digest=digest,
        record_entry_id=entry,
    )
    session.add(made)
    session.flush()
    rows = [
        {"petition_id": petition.id, "sheet": sheet, "lines": lines, "handing_in_id": made.id}
        for sheet, lines in listed.items()
    ]
    if rows:
        session.execute(insert(RegisteredSheet), rows)
    return made


def digest_of(number: int, sheets: Iterable[tuple[str, int]]) -> bytes:
    """The hash of a receipt: of its number, and of each sheet with its lines, in their order."""
    listed = [[sheet, lines] for sheet, lines in sorted(sheets)]
    return hashlib.sha256(canonical({"number": number, "sheets": listed})).digest()


def receipts(session: Session, petition_id: UUID) -> Sequence[HandingIn]:
    """What was handed over to a petition, the first first."""
    here = select(HandingIn).where(HandingIn.petition_id == petition_id)
    return session.scalars(here.order_by(HandingIn.number)).all()


def sheets_of(session: Session, handing_in_id: UUID) -> list[Sheet]:
    """The sheets of one receipt, in the order in which they are hashed."""
    here = select(RegisteredSheet).where(RegisteredSheet.handing_in_id == handing_in_id)
    kept = sorted(session.scalars(here), key=lambda one: one.sheet)
    return [Sheet(one.sheet, one.lines) for one in kept]


def last_day(session: Session, petition: Petition) -> date | None:
    """The day on which sheets were last handed over; None before the handing in."""
    if petition.submitted_at is None:
        return None
    last = select(func.max(HandingIn.received_on)).where(HandingIn.petition_id == petition.id)
    return session.scalar(last) or petitions.local_day(petition, petition.submitted_at)


def insist_registered(session: Session, petition: Petition, batch_id: UUID) -> None:
    """Refuse a batch with a sheet that was not handed over, or with more lines than it had then.

    Asked once the lines are there, at the desk of the petition, so that two officers cannot fill
    one sheet twice. Before the handing in the list is open: only what is on it is held to it.
    Petitions that were handed in before sheets were registered here have no list at all.
    """
    if not receipts(session, petition.id):
        return
    closed = petition.submitted_at is not None
    here = {"petition": petition.id, "batch": batch_id, "closed": closed}
    if (beyond := session.execute(OF_BATCH, here).first()) is None:
        return
    if beyond.registered is None:
        raise SheetNotRegistered(field="sheet", sheet=beyond.sheet)
    raise SheetOverfull(
        field="sheet", sheet=beyond.sheet, lines=beyond.registered, keyed=beyond.keyed
    )


def _registered(session: Session, petition_id: UUID) -> Sequence[RegisteredSheet]:
    here = select(RegisteredSheet).where(RegisteredSheet.petition_id == petition_id)
    return session.scalars(here).all()
