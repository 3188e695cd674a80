"""Sealing lines of a register a million at a time: nothing is derived twice.

Made for speed, with the same results as `finding` and `DataKey.seal_fields` one by one; a test
holds them together.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referendum.kernel.sealing import DataKey, Vault
from referendum.roll.comparing import episode, said
from referendum.roll.finding import name_text
from referendum.roll.lines import RegisterLine
from referendum.roll.names import SYLLABLES
from referendum.roll.versions import Known

NULL: Final = "\\N"
BYTES: Final = "\\\\x"
"""What COPY's text form writes before bytes in hexadecimal."""


Pads = tuple[bytes, bytes]


def _mac(pads: Pads, text: str) -> bytes:
    """HMAC-SHA-256 (RFC 2104): half of what `hmac` takes goes into setting it up each time."""
    inner, outer = pads
    return sha256(outer + sha256(inner + text.encode()).digest()).digest()


@dataclass(frozen=True, slots=True)
class Sealer:
    """Makes rows of residence out of lines, as COPY's text form wants them."""

    secret: bytes = field(repr=False)
    lines: Pads = field(repr=False)
    names: Pads = field(repr=False)
    phones: Pads = field(repr=False)
    cipher: AESGCM = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cipher", AESGCM(self.secret))

    def __reduce__(self) -> tuple[type[Sealer], tuple[bytes, Pads, Pads, Pads]]:
        return Sealer, (self.secret, self.lines, self.names, self.phones)

    @classmethod
    def of(cls, vault: Vault, key: DataKey) -> Sealer:
        """For one version, under its key."""
        macs = (vault.mac("register-line"), vault.mac("name"), vault.mac("phone"))
        return cls(key.secret, *(mac.pads for mac in macs))

    def mac(self, line: RegisterLine, district: UUID | str) -> bytes:
        """By which an unchanged line is known again."""
        return _mac(self.lines, said(line, district))

    def index(self, name: str, birth_date: date) -> bytes:
        """The keyed hash under which a name with a birth date is found."""
        level = SYLLABLES.fullmatch(name)
        return _mac(
            self.names,
            f"{name}\n{birth_date.isoformat()}" if level else name_text(name, birth_date),
        )

    def says_the_same(self, line: RegisterLine, mac: bytes, known: Known) -> bool:
        """Whether the row is as the line would make it; names may be levelled better by now."""
        if mac != known.line_mac:
            return False
        if line.name.isascii() or SYLLABLES.fullmatch(line.name):
            return True  # Whichever way, those are level.
        return self.index(line.name, line.birth_date) == known.name_index

    def cells(
        self,
        line: RegisterLine,
        *,
        mac: bytes,
        district: UUID,
        where: str,
        known: Known | None,
        as_of: date,
        ids: list[str],
        nonce: bytes,
    ) -> str:
        """The columns from `person_id` on. `where` is the district's id as text."""
        if known is None:
            person, begins, past, ends = ids[0], line.registered_from, NULL, NULL
        else:
            when = episode(line, district=district, known=known, as_of=as_of)
            person, begins = str(known.person_id), when.registered_from
            past = str(known.residence_id) if when.known_ends else NULL
            ends = str(when.known_ends) if when.known_ends else NULL
        name = self.index(line.name, line.birth_date)
        phone = BYTES + _mac(self.phones, line.phone).hex() if line.phone else NULL
        place = f"residence:{person}".encode()
        sealed = nonce + self.cipher.encrypt(nonce, _told(line).encode(), place)
        status = line.status.replace("\\", "\\\\") if line.status else NULL
        return (
            f"{person}\t{ids[1]}\t{where}\t{line.birth_date.isoformat()}\t{line.nationality}"
            f"\t{status}\t{line.status_since or NULL}\t{line.registered_from.isoformat()}"
            f"\t{begins.isoformat()}"
            f"\t{line.registered_to or NULL}\t{line.lost_from or NULL}\t{line.lost_to or NULL}"
            f"\t{BYTES}{mac.hex()}\t{BYTES}{sealed.hex()}\t{BYTES}{name.hex()}\t{phone}"
            f"\t{self._former(line, name, known)}\t{past}\t{ends}"
        )

    def _former(self, line: RegisterLine, name: bytes, known: Known | None) -> str:
        """The names the line calls former, and the one that it no longer bears."""
        if not line.former_names and known is None:
            return NULL
        once = {self.index(former, line.birth_date) for former in line.former_names}
        if known is not None and known.birth_date == line.birth_date:
            once.add(known.name_index)
        once.discard(name)
        if not once:
            return NULL
        return "{" + ",".join(f'"\\\\\\\\x{index.hex()}"' for index in sorted(once)) + "}"


def ordered_ids(count: int) -> list[str]:
    """Identifiers in rising order (RFC 9562 §5.7), so that indexes grow at their end.

    A million keys that lie anywhere would touch every page of an index again and again.
    """
    when = f"{time.time_ns() // 1_000_000:012x}"
    begins, salt = f"{when[:8]}-{when[8:]}", secrets.token_hex(6 * count)
    ends = (salt[at : at + 12] for at in range(0, 12 * count, 12))
    return [
        f"{begins}-{0x7000 | at >> 14:04x}-{0x8000 | at & 0x3FFF:04x}-{end}"
        for at, end in enumerate(ends)
    ]


def _told(line: RegisterLine) -> str:
    """What is sealed of a line, as `json.dumps` writes it."""
    former = ", ".join(map(encode_basestring, line.former_names)) if line.former_names else ""
    phone = encode_basestring(line.phone) if line.phone else "null"
    return (
        f'{{"name": {encode_basestring(line.name)}, "former_names": [{former}],'
        f' "address": {encode_basestring(line.address)}, "phone": {phone}}}'
    )
