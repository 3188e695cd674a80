"""What the service's own log signs and proves, the independent verifier accepts (LOG-02)."""

from collections.abc import Iterable, Mapping

import pytest

from referendum.kernel.log import LogKey
from referendum.kernel.tree import Place, Prover, grow
from referendum.verifying.checkpoints import open_checkpoint
from referendum.verifying.merkle import consistent, includes, leaf_hash
from referendum.verifying.notes import VerifierKey
from tests.verifying.scribe import consistency, inclusion, leaves_of, mth

LEAVES = leaves_of(33)


class Kept:
    """All complete subtrees of a log, in memory."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.nodes = grow(0, leaves, {})

    def fetch(self, places: Iterable[Place]) -> Mapping[Place, bytes]:
        return {place: self.nodes[place] for place in places}


def test_a_checkpoint_of_the_log_opens_with_its_published_key() -> None:
    key = LogKey("referendum.example/log", bytes(range(32)))
    note = key.checkpoint(33, mth(LEAVES))
    checkpoint = open_checkpoint(note, VerifierKey.parse(key.vkey), origin=key.origin)
    assert (checkpoint.size, checkpoint.root) == (33, mth(LEAVES))


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 31, 32, 33])
def test_the_logs_proofs_are_the_ones_of_the_rfc(size: int) -> None:
    prover = Prover(Kept(LEAVES))
    root = prover.root(size)
    assert root == mth(LEAVES[:size])
    for index in range(size):
        proof = prover.inclusion(index, size)
        assert proof == inclusion(index, LEAVES[:size])
        hashed = leaf_hash(LEAVES[index])
        assert includes(index=index, size=size, hashed_leaf=hashed, proof=proof, root=root)
    for first in range(1, size + 1):
        proof = prover.consistency(first, size)
        assert proof == consistency(first, LEAVES[:size])
        assert consistent(
            first=first,
            first_root=prover.root(first),
            second=size,
            second_root=root,
            proof=proof,
        )
