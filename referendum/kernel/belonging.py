"""Whether the keys at hand are those of this database: each is known again by what it left there.

A database that is restored beside other keys would start, and lose what it is given from then on:
nothing sealed before could be opened, nobody would be recognised, and the record would go on
under another signature.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey, latest_checkpoint
from referendum.kernel.sealing import SealBroken, SealedDataKey, Vault, Wrapped

LOG: Final = "log"
PEPPER: Final = "pepper"
ORIGIN: Final = "log-origin"
"""Not a key: the name under which the record is signed, which is a setting."""


class KeyMark(Base):
    """What one key left here, by which it is known again. It tells nothing of the key."""

    __tablename__ = "key_mark"
    __table_args__ = ({"info": APPEND_ONLY},)

    key: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class KeysOfAnother(DomainError):
    """Keys do not fit what the database holds. Facts: `keys`, their names."""

    code: ClassVar[str] = "keys-of-another"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


PepperTrial = Callable[[Session, Vault], bool | None]
"""Whether stored keyed hashes are the pepper's; None where there is nothing to try it on."""


def strangers(
    session: Session, vault: Vault, log_key: LogKey, *, pepper: PepperTrial
) -> tuple[str, ...]:
    """The names of the keys that do not belong to this database: as their files are named.

    Keys that are met for the first time leave their mark in this transaction, but only when all
    of them fit whatever is there already: wrapped data keys, keyed hashes, the last checkpoint.
    """
    own = _marks(vault.keyring, log_key)
    left = _left(session)
    wrong = {*_unlike(own, left), *_cannot_open(session, vault), *_cannot_sign(session, log_key)}
    if PEPPER not in left and pepper(session, vault) is False:
        wrong.add(PEPPER)
    missing = [{"key": key, "mark": mark} for key, mark in own.items() if key not in left]
    if missing and not wrong:
        session.execute(insert(KeyMark).values(missing).on_conflict_do_nothing())
        # Another process may have been first, with other keys.
        wrong = set(_unlike(own, _left(session)))
    return tuple(sorted(wrong))


def _marks(keyring: Keyring, log_key: LogKey) -> dict[str, bytes]:
    """For secrets a value derived for nothing else (RFC 5869); for the log, what is public."""
    secret = {"master": keyring.master, PEPPER: keyring.pepper, "codes": keyring.codes}
    secret |= {f"authority-{each}": key for each, key in keyring.authorities.items()}
    derived = {
        name: HKDF(SHA256(), length=32, salt=None, info=f"key-mark:{name}".encode()).derive(key)
        for name, key in secret.items()
    }
    public = log_key.vkey.removeprefix(f"{log_key.origin}+").partition("+")[2]
    return {**derived, LOG: public.encode(), ORIGIN: log_key.origin.encode()}


def _left(session: Session) -> Mapping[str, bytes]:
    marks = session.execute(select(KeyMark.key, KeyMark.mark))
    return {row.key: row.mark for row in marks}


def _unlike(own: Mapping[str, bytes], left: Mapping[str, bytes]) -> Sequence[str]:
    return [
        name
        for name, mark in own.items()
        if name in left and not hmac.compare_digest(mark, left[name])
    ]


def _cannot_open(session: Session, vault: Vault) -> Iterator[str]:
    """The wrapping keys that do not open the newest data key each of them wrapped."""
    kept = SealedDataKey
    newest = (
        select(kept.id, kept.purpose, kept.wrapped_by, kept.wrapped)
        .ext(distinct_on(kept.wrapped_by))
        .where(kept.wrapped.is_not(None))
        .order_by(kept.wrapped_by, kept.created_at.desc())
    )
    for row in session.execute(newest):
        try:
            vault.unwrap(Wrapped(*row))
        except SealBroken:
            yield row.wrapped_by if row.wrapped_by == "master" else f"authority-{row.wrapped_by}"


def _cannot_sign(session: Session, log_key: LogKey) -> Iterator[str]:
    """What of the log's key and name does not make the last checkpoint as it stands.

    Ed25519 signs the same text alike each time (RFC 8032), so that signing anew is the check.
    """
    last = latest_checkpoint(session)
    if last is None:
        return
    origin = last.note.partition("\n")[0]
    if origin != log_key.origin:
        yield ORIGIN
    if LogKey(origin, log_key.seed).checkpoint(last.size, last.root) != last.note:
        yield LOG
