"""The page to find things on: what it marks, narrows and says where there is nothing."""

from __future__ import annotations

import re

import pytest

from referendum.web.search import MOST
from tests.web.reading import Page
from tests.web.visitors import Visitor
from thresholds.vocabulary import Instrument


def test_what_was_found_is_marked_as_it_was_written(visitor: Visitor) -> None:
    town = visitor.town
    town.opens(
        Instrument.INITIATIVE,
        title_ko="작은 도서관 운영 조례",
        body="모든 작은\n도서관을 밤에 연다. <script>",
    )
    html = visitor.opens("/search?q=작은도서관을")
    marks = re.findall(r"<mark>(.*?)</mark>", html)
    assert marks == ["작은 도서관", "작은 도서관"]
    assert "&lt;script&gt;" in html
    assert 'value="작은도서관을"' in html
    assert "<title>찾기: 작은도서관을 | " in html
    assert Page(html).faults == []


@pytest.mark.usefixtures("initiative_open")
def test_kinds_narrow_and_rules_are_found_by_the_law_they_rest_on(visitor: Visitor) -> None:
    html = visitor.opens("/search?q=주민소환")
    assert 'id="found-rule"' in html
    assert 'href="/rules/kr-' in html
    assert 'id="found-rule"' not in visitor.opens("/search?q=주민소환&kind=measure")
    assert 'id="found-rule"' in visitor.opens("/search?q=주민소환&kind=rule")
    assert 'id="found-rule"' in visitor.opens("/search?q=주민소환&kind=nonsense")


def test_nothing_found_says_so_and_nothing_asked_says_nothing(visitor: Visitor) -> None:
    assert "찾지 못했습니다" in visitor.opens("/search?q=없는말")
    for path in ("/search", "/search?q=", "/search?q=%21%21"):
        assert "찾지 못했습니다" not in visitor.opens(path)
    assert visitor.client.get(f"/search?q={'가' * 81}").status_code == 422


def test_many_are_cut_and_that_is_said(visitor: Visitor) -> None:
    for number in range(MOST + 1):
        visitor.town.opens(Instrument.ADVISORY, title_ko=f"다리 {number}번을 놓을 것인가")
    html = visitor.opens("/search?q=다리")
    assert html.count('<h3><a href="/measures/') == MOST
    assert f"{MOST}건 넘게 찾음" in html


def test_the_menu_holds_the_field_and_what_is_looked_for_is_kept_by_nobody(
    visitor: Visitor,
) -> None:
    (field,) = [one for one in Page(visitor.opens("/")).all("input") if one.get("name") == "q"]
    assert field["type"] == "search"
    answer = visitor.client.get("/search?q=도서관")
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.text
