"""Dates as people write them, and receipts as people type them."""

from __future__ import annotations

import hashlib
import unicodedata
from contextlib import suppress
from datetime import date
from itertools import islice
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.errors import ReceiptUnreadable
from signatures.lines import (
    PaperLine,
    Receipt,
    front_of,
    ids_of_batch,
    read_date,
    read_signing_day,
    receipt_commitment,
)

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


SIGNING = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("26.12.25", date(1926, 12, 25)),
        ("26.10.02", date(1926, 10, 2)),
        ("08.10.01", date(2008, 10, 1)),
        ("08.10.02", date(1908, 10, 2)),
        ("1980.12.31", date(1980, 12, 31)),
        ("801231-1", date(1980, 12, 31)),
        ("801231-1234567", date(1980, 12, 31)),
        ("8012311234567", date(1980, 12, 31)),
        ("801231-1******", date(1980, 12, 31)),
        ("051231 - 3", date(2005, 12, 31)),
        ("051231-4", date(2005, 12, 31)),
        ("251231-9", date(1825, 12, 31)),
        ("800230-1", None),
        ("８０１２３１－１", date(1980, 12, 31)),
        ("２６．１２．２５", date(1926, 12, 25)),
        ("801231/3", date(2080, 12, 31)),
        ("051231.3", date(2005, 12, 31)),
        ("198012 3", None),
        ("80년생", None),
        ("", None),
    ],
)
def test_a_birth_date_is_the_latest_of_somebody_old_enough(written: str, born: date | None) -> None:
    assert read_date(written, reference=SIGNING, age=18) == born


@pytest.mark.parametrize(
    "written",
    [
        *("801231-1234567", "8012311234567", "801231 – 1234567", "800230-1234567"),
        *(
            "801231.1234567",
            "801231/1234567",
            "801231_1234567",
            "801231ㅡ1234567",
            "801231 1234567",
        ),
        *(
            "80.12.31-1234567",
            "1980-12-31 / 1234567",
            "1980년 12월 31일 1234567",
            "19801231-1234567",
        ),
    ],
)
def test_the_back_of_a_resident_number_is_never_taken_over(written: str) -> None:
    where = f"가람동 1 ({written})"
    line = PaperLine("A", 1, f"김가나 {written}", written, where, "", "2026.10.1", has_mark=True)
    assert "1234567" not in f"{line.name}{line.birth_date}{line.address}"
    assert front_of(written)[:6] in ("800230", "1980-1")
    moved = PaperLine("A", 1, "", "", "", where, written, has_mark=True, collector=written)
    assert "1234567" not in f"{moved.district}{moved.signed_on}{moved.collector}"


@pytest.mark.parametrize(
    "written",
    [
        "８０１２３１－１２３４５６７",
        "801231-１２３４５６７",
        "801231-12345678",
        "801231-1 2 3 4 5 6 7",
        "8 0 1 2 3 1 - 1 2 3 4 5 6 7",
        "801231-123-4567",
        "801231-12345",
        "801231-12345**",
    ],
)
def test_however_its_digits_are_written_nothing_of_the_back_stands_for_a_birth_date(
    written: str,
) -> None:
    line = PaperLine("A", 1, "김가나", written, "", "", "2026.10.1", has_mark=True)
    assert line.birth_date == "1980-12-31"


@pytest.mark.parametrize(
    "written",
    [
        "고양시 일산동구 가상로 12-3, 101동 1203호",
        "가상로 123456, 101-1203",
        "010-2000-0009",
        "(10390) 가상로 7 ☎031-909-0000",
        "2026.10.1",
        "261001-1",
    ],
)
def test_what_is_no_resident_number_stays_as_it_was_written(written: str) -> None:
    line = PaperLine("261001-1", 1, written, "", written, "", written, has_mark=True)
    assert (line.sheet, line.name, line.address, line.signed_on) == ("261001-1", *3 * [written])


@pytest.mark.parametrize(
    "written", ["가-1", unicodedata.normalize("NFD", "가-1"), "가－１", " 가-1　"]
)
def test_a_sheet_has_one_number_however_it_was_typed(written: str) -> None:
    assert PaperLine(written, 1, "", "", "", "", "", has_mark=True).sheet == "가-1"


def test_a_signing_day_a_lifetime_ago_was_not_read() -> None:
    assert read_signing_day("26.9.30", reference=SIGNING) == date(2026, 9, 30)
    assert read_signing_day("26.12.25", reference=SIGNING) is None
    assert read_signing_day("2001-01-01", reference=SIGNING) == date(2001, 1, 1)


def test_lines_of_a_batch_lie_side_by_side_and_batches_apart() -> None:
    one, other = (list(islice(ids_of_batch(), 300)) for _ in range(2))
    assert one == sorted(set(one))
    assert one[-1].int - one[0].int == len(one) - 1
    assert not set(one) & set(other)
    # What is random of an id is random of a batch: none begins where another may have ended.
    assert abs(one[0].int - other[0].int) > 1 << 64
