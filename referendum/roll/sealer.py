"""Sealing lines of a register a million at a time: nothing is derived twice.

Made for speed, with the same results as `finding` and `DataKey.seal_fields` one by one; a test
holds them together.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import date
from json.encoder import encode_basestring
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referendum.kernel.sealing import DataKey, Mac, Vault
from referendum.roll.comparing import episode, said
from referendum.roll.finding import name_text
from referendum.roll.lines import RegisterLine
from referendum.roll.names import SYLLABLES
from referendum.roll.versions import Known

NULL: Final = "\\N"
BYTES: Final = "\\\\x"
"""What COPY's text form writes before bytes in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Makes rows of residence out of lines, as COPY's text form wants them."""

    key: DataKey
    cipher: AESGCM
    lines: Mac
    names: Mac
    phones: Mac

    @classmethod
    def of(cls, vault: Vault, key: DataKey) -> Sealer:
        """For one version, under its key."""
        macs = (vault.mac("register-line"), vault.mac("name"), vault.mac("phone"))
        return cls(key, AESGCM(key.secret), *macs)

    def mac(self, line: RegisterLine, district: UUID) -> bytes:
        """By which an unchanged line is known again."""
        return hmac.digest(self.lines.key, said(line, district).encode(), "sha256")

    def index(self, name: str, birth_date: date) -> bytes:
        """The keyed hash under which a name with a birth date is found."""
        text = f"{name}\n{birth_date}" if SYLLABLES.fullmatch(name) else name_text(name, birth_date)
        return hmac.digest(self.names.key, text.encode(), "sha256")

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
        known: Known | None,
        as_of: date,
        ids: list[str],
        nonce: bytes,
    ) -> str:
        """The columns from `person_id` on."""
        when = episode(line, district=district, known=known, as_of=as_of)
        person = str(known.person_id) if known else ids[0]
        name = self.index(line.name, line.birth_date)
        phone = NULL
        if line.phone:
            phone = BYTES + hmac.digest(self.phones.key, line.phone.encode(), "sha256").hex()
        place = f"residence:{person}".encode()
        sealed = nonce + self.cipher.encrypt(nonce, _told(line).encode(), place)
        status = line.status.replace("\\", "\\\\") if line.status else NULL
        return (
            f"{person}\t{ids[1]}\t{district}\t{line.birth_date}\t{line.nationality}\t{status}"
            f"\t{line.status_since or NULL}\t{line.registered_from}\t{when.registered_from}"
            f"\t{line.registered_to or NULL}\t{line.lost_from or NULL}\t{line.lost_to or NULL}"
            f"\t{BYTES}{mac.hex()}\t{BYTES}{sealed.hex()}\t{BYTES}{name.hex()}\t{phone}"
            f"\t{self._former(line, name, known)}"
            f"\t{known.residence_id if known and when.known_ends else NULL}"
            f"\t{when.known_ends or NULL}"
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
    started = time.time_ns() // 1_000_000 << 80 | 7 << 76 | 2 << 62
    salt = secrets.token_bytes(6 * count)
    found = []
    for at in range(count):
        low = int.from_bytes(salt[6 * at : 6 * at + 6], "big")
        told = f"{started | (at >> 14) << 64 | (at & 0x3FFF) << 48 | low:032x}"
        found.append(f"{told[:8]}-{told[8:12]}-{told[12:16]}-{told[16:20]}-{told[20:]}")
    return found


def _told(line: RegisterLine) -> str:
    """What is sealed of a line, as `json.dumps` writes it."""
    former = ", ".join(map(encode_basestring, line.former_names))
    phone = encode_basestring(line.phone) if line.phone else "null"
    return (
        f'{{"name": {encode_basestring(line.name)}, "former_names": [{former}],'
        f' "address": {encode_basestring(line.address)}, "phone": {phone}}}'
    )
