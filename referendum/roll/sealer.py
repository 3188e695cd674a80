"""Sealing lines of a register a million at a time: nothing is derived twice.

Made for speed, with the same results as `finding` and `DataKey.seal_fields` one by one; a test
holds them together.
"""

from __future__ import annotations

import os
import time
from binascii import hexlify
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referendum.roll import copying
from referendum.roll.comparing import Known, episode, said
from referendum.roll.copying import COUNT, NULL, NUMBER, day
from referendum.roll.lines import Day, RegisterLine
from referendum.roll.names import SYLLABLES, name_text
from thresholds.electorate import PersonFacts

if TYPE_CHECKING:
    # Only names here: the second process that seals needs no database.
    from referendum.kernel.sealing import DataKey, Vault

RESIDENCE: Final = (
    "residence (id, person_id, version_from, district_id, birth_date, nationality, status,"
    " status_since, stated_from, registered_from, registered_to, lost_from, lost_to, line_mac,"
    " sealed, key_id, name_index, phone_index)"
)
"""What the rows made here are rows of, for COPY."""

ID: Final = NUMBER.pack(16)
"""What stands before an identifier: its length."""
HASH: Final = NUMBER.pack(32)
"""What stands before a keyed hash."""

ROW: Final = b"".join(
    (
        *(COUNT.pack(18), ID, b"%b", ID, b"%b"),  # its identifier and its person's
        b"%b%b%b%b%b",  # place, birth date, nationality, status and since when
        b"%b%b%b%b%b",  # stated and registered from, registered to, lost from and to
        *(HASH, b"%b"),  # the line's hash
        b"%b%b%b",  # what is sealed: its length, its nonce and it
        *(ID, b"%b", HASH, b"%b%b"),  # the key; the name's hash, and the telephone's or nothing
    )
).__mod__
"""A row of `RESIDENCE`, of nineteen pieces."""

NONCE: Final = 12
"""Bytes, as `DataKey` has them before what it seals."""

_STAMPED: Final = Struct(">HH")
_GROUPS: Final = Struct("8s4s4s4s12s").unpack
_PLACE: Final = b"residence:%b-%b-%b-%b-%b".__mod__

Pads = tuple[bytes, bytes]


class Keyed:
    """HMAC-SHA-256 (RFC 2104) of many texts under one key.

    Half of what `hmac` takes goes into setting it up each time, and half of what is left into
    hashing the padded key: here both are done once.
    """

    __slots__ = ("_inner", "_outer", "pads")

    def __init__(self, pads: Pads) -> None:
        self.pads = pads
        self._inner, self._outer = (sha256(pad).copy for pad in pads)

    def of(self, text: str) -> bytes:
        inner, outer = self._inner(), self._outer()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.digest()


class District(NamedTuple):
    """Where somebody lives, as the rows of one version want it."""

    id: UUID
    text: str
    packed: bytes
    """What stands in a row between its person and the birth date: the version, and this."""


