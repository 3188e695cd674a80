"""Receiving a register's file: sealed piece by piece as it comes (`kernel.receiving`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.decoding import NotText
from referendum.kernel.receiving import Receiving, Sealed
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import Begin
from referendum.roll import intakes
from referendum.roll.errors import RegisterEncodingUnknown
from referendum.roll.intake_tables import IntakePiece
from referendum.roll.intakes import Stage


@dataclass(slots=True)
class Receiver:
    """Takes a file in as it arrives, in a `with`: what breaks off leaves nothing."""

    begin: Begin
    vault: Vault
    intake_id: UUID
    _coming: Receiving = field(init=False)

    def __post_init__(self) -> None:
        with self.begin() as uow:
            row = intakes.get(uow.session, self.intake_id)
            key = self.vault.open_key(uow.session, row.key_id)
        into = Sealed(self.begin, key, IntakePiece, self.intake_id)
        self._coming = Receiving(into, self._touch)

    def write(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self._coming.write(chunk)

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
        return self._coming.sha256

    def give_up(self) -> None:
        """The file broke off."""
        intakes.give_up(self.begin, self.vault, self.intake_id)

    def close(self) -> None:
        """The file has ended: it can be read. Raises RegisterEncodingUnknown."""
        try:
            encoding = self._coming.end()
        except NotText as broken:
            why = RegisterEncodingUnknown(line=broken.line, byte=broken.byte)
            intakes.refuse(self.begin, self.vault, self.intake_id, why)
            raise why from broken
        with self.begin() as uow:
            row = intakes.get(uow.session, self.intake_id, locked=True)
            row.stage, row.encoding, row.file_size = Stage.READING, encoding, self._coming.size
            row.file_sha256 = self.sha256
            intakes.touch(uow.session, row.id)

    def _touch(self, session: Session) -> None:
        intakes.get(session, self.intake_id, locked=True)
        intakes.touch(session, self.intake_id)


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
    return Sealed(begin, key, IntakePiece, intake_id).pieces(offset=offset)
