"""What is shown of a text is what was written, in the order of a law, and nothing that acts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.web import prose

ORDINANCE = """제1조(목적) 이 조례는 [지방자치법](https://www.law.go.kr)에 따라 정한다.
제2조(정의)
① 이 조례에서 쓰는 말의 뜻은 다음과 같다.
1. 도서관: 시가 세운 도서관
3. 밤: 18시부터 22시까지
가. 평일
나. 주말
부칙
이 조례는 공포한 날부터 시행한다."""
words = st.text("가나다 제1조①②.()*_`\\&;<>\"'#-|![]:/\n", max_size=60)


def shown(text: str) -> str:
    return prose.drawn(text, region="표")


def read(html: str) -> str:
    """The signs that somebody sees, without the space between them."""
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]*>", "", html)))


def test_each_part_of_an_ordinance_has_its_place_and_keeps_its_number() -> None:
    html = shown(ORDINANCE)
    places = re.findall(r'<p class="law-(\w+)">(?:<strong>)?(\S+?)(?:</strong>|\s|<)', html)
    assert places == [
        ("article", "제1조(목적)"),
        ("article", "제2조(정의)"),
        ("paragraph", "①"),
        ("item", "1."),
        ("item", "3."),
        ("subitem", "가."),
        ("subitem", "나."),
        ("chapter", "부칙"),
    ]
    assert read(html) == re.sub(r"\s|\[|\]|\(https://www.law.go.kr\)", "", ORDINANCE)


@given(words)
def test_no_sign_is_lost_but_those_that_mark_structure(text: str) -> None:
    """Headings, bullets, table lines and links aside, every sign is there, in its order."""
    marks = re.compile(r"[\s#|:\-\[\]()*/]")
    assert marks.sub("", read(shown(text))) == marks.sub("", text)


@given(words)
def test_nothing_in_it_acts(text: str) -> None:
    html = shown(f"{text}\n<script>x</script> [a](javascript:alert) <img src=x onerror=y>\n{text}")
    tags = set(re.findall(r"<([a-z0-9]+)", html))
    assert tags <= prose.TAGS | {"div"}
    assert not re.search(r"<[^>]*\s(?:on\w+|src|style)=", html)
    assert not re.search(r'href="\s*javascript', html)


@pytest.mark.parametrize(
    "text",
    ["5*3*2는 _그대로_ `둔다`", "&amp; \\* 1 < 2", "~~지우지~~ 않는다", "> 따오기", "    들여쓰기"],
)
def test_marks_that_other_programs_know_are_signs_here(text: str) -> None:
    assert read(shown(text)) == re.sub(r"\s", "", text)


def test_a_table_may_be_wider_than_the_screen_and_is_reached_by_keyboard() -> None:
    html = shown("| 항목 | 원 |\n|---|---:|\n| 사서 | 3 |")
    assert '<div class="scroll" role="region" tabindex="0" aria-label="표"><table' in html
    assert html.count("<th>") == 2
