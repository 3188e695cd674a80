"""A receipt proves its own entry, and nothing else."""

import json

import pytest

from referendum.verifying.receipts import Included, verify_receipt
from referendum.verifying.refusal import Refused
from tests.verifying.scribe import Scribe, b64, leaves_of

SCRIBE = Scribe()
LEAVES = leaves_of(21)


def refusal(**changes: object) -> str:
    receipt = SCRIBE.receipt(LEAVES, 13) | changes
    with pytest.raises(Refused) as refused:
        verify_receipt(json.dumps(receipt), vkey=SCRIBE.vkey)
    return refused.value.code


@pytest.mark.parametrize("index", range(21))
def test_a_receipt_proves_its_entry(index: int) -> None:
    receipt = json.dumps(SCRIBE.receipt(LEAVES, index))
    assert verify_receipt(receipt, vkey=SCRIBE.vkey) == Included(
        SCRIBE.name, index, 21, {"act": "signature.recorded", "n": index}
    )


def test_a_receipt_moved_to_another_entry_is_refused() -> None:
    proof = SCRIBE.receipt(LEAVES, 12)["proof"]
    assert refusal(index=12) == "proof-invalid"
    assert refusal(index=21) == "proof-invalid"
    assert refusal(index=-1) == "proof-invalid"
    assert refusal(leaf=b64(LEAVES[12])) == "proof-invalid"
    assert refusal(proof=proof) == "proof-invalid"
    assert refusal(proof=[]) == "proof-invalid"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"format": "referendum-receipt-v2"}, "receipt-malformed"),
        ({"index": True}, "receipt-malformed"),
        ({"proof": [1]}, "receipt-malformed"),
        ({"remark": ""}, "receipt-malformed"),
        ({"proof": ["AAAA"]}, "proof-malformed"),
        ({"proof": ["?"]}, "proof-malformed"),
        ({"leaf": "?"}, "leaf-not-base64"),
        ({"checkpoint": "?"}, "note-malformed"),
        ({"checkpoint": SCRIBE.checkpoint(21, bytes(32))}, "proof-invalid"),
    ],
)
def test_a_receipt_out_of_form_is_refused(changes: dict[str, object], code: str) -> None:
    assert refusal(**changes) == code


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="receipt-malformed"):
        verify_receipt(text, vkey=SCRIBE.vkey)


def test_a_receipt_of_another_log_is_refused() -> None:
    other = Scribe(name="elsewhere.example.kr")
    with pytest.raises(Refused, match="signature-missing"):
        verify_receipt(json.dumps(SCRIBE.receipt(LEAVES, 3)), vkey=other.vkey)


def test_a_sealed_leaf_that_is_not_canonical_proves_nothing() -> None:
    leaves = [b'{"a": 1}', b"{}"]
    with pytest.raises(Refused, match="not-canonical"):
        verify_receipt(json.dumps(SCRIBE.receipt(leaves, 0)), vkey=SCRIBE.vkey)
