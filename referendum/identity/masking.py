"""Hiding who is meant in rows that live for minutes: a person's id under a mask that is not kept.

The database looks for whom a request means, and must not keep it in the clear. So it is handed a
mask of 16 bytes with the request and keeps the two exclusive-ored (`masked`, a function of the
schema): one mask, one row, once. Whoever has the row alone has 16 random bytes, whether it means
somebody, nobody or several.
"""

from __future__ import annotations

import hmac
from typing import Final
from uuid import UUID

from referendum.kernel.sealing import Vault

NO_ONE: Final = UUID(int=0)
"""Whom a challenge means where the register joins no one person to the number."""
SEVERAL: Final = UUID(int=2**128 - 1)
"""The same where it joins two or more to it."""


def of_challenge(vault: Vault, challenge: UUID) -> UUID:
    """A challenge's mask: derived under a key outside the database whenever it is needed."""
    return UUID(bytes=vault.mac("challenge.meant").of(str(challenge))[:16])


def of_token(token: str) -> UUID:
    """A session's mask: derived from the cookie, and so known to that browser alone."""
    return UUID(bytes=hmac.digest(token.encode(), b"whose", "sha256")[:16])


def masked(person: UUID, mask: UUID) -> UUID:
    """A person under a mask, and from under it: what `masked` of the schema does."""
    return UUID(int=person.int ^ mask.int)
