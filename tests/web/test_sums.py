"""Sums on pages are read by people: what is done in words, days as the language has them."""

from __future__ import annotations

import pytest

from referendum.i18n import sums
from referendum.i18n.words import Words

SUMS = [
    (
        "ceil(528 × 1/150) = 4",
        "528 × 1/150 = 4 (소수점 아래는 올림)",
        "528 × 1/150 = 4 (rounded up)",
    ),
    (
        "floor(1,001 × 1/2) + 1 = 501",
        "1,001 × 1/2보다 큰 가장 작은 수 = 501",
        "the next whole number above 1,001 × 1/2 = 501",
    ),
    (
        "ceil(min(12 × 15%, 528 × 1%)) = 2",
        "12 × 15%, 528 × 1% 가운데 작은 쪽 = 2 (소수점 아래는 올림)",
        "the smaller of 12 × 15% and 528 × 1% = 2 (rounded up)",
    ),
    (
        "max(ceil(1,528 × 1/150), 1,000) = 1,000",
        "1,528 × 1/150(소수점 아래는 올림), 1,000 가운데 큰 쪽 = 1,000",
        "the larger of 1,528 × 1/150 (rounded up) and 1,000 = 1,000",
    ),
    (
        "more_than(26 × 1/2) = 14",
        "26 × 1/2보다 큰 가장 작은 수 = 14",
        "the next whole number above 26 × 1/2 = 14",
    ),
    ("1,000", "1,000", "1,000"),
    (
        "180 days from the start, ends 2027-01-27 24:00",
        "180 days from the start, ends 2027년 1월 27일 밤 12시",
        "180 days from the start, ends 27 January 2027, midnight",
    ),
    ("2026-02-30 24:00", "2026-02-30 24:00", "2026-02-30 24:00"),
    ("3 + 1 = 4", "3 + 1 = 4", "3 + 1 = 4"),
    ("2026-02-30", "2026-02-30", "2026-02-30"),
    (
        "2026-01-02~2026-02-01 = 2026-03-04",
        "2026년 1월 2일~2026년 2월 1일 = 2026년 3월 4일",
        "2 January 2026~1 February 2026 = 4 March 2026",
    ),
]


@pytest.mark.parametrize(("put_down", "ko", "en"), SUMS)
def test_a_sum_is_said_in_the_language_of_the_page(put_down: str, ko: str, en: str) -> None:
    assert sums.told(Words.load("ko"), put_down) == ko
    assert sums.told(Words.load("en"), put_down) == en
