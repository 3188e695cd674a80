"""Amounts are read in the unit in which an office writes them, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.i18n.words import Language, Words
from referendum.kernel import won


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1250000000", 1_250_000_000),
        ("1,250,000,000원", 1_250_000_000),
        ("1,250백만원", 1_250_000_000),
        ("12.5억", 1_250_000_000),
        ("12억 5천만원", 1_250_000_000),
        ("12억5000만 원", 1_250_000_000),
        ("1조 2,000억", 1_200_000_000_000),
        ("3천원", 3_000),
        ("0", 0),
    ],
)
def test_every_usual_way_of_writing_is_read(text: str, amount: int) -> None:
    assert won.read(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "원",
        "억",
        "1,25억",
        "12억 5",
        "5만 3억",
        "1.5원",
        "십이억",
        "-3억",
        "1 2",
        "12억원 3만",
        "12.0",
        "６２",
    ],
)
def test_what_may_mean_something_else_is_not_guessed(text: str) -> None:
    assert won.read(text) is None


@given(st.integers(min_value=1, max_value=10**15))
def test_what_a_page_says_of_an_amount_is_read_as_the_same(amount: int) -> None:
    words = Words.load(Language.KO)
    assert won.read(f"{amount:,}") == amount
    assert won.read(words.won_short(amount)) == amount
