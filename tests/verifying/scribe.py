"""Writes records the way a log does, with code that shares nothing with the verifier.

The tree is the recursive definition of RFC 9162 §2.1, the signatures are those of a library.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return sha(b"\0" + leaves[0])
    k = split(len(leaves))
    return sha(b"\1" + mth(leaves[:k]) + mth(leaves[k:]))


def inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 9162 §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*inclusion(index, leaves[:k]), mth(leaves[k:])]
    return [*inclusion(index - k, leaves[k:]), mth(leaves[:k])]


def consistency(first: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """PROOF(m, D[n]) of RFC 9162 §2.1.4.1."""
    if first == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if first <= k:
        return [*consistency(first, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*consistency(first - k, leaves[k:], whole=False), mth(leaves[:k])]


@dataclass
class Scribe:
    """A log with one key."""

    name: str = "log.example.kr/record"
    private: Ed25519PrivateKey = field(
        default_factory=lambda: Ed25519PrivateKey.from_private_bytes(sha(b"scribe"))
    )

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def key_hash(self) -> bytes:
        return sha(self.name.encode() + b"\n\x01" + self.public)[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{b64(bytes([1]) + self.public)}"

    def note(self, text: str) -> str:
        signed = b64(self.key_hash + self.private.sign(text.encode()))
        return f"{text}\n\N{EM DASH} {self.name} {signed}\n"

    def checkpoint(self, size: int, root: bytes, *extensions: str) -> str:
        lines = [self.name, str(size), b64(root), *extensions]
        return self.note("\n".join(lines) + "\n")

    def header(self) -> str:
        return line(type="header", format="referendum-record-v1", origin=self.name, vkey=self.vkey)

    def seal(self, leaves: list[bytes], size: int) -> str:
        return line(type="checkpoint", size=size, note=self.checkpoint(size, mth(leaves[:size])))

    def export(self, leaves: list[bytes], sizes: list[int]) -> list[str]:
        return [
            self.header(),
            *(entry(index, leaf) for index, leaf in enumerate(leaves)),
            *(self.seal(leaves, size) for size in sizes),
        ]

    def receipt(self, leaves: list[bytes], index: int) -> dict[str, object]:
        return {
            "format": "referendum-receipt-v1",
            "index": index,
            "leaf": b64(leaves[index]),
            "proof": [b64(step) for step in inclusion(index, leaves)],
            "checkpoint": self.checkpoint(len(leaves), mth(leaves)),
        }


def line(**content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


def entry(index: int, leaf: bytes) -> str:
    return line(type="entry", index=index, leaf=b64(leaf))


def leaves_of(count: int) -> list[bytes]:
    return [b'{"act":"signature.recorded","n":%d}' % number for number in range(count)]
