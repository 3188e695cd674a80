"""Personal data at rest: sealed under a key per register version and one per measure."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.db import KEPT, Base
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority

NONCE: Final = 12
FILLED: Final = 256
"""What is sealed by its fields is as long as a multiple of it."""
BLOCK: Final = 64
"""SHA-256's block, to which HMAC pads its key (RFC 2104)."""


class SealedDataKey(Base):
    """A data key, wrapped by a key outside the database. Its destruction erases what it sealed."""

    __tablename__ = "sealed_data_key"
    __table_args__ = ({"info": KEPT},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    purpose: Mapped[str]
    wrapped_by: Mapped[str]
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    destroyed_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A row of `SealedDataKey`, as a statement gave it."""

    id: UUID
    purpose: str
    wrapped_by: str
    wrapped: bytes | None = field(repr=False)


class SealBroken(DomainError):
    """Sealed data was changed, moved to another place, or its key was destroyed."""

    code: ClassVar[str] = "seal-broken"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class DataKey:
    """Seals and opens. `place` binds a text to its row, so that it cannot be moved to another."""

    id: UUID
    secret: bytes = field(repr=False)

    def seal(self, plain: bytes, *, place: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, plain, place.encode())

    def unseal(self, sealed: bytes, *, place: str) -> bytes:
        try:
            return AESGCM(self.secret).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
        except InvalidTag as broken:
            raise SealBroken(place=place) from broken

    def seal_fields(self, fields: dict[str, Any], *, place: str) -> bytes:
        """As JSON, filled up with spaces.

        Else its length would be that of a name and an address, by which a line could be joined to
        somebody of its district in the register.
        """
        plain = json.dumps(fields, ensure_ascii=False).encode()
        return self.seal(plain.ljust(-(-len(plain) // FILLED) * FILLED), place=place)

    def unseal_fields(self, sealed: bytes, *, place: str) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self.unseal(sealed, place=place))
        return fields


@dataclass(frozen=True, slots=True)
class Mac:
    """HMAC-SHA-256 under a derived key: person keys, look-up hashes."""

    key: bytes = field(repr=False)

    def of(self, text: str) -> bytes:
        return hmac.digest(self.key, text.encode(), "sha256")

    @property
    def pads(self) -> tuple[bytes, bytes]:
        """The inner and outer pad, with which SQL can do `sha256(outer || sha256(inner || m))`."""
        key = (self.key if len(self.key) <= BLOCK else hashlib.sha256(self.key).digest()).ljust(
            BLOCK, b"\0"
        )
        return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)


@dataclass(frozen=True, slots=True)
class Vault:
    """Makes and opens data keys with the keyring, and derives keyed hashes from the pepper."""

    keyring: Keyring = field(repr=False)

    def new_key(self, session: Session, *, purpose: str, owner: Authority | None = None) -> DataKey:
        """A fresh data key, wrapped to an authority (a measure) or to the master (a register)."""
        key = DataKey(uuid4(), AESGCM.generate_key(256))
        by = owner.value if owner else "master"
        wrapping = DataKey(key.id, self._wrapping(by))
        wrapped = wrapping.seal(key.secret, place=f"sealed_data_key.{purpose}:{key.id}")
        session.add(SealedDataKey(id=key.id, purpose=purpose, wrapped_by=by, wrapped=wrapped))
        session.flush()
        return key

    def open_key(self, session: Session, key_id: UUID) -> DataKey:
        row = session.get_one(SealedDataKey, key_id)
        return self.unwrap(Wrapped(key_id, row.purpose, row.wrapped_by, row.wrapped))

    def unwrap(self, kept: Wrapped) -> DataKey:
        """Open a key as its row was just read.

        Nothing is remembered of it: a key that was destroyed opens nothing any more.
        """
        if kept.wrapped is None:
            raise SealBroken(place=f"sealed_data_key:{kept.id}")
        wrapping = DataKey(kept.id, self._wrapping(kept.wrapped_by))
        place = f"sealed_data_key.{kept.purpose}:{kept.id}"
        return DataKey(kept.id, wrapping.unseal(kept.wrapped, place=place))

    def destroy_key(self, session: Session, key_id: UUID) -> None:
        """Erase, for ever, all that was sealed under this key; once is enough."""
        row = session.get_one(SealedDataKey, key_id, with_for_update=True)
        if row.wrapped is None:
            return
        row.wrapped = None
        row.destroyed_at = session.scalar(select(func.referendum_now()))

    def mac(self, purpose: str) -> Mac:
        """The keyed hash for one purpose ("person:<measure>", "phone"); none can be joined."""
        return Mac(_derive(self.keyring.pepper, purpose))

    def code_secret(self, challenge: UUID) -> bytes:
        """The HOTP secret of one challenge, derived whenever needed and never stored."""
        return hmac.digest(self.keyring.codes, challenge.bytes, "sha256")

    def _wrapping(self, by: str) -> bytes:
        return self.keyring.master if by == "master" else self.keyring.authorities[Authority(by)]


@lru_cache(maxsize=1_024)
def _derive(key: bytes, purpose: str) -> bytes:
    """RFC 5869, with the purpose as info. What derives from the pepper is as safe as the pepper."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)
