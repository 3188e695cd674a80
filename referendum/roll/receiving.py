"""Receiving a register's file: sealed piece by piece as it comes, never whole in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self
from uuid import UUID

from referendum.kernel.decoding import Detective, NotText
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import Begin
from referendum.roll import intakes
from referendum.roll.errors import RegisterEncodingUnknown
from referendum.roll.intake_tables import IntakePiece
from referendum.roll.intakes import Stage

PIECE: Final = 1 << 20
"""Bytes that are sealed and committed together."""


@dataclass(slots=True)
class Receiver:
    """Takes a file in as it arrives, in a `with`: what breaks off leaves nothing."""

    begin: Begin
    vault: Vault
    intake_id: UUID
    _key: DataKey = field(init=False)
    _rest: bytearray = field(default_factory=bytearray)
    _number: int = 0
    _size: int = 0
    _sha256: hashlib._Hash = field(default_factory=hashlib.sha256)
    _detective: Detective = field(default_factory=Detective)

    def __post_init__(self) -> None:
        with self.begin() as uow:
            row = intakes.get(uow.session, self.intake_id)
            self._key = self.vault.open_key(uow.session, row.key_id)

    def write(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self._rest += chunk
        while len(self._rest) >= PIECE:
            self._keep(bytes(self._rest[:PIECE]))
            del self._rest[:PIECE]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_told: object) -> None:
        if kind is None:
            self.close()
        else:
            self.give_up()

    @property
    def sha256(self) -> str:
        """Of what has come so far."""
        return self._sha256.hexdigest()

    def give_up(self) -> None:
        """The file broke off."""
        intakes.give_up(self.begin, self.vault, self.intake_id)

    def close(self) -> None:
        """The file has ended: it can be read. Raises RegisterEncodingUnknown."""
        if self._rest:
            self._keep(bytes(self._rest))
            self._rest.clear()
        try:
            encoding = self._detective.found()
        except NotText as broken:
            why = RegisterEncodingUnknown(line=broken.line, byte=broken.byte)
            intakes.refuse(self.begin, self.vault, self.intake_id, why)
            raise why from broken
        with self.begin() as uow:
            row = intakes.get(uow.session, self.intake_id, locked=True)
            row.stage, row.encoding, row.file_size = Stage.READING, encoding, self._size
            row.file_sha256 = self.sha256
            intakes.touch(uow.session, row.id)

    def _keep(self, piece: bytes) -> None:
        self._sha256.update(piece)
        self._detective.look(piece)
        self._size += len(piece)
        sealed = self._key.seal(piece, place=_place(self.intake_id, self._number))
        with self.begin() as uow:
            uow.session.add(
                IntakePiece(intake_id=self.intake_id, number=self._number, sealed=sealed)
            )
            row = intakes.get(uow.session, self.intake_id, locked=True)
            intakes.touch(uow.session, row.id)
        self._number += 1


def open_receiver(
    begin: Begin,
    vault: Vault,
    *,
    jurisdiction_id: UUID,
    as_of: date,
    by: str,
    invented: bool,
) -> Receiver:
    """Begin to take in a file that describes this day, for as long as the `with` lasts."""
    with begin() as uow:
        intake_id = intakes.open_intake(
            uow, vault, jurisdiction_id=jurisdiction_id, as_of=as_of, by=by, invented=invented
        )
    return Receiver(begin, vault, intake_id)


def pieces(begin: Begin, key: DataKey, intake_id: UUID, *, offset: int) -> Iterator[bytes]:
    """The file from a byte on, a piece at a time."""
    number, skipped = divmod(offset, PIECE)
    while True:
        with begin() as uow:
            row = uow.session.get(IntakePiece, (intake_id, number))
            sealed = row.sealed if row is not None else None
        if sealed is None:
            return
        yield key.unseal(sealed, place=_place(intake_id, number))[skipped:]
        number, skipped = number + 1, 0


def _place(intake_id: UUID, number: int) -> str:
    return f"register_intake_piece:{intake_id}:{number}"
