"""A line as it is stored: what was keyed in, sealed and hashed, in the form of the wire."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.people import Assurance
from referendum.kernel.sealing import Mac, Vault
from referendum.roll import copying
from referendum.roll.names import name_text
from referendum.roll.places import districts_on
from referendum.roll.tables import District, Jurisdiction
from referendum.roll.usual_names import Gazetteer
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
from signatures.tables import Petition


class LineRow(NamedTuple):
    """A line as it is written; the columns are those of the table, in this order."""

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


LINE: Final = f"line ({', '.join(LineRow._fields)})"
"""The table with the columns of a row, as COPY is told them."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Turns what was keyed in into what is stored, for one batch."""

    petition: Petition
    keys: PetitionKeys
    names: Mac
    """The register's own look-up hash, which each petition hashes once more."""
    places: Gazetteer[District]
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
            here = self.places.get(written)
            self.districts[written] = None if here is None else here.id
        return self.districts[written]


def keeper_of(
    session: Session,
    vault: Vault,
    petition: Petition,
    *,
    batch: UUID,
    origin: Origin,
    received_on: date,
    minimum_age: int,
) -> Keeper:
    """What one batch of a petition is stored with."""
    place = session.get_one(Jurisdiction, petition.jurisdiction_id)
    here = districts_on(session, petition.jurisdiction_id, received_on)
    return Keeper(
        petition,
        PetitionKeys.open(session, vault, petition),
        vault.mac("name"),
        Gazetteer.of_place(place, here),
        {},
        batch,
        ids_of_batch(),
        origin,
        received_on,
        minimum_age,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a batch, made once: what is written of them, and what answers for them."""

    rows: bytes = field(repr=False)
    """In the binary form of COPY."""
    ids: Sequence[UUID]
    commitments: Sequence[bytes] = field(repr=False)

    @classmethod
    def of(cls, keeper: Keeper, lines: Iterable[PaperLine]) -> Piece:
        made = [keeper.row(line) for line in lines]
        rows = b"".join(map(_row, made))
        return cls(rows, [one.id for one in made], [one.commitment for one in made])


class Digest:
    """A keyed hash of what was written, by which the same file brought twice is known."""

    def __init__(self, keys: PetitionKeys) -> None:
        self._hash = hmac.new(keys.name.key, digestmod="sha256")

    def take(self, lines: Iterable[PaperLine]) -> None:
        for line in lines:
            self._hash.update(json.dumps(_keyed(line), ensure_ascii=False).encode() + b"\n")

    @property
    def value(self) -> bytes:
        return self._hash.digest()


def _row(line: LineRow) -> bytes:
    """As PostgreSQL writes a row of it on the wire."""
    return (
        copying.COUNT.pack(len(line))
        + b"".join(map(_field, line[:MISSING]))
        + (
            copying.field(b"\1" + line.missing.encode())
            + b"".join(map(_field, line[MISSING + 1 :]))
        )
    )


MISSING: Final = LineRow._fields.index("missing")
"""The one column of `jsonb`, whose form on the wire begins with its version."""


def _field(value: UUID | str | bytes | int | date | None) -> bytes:
    match value:
        case None:
            return copying.NULL
        case UUID():
            return copying.field(value.bytes)
        case str():
            return copying.field(value.encode())
        case bytes():
            return copying.field(value)
        case date():
            return copying.day(value)
        case int():
            return copying.whole(value)


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
