"""The record's Merkle tree (RFC 9162 §2.1), kept as the hashes of its complete subtrees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

Place = tuple[int, int]
"""A complete subtree: its level (2^level leaves) and its index on that level."""


class Nodes(Protocol):
    """Where the hashes of complete subtrees are kept."""

    def fetch(self, places: Iterable[Place]) -> Mapping[Place, bytes]: ...


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(size: int, leaves: Iterable[bytes], edge: Mapping[Place, bytes]) -> dict[Place, bytes]:
    """The new complete subtrees after appending leaves to a tree of `size`.

    `edge` holds the complete subtrees along the right edge (`cover(0, size)`).
    """
    return grow_hashed(size, map(leaf_hash, leaves), edge)


def grow_hashed(
    size: int, hashes: Iterable[bytes], edge: Mapping[Place, bytes]
) -> dict[Place, bytes]:
    """The same, of leaves that are hashed already."""
    known = dict(edge)
    made: dict[Place, bytes] = {}
    for index, leaf in enumerate(hashes, start=size):
        place, value = (0, index), leaf
        known[place] = made[place] = value
        while place[1] % 2:
            level, at = place
            value = node_hash(known[level, at - 1], value)
            place = (level + 1, at // 2)
            known[place] = made[place] = value
    return made


def cover(start: int, end: int) -> Iterator[Place]:
    """The fewest complete subtrees that hold the leaves start to end, left to right."""
    while start < end:
        level = (start & -start).bit_length() - 1 if start else (end - start).bit_length()
        while (1 << level) > end - start:
            level -= 1
        yield level, start >> level
        start += 1 << level


def root_of(start: int, end: int, nodes: Mapping[Place, bytes]) -> bytes:
    """The hash of the leaves start to end (a subtree whose start is aligned to its size)."""
    if start == end:
        return hashlib.sha256(b"").digest()
    parts = [nodes[place] for place in cover(start, end)]
    value = parts.pop()
    while parts:
        value = node_hash(parts.pop(), value)
    return value


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges whose hashes prove that a leaf is in the tree (RFC 9162 §2.1.3.1)."""
    ranges, start, end = [], 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start = split
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The leaf ranges whose hashes prove that a tree grew from another (RFC 9162 §2.1.4.1)."""
    ranges, start, end, whole = [], 0, new, True
    while old != end:
        split = start + _split(end - start)
        if old <= split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start, whole = split, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Prover:
    """Builds roots and proofs from the kept subtrees."""

    nodes: Nodes

    def root(self, size: int) -> bytes:
        return self._hashes([(0, size)])[0]

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The audit path of a leaf; ValueError where the tree has no such leaf."""
        if not 0 <= index < size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        return self._hashes(inclusion_ranges(index, size))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `old` leaves is a beginning of that of `new`."""
        if not 0 < old <= new:
            raise ValueError(f"a tree of {new} did not grow from one of {old}")
        return self._hashes(consistency_ranges(old, new))

    def _hashes(self, ranges: list[tuple[int, int]]) -> list[bytes]:
        places = {place for start, end in ranges for place in cover(start, end)}
        kept = self.nodes.fetch(places)
        return [root_of(start, end, kept) for start, end in ranges]
