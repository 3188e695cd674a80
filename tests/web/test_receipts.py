"""A receipt as a file and as a picture: the letters, and what was signed only where one asks."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from PIL import Image

from referendum.i18n.words import Language, Words
from referendum.web import receipts
from signatures.lines import Receipt
from tests.web.test_signing import SIGNER, signs
from tests.web.visitors import Visitor, registers_phone

LETTERS = Receipt.new(uuid4(), uuid4()).text
MISTYPED = LETTERS[:-1] + ("A" if LETTERS[-1] != "A" else "B")
TITLE = "도서관 야간 개관 조례"
PROVED = re.compile(r'<div class="notice notice-success".*?</ol>.*?</div>', re.DOTALL)


@pytest.fixture
def signer(visitor: Visitor, initiative_open: UUID) -> Visitor:
    assert initiative_open
    registers_phone(visitor.town, SIGNER)
    return visitor.is_signed_in(SIGNER)


def letters_on(seen: str) -> str:
    return str(re.findall(r'name="receipt" value="([A-Z2-7-]+)"', seen)[0])


def checks(visitor: Visitor, letters: str) -> str:
    seen = visitor.opens("/record")
    return str(visitor.sends("/record/verification", seen=seen, receipt=letters).text)


def test_a_file_holds_the_letters_and_the_title_only_on_request(signer: Visitor) -> None:
    seen = signs(signer)
    letters, here = letters_on(seen), "/measures/1/receipt/file"
    plain = signer.sends(here, seen=seen, receipt=letters)
    assert plain.status_code == 200
    assert plain.headers["content-disposition"].startswith("attachment")
    assert plain.headers["cache-control"] == "no-store"
    assert all(group in plain.text for group in letters.split("-"))
    assert TITLE not in plain.text
    assert "http" not in plain.text
    assert TITLE in signer.sends(here, seen=seen, receipt=letters, title="yes").text


@pytest.mark.parametrize("language", list(Language))
def test_a_picture_holds_the_letters_and_the_title_only_on_request(
    signer: Visitor, language: Language
) -> None:
    """A PNG: a cheap telephone shows no other drawing, and has no typeface of ours."""
    signer.client.headers["accept-language"] = language.value
    seen = signs(signer)
    letters, here = letters_on(seen), "/measures/1/receipt/picture"
    plain = signer.sends(here, seen=seen, receipt=letters)
    assert plain.headers["content-type"] == "image/png"
    assert plain.headers["content-disposition"] == 'attachment; filename="receipt.png"'
    assert plain.headers["cache-control"] == "no-store"
    words = Words.load(language)
    assert plain.content == receipts.picture(words, letters, [])
    above, rows = receipts.lines_of(words, letters, [])
    assert above == [words("signatures.receipt.title")]
    assert "-".join(rows) == letters
    titled = signer.sends(here, seen=seen, receipt=letters, title="yes")
    with (
        Image.open(io.BytesIO(plain.content)) as without,
        Image.open(io.BytesIO(titled.content)) as with_title,
    ):
        assert with_title.height == without.height + receipts.LINE, "one line more: the title"
        assert without.width == receipts.WIDTH


@pytest.mark.parametrize("receipt", ["", "<script>", MISTYPED])
def test_what_is_no_receipt_becomes_none(signer: Visitor, receipt: str) -> None:
    seen = signs(signer)
    refused = signer.sends("/measures/1/receipt/picture", seen=seen, receipt=receipt)
    assert refused.status_code == 422
    assert "image/" not in refused.headers["content-type"]


def test_a_receipt_says_nothing_of_a_withdrawal_and_my_signatures_does(signer: Visitor) -> None:
    """Who presses for a receipt learns from it what was done once, and not what holds."""
    town, seen = signer.town, signs(signer)
    letters = letters_on(seen)
    town.seals()
    before = PROVED.findall(checks(signer, letters))
    town.waits(days=1)
    signer.is_signed_in(SIGNER)
    asked = signer.opens("/my-signatures/1/withdraw")
    signer.sends("/my-signatures/1/withdraw", seen=asked)
    town.seals()
    after = PROVED.findall(checks(signer, letters))
    assert before
    assert [re.sub(r"[0-9,]+", "", one) for one in after] == [
        re.sub(r"[0-9,]+", "", one) for one in before
    ]
    day = (town.now() + timedelta(hours=9)).date()
    mine = signer.opens("/my-signatures")
    assert "철회한 서명" in mine
    assert f"{day.month}월 {day.day}일" in mine
    assert "서명한 안건이 없습니다." not in mine


def test_who_signs_again_has_taken_nothing_back(signer: Visitor) -> None:
    signs(signer)
    asked = signer.opens("/my-signatures/1/withdraw")
    signer.sends("/my-signatures/1/withdraw", seen=asked)
    assert "철회한 서명" in signer.opens("/my-signatures")
    signs(signer)
    assert "철회한 서명" not in signer.opens("/my-signatures")
