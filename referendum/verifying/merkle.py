"""The Merkle tree of RFC 9162 §2.1: roots, inclusion and consistency."""

from collections.abc import Iterable, Sequence
from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, kept as the roots of its complete subtrees, largest first.

    Appending n leaves costs n hashes together, and the root can be had at any size on the way.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self._peaks: list[bytes] = []
        self.size = 0

    def append(self, hashed_leaf: bytes) -> None:
        """Take one leaf's hash. Every trailing one bit of the size is a subtree to be joined."""
        node, size = hashed_leaf, self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """RFC 9162 §2.1.1; the root of nothing is the hash of nothing."""
        if not self._peaks:
            return sha256(b"").digest()
        *rest, node = self._peaks
        for peak in reversed(rest):
            node = node_hash(peak, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf_hash(leaf))
    return frontier.root()


def includes(
    *, index: int, size: int, hashed_leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether the proof leads from this leaf to this root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, node = index, size - 1, hashed_leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(step, node)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == root


def consistent(
    *, first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the larger tree begins with the smaller one (RFC 9162 §2.1.4.2).

    Two trees of one size agree when their roots do. An empty first tree proves nothing and is
    refused, as there is no proof for it.
    """
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return False
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(step, old), node_hash(step, new)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root
