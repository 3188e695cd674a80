"""Bringing sheets: every line is kept as it was written, under one entry of the record."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final, NamedTuple, Required, TypedDict
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Assurance, Officer
from referendum.kernel.sealing import Mac, Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll.names import name_text, normalise
from referendum.roll.places import districts_on
from signatures import petitions, states
from signatures.deciding import CHUNK
from signatures.errors import BatchAlreadyBrought, NothingBrought, RowsAlreadyBrought
from signatures.lines import (
    SECRET,
    Origin,
    PaperLine,
    commit,
    ids_of_batch,
    read_date,
    read_signing_day,
)
from signatures.petitions import PetitionKeys
from signatures.roots import Root
from signatures.tables import PaperBatch, Petition

Progress = Callable[[int, int], None]
"""Told how many lines are done, of how many."""


class LineRow(NamedTuple):
    """A line as COPY takes it; the columns are those of the table, in this order."""

    petition_id: UUID
    id: UUID
    origin: str
    batch_id: UUID
    sheet: str
    row: int
    district_id: UUID | None
    name_index: bytes | None
    signed_on: date | None
    sealed: bytes
    missing: str
    assurance: str
    text_sha256: bytes
    commitment: bytes
    received_on: date


class KnownRow(NamedTuple):
    """A row of a sheet that is on the petition already, and the number of its line."""

    sheet: str
    row: int
    line: int


REPORTED: Final = 100
"""So many known rows are named; more are of the same kind."""

KNOWN_ROWS: Final = text("""
select distinct on (n.sheet, n.row) n.sheet, n.row, s.number
  from unnest(cast(:lines as uuid[])) as brought(id)
 cross join lateral (
       select sheet, row, origin, arrival from line
        where petition_id = :petition and id = brought.id limit 1) as n
 cross join lateral (
       select id from line
        where petition_id = :petition and sheet = n.sheet and row = n.row
          and origin = n.origin and arrival < n.arrival offset 0) as l
 cross join lateral (
       select number from line_state
        where petition_id = :petition and line_id = l.id and status <> 'struck' limit 1) as s
 order by n.sheet, n.row, s.number limit :most
""")
"""Each line is found by its key: a petition that grows is believed to be empty."""

COPY: Final = f"copy line ({', '.join(LineRow._fields)}) from stdin"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Turns what was keyed in into what is stored, for one batch."""

    petition: Petition
    keys: PetitionKeys
    names: Mac
    """The register's own look-up hash, which each petition hashes once more."""
    districts: dict[str, UUID | None]
    """By what is written, filled as it is met: a sheet says the same district in every row."""
    batch: UUID
    ids: Iterator[UUID]
    origin: Origin
    received_on: date
    minimum_age: int

    def row(self, line: PaperLine) -> LineRow:
        signed = read_signing_day(line.signed_on, reference=self.received_on)
        born = read_date(
            line.birth_date, reference=signed or self.received_on, age=self.minimum_age
        )
        name_index = None
        if born is not None and line.name.strip():
            name_index = self.keys.name_key(self.names.of(name_text(line.name, born)))
        line_id, secret = next(self.ids), secrets.token_bytes(SECRET)
        return LineRow(
            petition_id=self.petition.id,
            id=line_id,
            origin=self.origin.value,
            batch_id=self.batch,
            sheet=line.sheet,
            row=line.row,
            district_id=self._district(line.district),
            name_index=name_index,
            signed_on=signed,
            sealed=self.keys.seal.seal_fields(_written(line, secret), place=f"line:{line_id}"),
            missing=json.dumps(list(_missing(line))),
            assurance=Assurance.PAPER.value,
            text_sha256=self.petition.text_sha256,
            commitment=commit(self.petition.id, line_id, secret),
            received_on=self.received_on,
        )

    def _district(self, written: str) -> UUID | None:
        if written not in self.districts:
            self.districts[written] = self.districts.get(normalise(written))
        return self.districts[written]


class Brought(TypedDict, total=False):
    """How lines came, as `bring_lines` takes it."""

    received_on: Required[date]
    origin: Origin
    total: int
    progress: Progress | None


