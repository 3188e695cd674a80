"""Every sign that offices write is drawn, and what a title smuggles in is not obeyed."""

import re
import unicodedata
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from referendum.certificates.layout import Fonts
from tests.certificates import samples
from tests.certificates.printing import set_once
from tests.certificates.reading import with_pypdf


@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        ("<b>굵게</b>", "<b>굵게</b>"),
        ("</para><para>", "</para><para>"),
        ('<img src="file:///etc/passwd"/>', '<img src="file:///etc/passwd"/>'),
        ('<a href="https://evil.example">눌러</a>', "눌러"),
        ("A & B &lt; C &#65;", "A & B &lt; C &#65;"),
        ("바른 \u202e문장", "[U+202E]"),
        ("숨은\u200b글자", "[U+200B]"),
        ("이름\x00끝", "[U+0000]"),
        ("빈\u3164칸", "[U+3164]"),
        ("잇는\u034f자리", "[U+034F]"),
        ("반각\uffa0빈칸", "[U+FFA0]"),
        ("점자\u2800빈칸", "[U+2800]"),
        ("변형\ufe0e선택", "[U+FE0E]"),
        ("{0} %s ${x}", "{0} %s ${x}"),
        ("웃음\U0001f600", "[U+1F600]"),
    ],
)
def test_ops_08_what_a_title_smuggles_in_is_printed_and_not_obeyed(
    bad: str, shown: str, fonts: Fonts
) -> None:
    document = samples.certificate()
    name = f"안건 {bad} 끝"
    document["measure"]["title"] = {"ko": name, "en": name}
    document["measure"]["question"] = {"ko": name}
    document["measure"]["options"][0]["label"] = {"ko": name}
    document["officers"][0]["name"] = name
    document["officers"][0]["authority"] = name
    document["jurisdiction"] = {"ko": name}
    document["authority"] = {"ko": name}
    document["rulebook"]["laws"] = [name]
    document["serial"] = name
    document["poll"]["gap"]["reason"] = name
    document["poll"]["findings"][0]["sum"] = name
    pdf = set_once(document, fonts=fonts)
    text = re.sub(r"\s", "", "".join(with_pypdf(pdf)))
    assert text.count(re.sub(r"\s", "", shown)) >= 8
    reader = PdfReader(BytesIO(pdf))
    assert not any(page.get("/Annots") for page in reader.pages)
    assert not any(page.images for page in reader.pages)
    assert not {"\u202e", "\u200b", "\x00"} & set(text)


@pytest.mark.parametrize(
    "signs",
    [
        "행주산성(幸州山城)",
        "㈔가상회 ㈜가상 ㉠㉡ ⑴ ① ㊞ ㏊ ㎡ ㎢ ℃ № ℡",
        "2026∼2028 ≒ ◈ ⅔ ŉ ‧ ㆍ · ‥ … 〜 「」 『』 〈〉 【】 〔〕",
        "㪳 囍 乫 亐",
        "Đặng Thị Lan, OʼBrien, Zoë, Łukasz, Ωμέγα, Жанна",
    ],
)
def test_every_sign_that_offices_write_is_drawn_as_it_is(signs: str, fonts: Fonts) -> None:
    """Pretendard alone would print code points for hanja, ㈔ and ∼."""
    document = samples.certificate()
    document["measure"]["title"] = {"ko": signs}
    document["serial"] = signs
    pdf = set_once(document, fonts=fonts)
    text = re.sub(r"\s", "", "".join(with_pypdf(pdf)))
    assert "U+" not in text
    assert text.count(unicodedata.normalize("NFC", re.sub(r"\s", "", signs))) >= 2


def test_all_that_korean_offices_can_type_is_drawn(fonts: Fonts) -> None:
    """CP949, the set of the files that offices save: 17,048 signs."""
    typed = {
        bytes([lead, trail]).decode("cp949", "ignore")
        for lead in range(0x81, 0xFF)
        for trail in range(0x41, 0xFF)
    }
    signs = {unicodedata.normalize("NFC", sign) for sign in typed if len(sign) == 1}
    missing = sorted(sign for sign in signs if sign.isprintable() and not fonts.face_of(sign))
    assert missing == []


def test_a_document_without_rare_signs_carries_no_face_for_them(fonts: Fonts) -> None:
    document = samples.certificate()
    assert _faces(set_once(document, fonts=fonts)) == {"Pretendard"}
    document["measure"]["title"] = {"ko": "행주산성(幸州山城)"}
    assert _faces(set_once(document, fonts=fonts)) == {"Pretendard", "NotoSansKR"}


def _faces(pdf: bytes) -> set[str]:
    """The families embedded in a file, by the names inside it."""
    pages: list[Any] = list(PdfReader(BytesIO(pdf)).pages)
    resources = [page["/Resources"]["/Font"] for page in pages]
    names = {str(font.get_object()["/BaseFont"]) for found in resources for font in found.values()}
    return {name.partition("+")[2].partition("-")[0] for name in names}
