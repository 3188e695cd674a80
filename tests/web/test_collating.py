"""Two texts of an ordinance side by side: paired by article, nothing lost, what differs marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.web import collating
from referendum.web.collating import Fate, Piece, Row, collated

OLD = """제1조(목적) 이 조례는 견본에 필요한 사항을 정한다.
제2조(시간) ① 평일 저녁 6시까지 연다.
② 토요일은 쉰다.
제3조(지원) 시장은 지원할 수 있다.
부칙
제1조(시행일) 공포한 날부터 시행한다."""
NEW = """제 1 조(목적) 이 조례는 견본에 필요한 사항을 정한다.
제2조(시간) ① 평일 밤 10시까지 연다.
② 토요일은 쉰다.
제2조의2(사람) 밤에는 두 명이 일한다.
부칙
제1조(시행일) 공포한 날부터 시행한다."""
lines = st.text("제1조의2(가나) 부칙①\n", max_size=80)


def marked(pieces: tuple[Piece, ...]) -> list[str]:
    return [one.words for one in pieces if one.marked]


def test_articles_are_paired_by_number_and_what_differs_is_marked() -> None:
    rows = collated(OLD, NEW)
    assert [row.change for row in rows] == [
        Fate.SAME,
        Fate.CHANGED,
        Fate.REMOVED,
        Fate.ADDED,
        Fate.SAME,
        Fate.SAME,
    ]
    assert marked(rows[1].old) == ["저녁 6시까지"]
    assert marked(rows[1].new) == ["밤 10시까지"]
    assert rows[2].new == ()
    assert rows[3].old == ()


def test_the_supplement_counts_anew_and_its_first_article_is_not_the_ordinances() -> None:
    (first, _, last) = collated("제1조 가\n부칙\n제1조 나", "제1조 가\n부칙\n제1조 다")
    assert first.change is Fate.SAME
    assert (marked(last.old), marked(last.new)) == (["나"], ["다"])


def test_what_is_taken_away_stands_where_it_stood() -> None:
    rows = collated("제1조 가\n제2조 나\n제3조 다", "제1조 가\n제3조 다\n제4조 라")
    assert [row.change for row in rows] == ["unchanged", "gone", "unchanged", "new"]


def test_an_article_too_long_to_compare_by_words_is_shown_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collating, "MOST", 3)
    collated.cache_clear()
    try:
        (row,) = collated("제1조 가 나", "제1조 가 다")
    finally:
        collated.cache_clear()
    assert row == Row(
        Fate.CHANGED, (Piece("제1조 가 나", marked=True),), (Piece("제1조 가 다", marked=True),)
    )


def _whole(rows: tuple[Row, ...], side: str) -> list[str]:
    said = ("".join(one.words for one in getattr(row, side)) for row in rows)
    return sorted("".join("".join(said).split()))


@given(lines, lines)
def test_no_sign_of_either_text_is_lost(old: str, new: str) -> None:
    rows = collated(old, new)
    assert _whole(rows, "old") == sorted("".join(old.split()))
    assert _whole(rows, "new") == sorted("".join(new.split()))
    for row in rows:
        if row.change in {Fate.SAME, Fate.CHANGED}:
            assert [
                one.words.split() for one in row.old if not one.marked and one.words.split()
            ] == [
                one.words.split() for one in row.new if not one.marked and one.words.split()
            ] or row.change is Fate.SAME
