"""Files as they come: sealed and committed by the piece, never whole in memory or in the clear."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from referendum.kernel.decoding import Detective
from referendum.kernel.sealing import DataKey
from referendum.kernel.uow import Begin

PIECE: Final = 1 << 20
"""Bytes that are sealed and committed together."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where the pieces of one file are kept, and the key that they are sealed under.

    `table` has the columns `intake_id`, `number` and `sealed`; a piece is sealed in the place
    `<table>:<intake>:<number>`.
    """

    begin: Begin
    key: DataKey
    table: Any
    intake_id: UUID

    def keep(self, number: int, piece: bytes, *, touch: Callable[[Session], None]) -> None:
        """Seal and commit the next piece; `touch` notes in the same transaction that it came."""
        sealed = self.key.seal(piece, place=self._place(number))
        row = {"intake_id": self.intake_id, "number": number, "sealed": sealed}
        with self.begin() as uow:
            uow.session.execute(insert(self.table).values(row))
            touch(uow.session)

    def pieces(self, *, offset: int = 0) -> Iterator[bytes]:
        """The file from a byte on, a piece at a time."""
        number, skipped = divmod(offset, PIECE)
        while (sealed := self._kept(number)) is not None:
            yield self.key.unseal(sealed, place=self._place(number))[skipped:]
            number, skipped = number + 1, 0

    def _kept(self, number: int) -> bytes | None:
        here = (self.table.intake_id == self.intake_id, self.table.number == number)
        with self.begin() as uow:
            return uow.session.scalar(select(self.table.sealed).where(*here))

    def _place(self, number: int) -> str:
        return f"{self.table.__tablename__}:{self.intake_id}:{number}"


@dataclass(slots=True)
class Receiving:
    """A file on its way in: what it is looked at for while it comes."""

    into: Sealed
    touch: Callable[[Session], None]
    size: int = 0
    _rest: bytearray = field(default_factory=bytearray)
    _number: int = 0
    _sha256: hashlib._Hash = field(default_factory=hashlib.sha256)
    _detective: Detective = field(default_factory=Detective)

    @property
    def sha256(self) -> str:
        """Of what has come so far."""
        return self._sha256.hexdigest()

    def write(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self._rest += chunk
        while len(self._rest) >= PIECE:
            self._keep(bytes(self._rest[:PIECE]))
            del self._rest[:PIECE]

    def end(self) -> str:
        """The file has ended; gives its encoding. Raises NotText."""
        if self._rest:
            self._keep(bytes(self._rest))
            self._rest.clear()
        return self._detective.found()

    def _keep(self, piece: bytes) -> None:
        self._sha256.update(piece)
        self._detective.look(piece)
        self.size += len(piece)
        self.into.keep(self._number, piece, touch=self.touch)
        self._number += 1
