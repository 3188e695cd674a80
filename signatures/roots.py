"""The root by which one entry of the record answers for many lines (RFC 9162 §2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from referendum.kernel.tree import Place, cover, leaf_hash, node_hash, root_of


@dataclass(slots=True)
class Root:
    """The RFC 9162 root of a growing list, holding no more than the tree's right edge."""

    size: int = 0
    edge: dict[Place, bytes] = field(default_factory=dict)

    def take(self, leaves: Sequence[bytes]) -> None:
        self.take_hashed([leaf_hash(leaf) for leaf in leaves])

    def take_hashed(self, leaves: Sequence[bytes]) -> None:
        """The same of leaves that were hashed elsewhere (`leaf_hash`).

        A level at a time: a million leaves are a million hashes and little else.
        """
        known, row, at, level = dict(self.edge), list(leaves), self.size, 0
        while row:
            if at % 2:
                at -= 1
                row.insert(0, known[level, at])
            if len(row) % 2:
                last = row.pop()
                known[level, at + len(row)] = last
            pairs = zip(row[::2], row[1::2], strict=True)
            row, at, level = [node_hash(*pair) for pair in pairs], at // 2, level + 1
        self.size += len(leaves)
        self.edge = {place: known[place] for place in cover(0, self.size)}

    @property
    def value(self) -> bytes:
        return root_of(0, self.size, self.edge)


def leaf_of(commitment: bytes, status: str, reason: str | None) -> bytes:
    """What was decided on a line, as a leaf: `commitment || "status:reason"`."""
    return bytes(commitment) + f"{status}:{reason or ''}".encode()
