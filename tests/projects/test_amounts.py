"""Amounts as people read them: in full, and in words that say neither more nor less."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.i18n.words import Language, Words

SIZES = {"조": 10**12, "억": 10**8, "만": 10**4, "": 1}


@pytest.mark.parametrize(
    ("amount", "korean", "english"),
    [
        (0, "0원", "KRW 0"),
        (9_999, "9,999원", "KRW 9,999"),
        (10_000, "10,000원 (1만 원)", "KRW 10,000"),
        (6_200_000_000, "6,200,000,000원 (62억 원)", "KRW 6,200,000,000 (6.2 billion)"),
        (6_234_500_000, "6,234,500,000원 (62억 3,450만 원)", "KRW 6,234,500,000 (6.23 billion)"),
        (10**12, "1,000,000,000,000원 (1조 원)", "KRW 1,000,000,000,000 (1 trillion)"),
    ],
)
def test_an_amount_in_both_languages(amount: int, korean: str, english: str) -> None:
    assert Words.load(Language.KO).won(amount) == korean
    assert Words.load(Language.EN).won(amount) == english


@given(amount=st.integers(1, 10**15))
def test_what_korean_says_adds_up_to_the_amount(amount: int) -> None:
    said = Words.load(Language.KO).won_short(amount)
    parts = re.findall(r"([0-9,]+)(조|억|만|) ?", said.removesuffix("원"))
    assert sum(int(digits.replace(",", "")) * SIZES[size] for digits, size in parts) == amount
