"""Checks one receipt: that an entry stands in the record which a checkpoint signs for."""

import json
from dataclasses import dataclass
from typing import Final

from referendum.verifying.canonical import read_canonical
from referendum.verifying.checkpoints import HASH_SIZE, open_checkpoint
from referendum.verifying.encoding import from_base64
from referendum.verifying.merkle import includes, leaf_hash
from referendum.verifying.notes import VerifierKey
from referendum.verifying.refusal import Refused

FORMAT: Final = "referendum-receipt-v1"


@dataclass(frozen=True, slots=True)
class Included:
    """What a receipt proved: this entry is number `index` in the log called `origin`."""

    origin: str
    index: int
    size: int
    entry: object


def verify_receipt(text: str, *, vkey: str) -> Included:
    """Check a receipt against the verifier key the caller trusts. Raises Refused with the reason.

    Codes: `receipt-malformed`, `proof-malformed`, `proof-invalid`, `not-canonical`, and those
    of keys, notes and checkpoints.
    """
    index, leaf, proof, note = _read(text)
    checkpoint = open_checkpoint(note, VerifierKey.parse(vkey))
    path = [from_base64(step, code="proof-malformed") for step in proof]
    if any(len(step) != HASH_SIZE for step in path):
        raise Refused("proof-malformed")
    data = from_base64(leaf, code="leaf-not-base64")
    if not includes(
        index=index,
        size=checkpoint.size,
        hashed_leaf=leaf_hash(data),
        proof=path,
        root=checkpoint.root,
    ):
        raise Refused("proof-invalid")
    return Included(checkpoint.origin, index, checkpoint.size, read_canonical(data))


def _read(text: str) -> tuple[int, str, list[str], str]:
    try:
        receipt = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("receipt-malformed") from error
    match receipt:
        case {
            "format": str(written),
            "index": int(index),
            "leaf": str(leaf),
            "proof": [*proof],
            "checkpoint": str(note),
            **rest,
        } if (
            written == FORMAT
            and not rest
            and type(index) is int
            and all(isinstance(step, str) for step in proof)
        ):
            return index, leaf, proof, note
    raise Refused("receipt-malformed")