def bring_lines(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    lines: Iterable[PaperLine],
    *,
    by: Officer,
    received_on: date,
    origin: Origin = Origin.PAPER,
    minimum_age: int = 0,
    total: int = 0,
    progress: Progress | None = None,
) -> PaperBatch:
    """Keep lines in the order given; none is refused for what is written in it.

    A whole batch that was brought before, word for word, is refused. A birth date whose year has
    two digits is read as that of somebody of the `minimum_age` at the signing. `total` is only for
    `progress`, where `lines` cannot say how many they are.
    """
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    petitions.insist_channel(petition, origin)
    keeper = _keeper(uow.session, vault, petition, origin, received_on, minimum_age)
    root, digest = Root(), hmac.new(keeper.keys.name.key, digestmod="sha256")
    total = len(lines) if isinstance(lines, Sized) else total
    source = iter(lines)
    states.keep_numbers(uow.session, petition_id, wait=True)
    numbered, known = states.last_number(uow.session, petition_id), list[KnownRow]()
    while chunk := list(islice(source, CHUNK)):
        for line in chunk:
            digest.update(json.dumps(_keyed(line), ensure_ascii=False).encode() + b"\n")
        rows = [keeper.row(line) for line in chunk]
        _copy(uow.session, rows)
        brought = [row.id for row in rows]
        states.bring(uow.session, petition_id, brought, before=numbered + root.size)
        known += _known_rows(uow.session, petition_id, brought)
        root.take([row.commitment for row in rows])
        if progress:
            progress(root.size, total)
    if root.size == 0:
        raise NothingBrought(petition=str(petition_id))
    batch = _batch(uow, keeper, root, digest.digest(), by)
    _insist_on_new_rows(petition_id, known)
    return batch


def _known_rows(session: Session, petition_id: UUID, lines: list[UUID]) -> list[KnownRow]:
    """Which of these lines stand in a row of a sheet that was brought before them."""
    here = {"petition": petition_id, "lines": lines, "most": REPORTED}
    return [KnownRow(row.sheet, row.row, row.number) for row in session.execute(KNOWN_ROWS, here)]


def _insist_on_new_rows(petition_id: UUID, known: Iterable[KnownRow]) -> None:
    """A row of a sheet is brought once, unless its batch was marked as keyed wrongly."""
    first: dict[tuple[str, int], KnownRow] = {}
    for one in sorted(known):
        first.setdefault((one.sheet, one.row), one)
    rows = [one._asdict() for one in islice(first.values(), REPORTED)]
    if rows:
        raise RowsAlreadyBrought(petition=str(petition_id), count=len(rows), rows=rows)


def _keeper(
    session: Session,
    vault: Vault,
    petition: Petition,
    origin: Origin,
    received_on: date,
    minimum_age: int,
) -> Keeper:
    places = districts_on(session, petition.jurisdiction_id, received_on)
    names: dict[str, UUID | None] = {
        normalise(name): place.id
        for place in places
        for name in (place.code, place.name_ko, place.name_en)
    }
    keys = PetitionKeys.open(session, vault, petition)
    return Keeper(
        petition,
        keys,
        vault.mac("name"),
        names,
        uuid4(),
        ids_of_batch(),
        origin,
        received_on,
        minimum_age,
    )


def _copy(session: Session, rows: Iterable[LineRow]) -> None:
    """Through the driver's own cursor, inside this transaction: COPY has no other door."""
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    with raw.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            copy.write_row(row)


def _batch(uow: UnitOfWork, keeper: Keeper, root: Root, digest: bytes, by: Officer) -> PaperBatch:
    petition = keeper.petition
    number = _next_number(uow.session, petition.id)
    facts = {
        "petition": str(petition.id),
        "number": number,
        "count": root.size,
        "merkle_root": root.value.hex(),
        "origin": keeper.origin.value,
    }
    entry = uow.record("lines.brought", by=by, measure=petition.measure_id, facts=facts)
    batch = PaperBatch(
        id=keeper.batch,
        petition_id=petition.id,
        number=number,
        origin=keeper.origin.value,
        received_on=keeper.received_on,
        keyed_by=by.mark,
        lines=root.size,
        merkle_root=root.value,
        digest=digest,
        record_entry_id=entry,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(batch)
    except IntegrityError as taken:
        if violates(taken, "uq_paper_batch_digest"):
            raise BatchAlreadyBrought(petition=str(petition.id), lines=root.size) from taken
        raise
    return batch


def _next_number(session: Session, petition_id: UUID) -> int:
    """Batches are numbered from 1; the desk's lock keeps two from taking the same."""
    last = select(func.max(PaperBatch.number)).where(PaperBatch.petition_id == petition_id)
    return (session.scalar(last) or 0) + 1


def _missing(line: PaperLine) -> Iterator[str]:
    """The required fields (ORD §9, RECD §6) that are blank. What cannot be read is for people."""
    if not line.name.strip():
        yield "name"
    if not line.birth_date.strip():
        yield "birth_date"
    if not line.address.strip():
        yield "address"
    if not line.signed_on.strip():
        yield "signed_on"
    if not line.has_mark:
        yield "mark"


def _keyed(line: PaperLine) -> list[str | int | bool | None]:
    return [
        line.sheet,
        line.row,
        line.name,
        line.birth_date,
        line.address,
        line.district,
        line.signed_on,
        line.has_mark,
        line.collector,
    ]


def _written(line: PaperLine, secret: bytes) -> dict[str, str | bool | None]:
    return {
        "name": line.name,
        "birth_date": line.birth_date,
        "address": line.address,
        "district": line.district,
        "signed_on": line.signed_on,
        "mark": line.has_mark,
        "collector": line.collector,
        "secret": secret.hex(),
    }
