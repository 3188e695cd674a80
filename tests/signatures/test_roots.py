"""One root for many leaves, however they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from referendum.kernel.tree import grow, leaf_hash, root_of
from signatures.roots import Root


@given(st.lists(st.lists(st.binary(max_size=3), max_size=20), max_size=12))
def test_it_is_the_tree_of_the_record_wherever_its_leaves_are_cut(
    pieces: list[list[bytes]],
) -> None:
    leaves = [leaf for piece in pieces for leaf in piece]
    root, hashed = Root(), Root()
    for piece in pieces:
        root.take(piece)
        hashed.take_hashed([leaf_hash(leaf) for leaf in piece])
    assert root.size == hashed.size == len(leaves)
    assert root.value == hashed.value == root_of(0, len(leaves), grow(0, leaves, {}))
