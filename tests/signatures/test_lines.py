"""Dates as people write them, and receipts as people type them."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.errors import ReceiptUnreadable
from signatures.lines import Receipt, read_date, receipt_commitment

REFERENCE = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1981-02-03", date(1981, 2, 3)),
        ("1981.2.3", date(1981, 2, 3)),
        ("1981. 2. 3.", date(1981, 2, 3)),
        ("1981/02/03", date(1981, 2, 3)),
        ("1981년 2월 3일", date(1981, 2, 3)),
        ("19810203", date(1981, 2, 3)),
        ("810203", date(1981, 2, 3)),
        ("81.2.3", date(1981, 2, 3)),
        ("050203", date(2005, 2, 3)),
        ("26.4.30", date(2026, 4, 30)),
        ("", None),
        ("〃", None),
        ("1981-02", None),
        ("1981-02-30", None),
        ("1981-2-3-4", None),
        ("981-2-3", None),
        ("00000000", None),
        ("1981-02-123", None),
    ],
)
def test_a_date_is_read_as_it_was_meant(written: str, meant: date | None) -> None:
    assert read_date(written, reference=REFERENCE) == meant


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    read = read_date(text, reference=REFERENCE)
    assert read is None or isinstance(read, date)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_date_is_read_back(day: date) -> None:
    assert read_date(day.isoformat(), reference=REFERENCE) == day
    assert read_date(day.strftime("%Y%m%d"), reference=REFERENCE) == day


receipts = st.builds(Receipt, st.uuids(), st.uuids(), st.binary(min_size=32, max_size=32))


@given(receipts)
def test_a_receipt_is_read_back_however_it_was_typed(receipt: Receipt) -> None:
    assert Receipt.parse(receipt.text) == receipt
    assert Receipt.parse(receipt.text.lower().replace("-", "  ")) == receipt
    assert Receipt.parse(receipt.text.replace("O", "0").replace("I", "1")) == receipt
    assert receipt_commitment(receipt.text) == receipt.commitment


@given(receipts, st.data())
def test_one_wrong_letter_never_gives_another_commitment_silently(
    receipt: Receipt, data: st.DataObject
) -> None:
    letters = receipt.text.replace("-", "")
    at = data.draw(st.integers(0, len(letters) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    changed = letters[:at] + other + letters[at + 1 :]
    if changed == letters:
        assert Receipt.parse(changed) == receipt
        return
    with suppress(ReceiptUnreadable):
        assert Receipt.parse(changed).commitment != receipt.commitment


@pytest.mark.parametrize("text", ["", "ABCD", "!!!!", "A" * 104, "A" * 96, "가나다라"])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(ReceiptUnreadable):
        Receipt.parse(text)


def test_the_commitment_is_what_the_record_promises() -> None:
    receipt = Receipt(UUID(int=1), UUID(int=2), b"\x03" * 32)
    assert len(receipt.text.split("-")) == 26
    assert receipt.commitment.hex() == (
        hashlib.sha256(
            b"referendum-signature-v1\0" + bytes(15) + b"\1" + bytes(15) + b"\2" + b"\3" * 32
        ).hexdigest()
    )
