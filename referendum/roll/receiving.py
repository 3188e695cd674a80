"""Receiving a register's file: sealed piece by piece as it comes (`kernel.receiving`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from referendum.kernel.receiving import Receiver, Sealed
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import Begin
from referendum.roll import intakes
from referendum.roll.intakes import FILES, Mode


def open_receiver(
    begin: Begin,
    vault: Vault,
    *,
    jurisdiction_id: UUID,
    as_of: date,
    mode: Mode | None,
    by: str,
    invented: bool,
) -> Receiver:
    """Begin to take in a file that describes this day."""
    with begin() as uow:
        intake_id = intakes.open_intake(
            uow,
            vault,
            jurisdiction_id=jurisdiction_id,
            as_of=as_of,
            mode=mode,
            by=by,
            invented=invented,
        )
    return Receiver(FILES, begin, vault, intake_id)


def pieces(begin: Begin, key: DataKey, intake_id: UUID, *, offset: int) -> Iterator[bytes]:
    """The file from a byte on, a piece at a time."""
    return Sealed(FILES, begin, key, intake_id).pieces(offset=offset)
