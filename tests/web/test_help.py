"""Help: found from everywhere, in both languages, in step with the rules, open to everybody."""

from __future__ import annotations

import re

import pytest

from tests.web.reading import Page
from tests.web.visitors import Visitor
from tests.web.wording import read, unfit_words
from thresholds.vocabulary import Instrument

GUIDES = [f"/help/guides/{one.value}" for one in Instrument]
KOREAN = re.compile(r"(?<!\d)[가-힣]+(?!\d)")
"""But for the letters within a judgment's number, which courts everywhere write so."""
IN_KOREAN = re.compile(r'<(\w+)[^>]*\blang="ko"[^>]*>.*?</\1>', re.DOTALL)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", ["/help", "/help/guides/recall?office=councillor", *GUIDES])
def test_every_page_of_help_is_sound_and_speaks_one_language(
    visitor: Visitor, path: str, language: str
) -> None:
    visitor.town.has_a_promise()
    visitor.client.headers["accept-language"] = language
    html = visitor.opens(path)
    page = Page(html)
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids))
    assert len(page.all("h1")) == 1
    assert unfit_words(read(html), language) == []
    if language == "en":
        main = html.partition("<main")[2].partition("</main>")[0]
        assert KOREAN.findall(read(IN_KOREAN.sub(" ", main))) == []


def test_help_is_found_in_the_menu_and_leads_to_every_guide(visitor: Visitor) -> None:
    assert 'href="/help"' in visitor.opens("/").partition("<main")[0]
    html = visitor.opens("/help")
    leads = {str(link.get("href")) for link in Page(html.partition("<main")[2]).all("a")}
    assert set(GUIDES) <= leads
    for path in leads - {"#main"}:
        assert visitor.client.get(path).status_code < 400, path


def test_a_guide_tells_who_by_when_with_article_and_what_is_assumed(visitor: Visitor) -> None:
    html = visitor.opens("/help/guides/referendum")
    steps = html.partition('class="guide-steps"')[2].partition("</ol>")[0]
    said = " ".join(read(steps).split())
    assert "대표자 증명서 공표부터 90일 주민투표법 §10③ (가정값)" in said
    assert "서명부 제출" not in said.partition("서명을 받고")[0]
    assert "투표 발의 뒤 23일이 지난 첫 수요일 주민투표법 §14" in said
    assert "528 × 1/20 = 27 (소수점 아래는 올림) (가정값)" in " ".join(read(html).split())
    assert "투표 비용은 지방자치단체가 냅니다(투표 발의부터 3일). 주민투표법 §27" in " ".join(
        read(html).split()
    )


def test_where_there_are_no_rules_a_guide_says_so(visitor: Visitor) -> None:
    html = visitor.opens("/help/guides/advisory")
    assert "지금 이곳에서 시행 중인 규칙이 없어" in html
    assert 'href="/promises"' in html.partition("<main")[2]


def test_a_guide_to_a_recall_asks_whose(visitor: Visitor) -> None:
    mayor = visitor.opens("/help/guides/recall")
    councillor = visitor.opens("/help/guides/recall?office=councillor")
    assert "청구권자 총수의 15% 이상" in mayor
    assert "청구권자 총수의 20% 이상" in councillor
    assert "의원의 선거구에 사는 청구권자 수로" in councillor
    assert visitor.opens("/help/guides/recall?office=nobody").count("<h3") == mayor.count("<h3")


@pytest.mark.parametrize("path", ["/help/guides/lottery", "/help/guides/"])
def test_there_is_no_guide_to_what_does_not_exist(visitor: Visitor, path: str) -> None:
    assert visitor.client.get(path).status_code == 404
