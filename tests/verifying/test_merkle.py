"""RFC 9162 §2.1: the tree of eight leaves that Certificate Transparency publishes, and proofs."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.verifying.merkle import Frontier, consistent, includes, leaf_hash, root_of
from tests.verifying.scribe import consistency, inclusion, leaves_of, mth

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]).hex() == empty == mth([]).hex()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1] == mth(LEAVES[:size]).hex()


def test_the_published_inclusion_proofs() -> None:
    """The paths of certificate-transparency's `merkle_tree_test`: leaf 0 of 8, leaf 5 of 8."""
    first = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    sixth = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    for index, path in ((0, first), (5, sixth)):
        assert [step.hex() for step in inclusion(index, LEAVES)] == path
        assert includes(
            index=index,
            size=8,
            hashed_leaf=leaf_hash(LEAVES[index]),
            proof=[bytes.fromhex(step) for step in path],
            root=bytes.fromhex(ROOTS[7]),
        )


def test_the_published_consistency_proof_from_six_to_eight() -> None:
    path = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in consistency(6, LEAVES)] == path
    assert consistent(
        first=6,
        first_root=bytes.fromhex(ROOTS[5]),
        second=8,
        second_root=bytes.fromhex(ROOTS[7]),
        proof=[bytes.fromhex(step) for step in path],
    )


def pairs(most: int) -> Iterator[tuple[int, int]]:
    return ((small, large) for large in range(1, most + 1) for small in range(large + 1))


def test_every_inclusion_up_to_forty_leaves_and_no_other() -> None:
    leaves = leaves_of(40)
    for index, size in pairs(40):
        if index == size:
            continue
        proof, root = inclusion(index, leaves[:size]), mth(leaves[:size])

        def holds(index: int, proof: list[bytes], size: int = size, root: bytes = root) -> bool:
            hashed = leaf_hash(leaves[min(index, 39)])
            return includes(index=index, size=size, hashed_leaf=hashed, proof=proof, root=root)

        assert holds(index, proof)
        assert not holds(index, [*proof, bytes(32)])
        assert not holds(index, proof[:-1]) or not proof
        assert not holds(size, proof)
        assert not holds((index + 1) % size, proof) or size == 1
        assert not holds(-1, proof)


def test_every_consistency_up_to_forty_leaves_and_no_other() -> None:
    leaves = leaves_of(40)
    roots = [mth(leaves[:size]) for size in range(41)]
    for first, second in pairs(40):
        if first == 0:
            continue
        proof = consistency(first, leaves[:second])

        def holds(
            proof: list[bytes], old: bytes, new: bytes, first: int = first, second: int = second
        ) -> bool:
            return consistent(
                first=first, first_root=old, second=second, second_root=new, proof=proof
            )

        assert holds(proof, roots[first], roots[second])
        assert not holds(proof, bytes(32), roots[second])
        assert not holds(proof, roots[first], bytes(32))
        assert not holds([*proof, bytes(32)], roots[first], roots[second])
        assert not proof or not holds(proof[:-1], roots[first], roots[second])


def test_an_empty_tree_is_proof_of_nothing_and_a_larger_one_no_beginning() -> None:
    root, empty = root_of(LEAVES), root_of([])
    assert not consistent(first=0, first_root=empty, second=8, second_root=root, proof=[])
    assert not consistent(first=8, first_root=root, second=0, second_root=empty, proof=[])


@given(st.lists(st.binary(max_size=40), max_size=130))
def test_a_tree_grown_leaf_by_leaf_is_the_recursive_one(leaves: list[bytes]) -> None:
    frontier = Frontier()
    for size, leaf in enumerate(leaves, start=1):
        frontier.append(leaf_hash(leaf))
        assert frontier.size == size
    assert frontier.root() == root_of(leaves) == mth(leaves)
