"""Files as they come: sealed and committed by the piece, never whole in memory or in the clear."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import insert, select

from referendum.kernel.decoding import Detective, NotText
from referendum.kernel.intake import READING, RECEIVING, Intakes
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import Begin

PIECE: Final = 1 << 20
"""Bytes that are sealed and committed together."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where the pieces of one file are kept, and the key that they are sealed under."""

    files: Intakes[Any]
    begin: Begin
    key: DataKey
    intake_id: UUID

    @classmethod
    def of(cls, files: Intakes[Any], begin: Begin, vault: Vault, intake_id: UUID) -> Self:
        with begin() as uow:
            key = vault.open_key(uow.session, files.get(uow.session, intake_id).key_id)
        return cls(files, begin, key, intake_id)

    def keep(self, number: int, piece: bytes) -> None:
        """Seal and commit the next piece, with a note that it came.

        Of a file that was given up meanwhile nothing more is kept.
        """
        sealed = self.key.seal(piece, place=self._place(number))
        row = {"intake_id": self.intake_id, "number": number, "sealed": sealed}
        with self.begin() as uow:
            if self.files.held(uow.session, self.intake_id, RECEIVING) is not None:
                uow.session.execute(insert(self.files.pieces).values(row))
                self.files.touch(uow.session, self.intake_id)

    def pieces(self, *, offset: int = 0) -> Iterator[bytes]:
        """The file from a byte on, a piece at a time."""
        number, skipped = divmod(offset, PIECE)
        while (sealed := self._kept(number)) is not None:
            yield self.key.unseal(sealed, place=self._place(number))[skipped:]
            number, skipped = number + 1, 0

    def _kept(self, number: int) -> bytes | None:
        pieces = self.files.pieces
        here = (pieces.intake_id == self.intake_id, pieces.number == number)
        with self.begin() as uow:
            return uow.session.scalar(select(pieces.sealed).where(*here))

    def _place(self, number: int) -> str:
        return f"{self.files.pieces.__tablename__}:{self.intake_id}:{number}"


@dataclass(slots=True)
class Receiver:
    """Takes a file in as it arrives, in a `with`: what breaks off leaves nothing."""

    files: Intakes[Any]
    begin: Begin
    vault: Vault
    intake_id: UUID
    size: int = field(default=0, init=False)
    _into: Sealed = field(init=False)
    _rest: bytearray = field(default_factory=bytearray, init=False)
    _number: int = field(default=0, init=False)
    _sha256: hashlib._Hash = field(default_factory=hashlib.sha256, init=False)
    _detective: Detective = field(default_factory=Detective, init=False)

    def __post_init__(self) -> None:
        self._into = Sealed.of(self.files, self.begin, self.vault, self.intake_id)

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

    def receive(self, chunks: Iterable[bytes]) -> None:
        """All of a file, from its first byte to its last."""
        with self:
            for chunk in chunks:
                self.write(chunk)

    def write(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self._rest += chunk
        while len(self._rest) >= PIECE:
            self._keep(bytes(self._rest[:PIECE]))
            del self._rest[:PIECE]

    def give_up(self) -> None:
        """The file broke off."""
        self.files.give_up(self.begin, self.vault, self.intake_id)

    def close(self) -> None:
        """The file has ended: it can be read. Refused where it is no text."""
        if self._rest:
            self._keep(bytes(self._rest))
            self._rest.clear()
        try:
            encoding = self._detective.found()
        except NotText as broken:
            why = self.files.unreadable(broken)
            self.files.refuse(self.begin, self.vault, self.intake_id, why)
            raise why from broken
        with self.begin() as uow:
            row = self.files.held(uow.session, self.intake_id, RECEIVING)
            if row is not None:
                row.stage, row.encoding, row.file_size = READING, encoding, self.size
                if self.files.hashed is not None:
                    setattr(row, self.files.hashed, self.sha256)
                self.files.touch(uow.session, row.id)

    def _keep(self, piece: bytes) -> None:
        self._sha256.update(piece)
        self._detective.look(piece)
        self.size += len(piece)
        self._into.keep(self._number, piece)
        self._number += 1