class SealedLine(NamedTuple):
    """A line as the register holds it."""

    row: bytes
    """In COPY's binary form."""
    begins: date
    ends: date | None
    """The day on which the episode known before ends where this one follows it."""
    former: list[bytes]
    """Keyed hashes of the names that the line calls former, and of the one no longer borne."""
    phone: bytes | None
    """The keyed hash of the phone."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Makes rows of residence out of lines, for one version of the register."""

    secret: bytes = field(repr=False)
    key_id: UUID
    version: int
    lines: Keyed = field(repr=False)
    names: Keyed = field(repr=False)
    phones: Keyed = field(repr=False)
    cipher: AESGCM = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cipher", AESGCM(self.secret))

    def __reduce__(self) -> tuple[object, ...]:
        pads = (self.lines.pads, self.names.pads, self.phones.pads)
        return _sealer, (self.secret, self.key_id, self.version, pads)

    @classmethod
    def of(cls, vault: Vault, key: DataKey, *, version: int) -> Sealer:
        """For one version, under its key."""
        macs = (vault.mac("register-line"), vault.mac("name"), vault.mac("phone"))
        return _sealer(key.secret, key.id, version, [mac.pads for mac in macs])

    @property
    def is_later(self) -> bool:
        """Whether a version was there before."""
        return self.version > 1

    def mac(self, line: RegisterLine, district: UUID | str) -> bytes:
        """By which an unchanged line is known again."""
        return self.lines.of(said(line, district))

    def index(self, name: str, born: Day) -> bytes:
        """The keyed hash under which a name with a birth date is found."""
        level = SYLLABLES.fullmatch(name)  # Almost every name of a city.
        return self.names.of(f"{name}\n{born.text}" if level else name_text(name, born))

    def says_the_same(self, line: RegisterLine, mac: bytes, known: Known) -> bool:
        """Whether the row is as the line would make it; names may be levelled better by now."""
        if mac != known.line_mac:
            return False
        if line.name.isascii() or SYLLABLES.fullmatch(line.name):
            return True  # Whichever way, those are level.
        return self.index(line.name, line.birth_date) == known.name_index

    def district(self, one: UUID) -> District:
        """A district, ready for all who live there."""
        return District(one, str(one), copying.whole(self.version) + ID + one.bytes)

    def seal(
        self,
        line: RegisterLine,
        *,
        mac: bytes,
        district: District,
        known: Known | None,
        as_of: date,
        person: bytes,
        row: bytes,
        nonce: bytes,
    ) -> SealedLine:
        """The row that a line becomes, whose identifier is `row`."""
        (
            _,
            _,
            called,
            former,
            born,
            address,
            _,
            nation,
            status,
            since,
            stated,
            to,
            lost,
            again,
            phone,
        ) = line
        begins: date = stated
        ends: date | None = None
        if known is not None:
            when = episode(line, district=district.id, known=known, as_of=as_of)
            begins, ends = when.registered_from, when.known_ends
        name = self.index(called, born)
        reached = self.phones.of(phone) if phone else None
        told_of = told(called, former, address, phone).encode()
        sealed = self.cipher.encrypt(nonce, told_of, place_of(person))
        residence = ROW(
            (
                *(row, person, district.packed, born.packed, word(nation)),
                word(status) if status else NULL,
                since.packed if since else NULL,
                stated.packed,
                day(begins),
                to.packed if to else NULL,
                lost.packed if lost else NULL,
                again.packed if again else NULL,
                *(mac, NUMBER.pack(NONCE + len(sealed)), nonce, sealed, self.key_id.bytes, name),
                HASH + reached if reached else NULL,
            )
        )
        once = self._former(line, name, known) if known or former else []
        return SealedLine(residence, begins, ends, once, reached)

    def _former(self, line: RegisterLine, name: bytes, known: Known | None) -> list[bytes]:
        once = {self.index(former, line.birth_date) for former in line.former_names}
        if known is not None and known.birth_date == line.birth_date:
            once.add(known.name_index)
        once.discard(name)
        return sorted(once)


def told_in(row: Sequence[bytes | None]) -> tuple[str, PersonFacts, bytes | None]:
    """Out of a row's fields: its district, what an electorate reads, and the telephone's hash."""
    _, _, _, district, born, nation, status, since, _, begins, to, lost, again, *rest = row
    first = copying.day_of(born)
    assert first is not None
    assert nation is not None
    facts = PersonFacts(
        birth_date=first,
        nationality=nation.decode(),
        status=status.decode() if status is not None else None,
        status_since=copying.day_of(since),
        registered_from=copying.day_of(begins),
        registered_to=copying.day_of(to),
        lost_from=copying.day_of(lost),
        lost_to=copying.day_of(again),
    )
    return str(UUID(bytes=district)), facts, rest[-1]


def _sealer(secret: bytes, key_id: UUID, version: int, pads: list[Pads]) -> Sealer:
    lines, names, phones = map(Keyed, pads)
    return Sealer(secret, key_id, version, lines, names, phones)


def ordered_ids(count: int) -> list[bytes]:
    """Identifiers in rising order (RFC 9562 §5.7), so that indexes grow at their end.

    A million keys that lie anywhere would touch every page of an index again and again.
    """
    begins, salt = (time.time_ns() // 1_000_000).to_bytes(6, "big"), os.urandom(6 * count)
    stamped = _STAMPED.pack
    return [
        begins + stamped(0x7000 | at >> 14, 0x8000 | at & 0x3FFF) + salt[6 * at : 6 * at + 6]
        for at in range(count)
    ]


def place_of(person: bytes) -> bytes:
    """What `finding.seal_place` says, out of the sixteen bytes of an identifier."""
    return _PLACE(_GROUPS(hexlify(person)))


@lru_cache(maxsize=1_000)
def word(text: str) -> bytes:
    """A word of which there are few: a nationality, a status of stay."""
    return copying.field(text.encode())


def told(name: str, former_names: tuple[str, ...], address: str, phone: str | None) -> str:
    """What is sealed of a line, as `json.dumps` writes it."""
    former = ", ".join(map(encode_basestring, former_names)) if former_names else ""
    return (
        f'{{"name": {encode_basestring(name)}, "former_names": [{former}],'
        f' "address": {encode_basestring(address)},'
        f' "phone": {encode_basestring(phone) if phone else "null"}}}'
    )
