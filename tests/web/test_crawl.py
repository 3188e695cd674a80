"""Every page for the public and for residents, in both languages: sound, safe and honest.

WEB-03 (tokens), WEB-04, OPS-08, SIG-08 and the words that no page may use (docs/design.md, Style).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from tests.lifecycle.advisory.test_considering import LARGE, declines
from tests.lifecycle.enrolment.enrolling import calls_by_enrolment, enrols
from tests.projects.listing import line, takes
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page
from tests.web.visitors import Visitor, folds
from tests.web.wording import read, unfit_words
from thresholds.vocabulary import Instrument

NASTY = """<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7 * 7 }}'--"""
FORBIDDEN = (
    "비밀이 영원히 보장",
    "조작 불가능",
    "강요로부터 보호",
    "본인임을 증명",
    "목표 달성",
    "법적 효력",
)
PUBLIC = (
    "/",
    "/measures",
    "/results",
    "/offline",
    "/search",
    "/search?q=%3Cscript%3E",
    "/search?q=%EC%A0%9C%EB%AA%A9",
    "/measures?instrument=recall",
    "/measures?state=ended",
    "/measures/1",
    "/measures/2",
    "/measures/3",
    "/measures/1/what-if",
    "/measures/2/what-if",
    "/rules/simulator",
    "/rules/simulator/goyang-2023-mayor",
    "/measures/1/sign",
    "/measures/2/sign",
    "/sign-in",
    "/may-i",
    "/promises",
    "/promises/1",
    "/rules/compare",
    "/rules/compare?left=kr-goyang-initiative-today&right=kr-goyang-initiative-relaxed",
    "/rules/compare/ordinance?left=kr-goyang-referendum-today&right=kr-goyang-referendum-relaxed",
    "/rules/totals",
    "/help",
    "/help/guides/initiative",
    "/help/guides/recall",
    "/measures/5",
    "/measures/5/enrol",
    "/measures/5/vote",
    "/measures/5/may-i",
    "/measures/1/may-i",
    "/projects",
    "/projects?q=%3Cscript%3E",
    "/projects/1",
    "/projects/2",
)
OWN = (
    "/measures/1/sign/consent",
    "/measures/2/may-i",
    "/my-signatures",
    "/may-i",
    "/workspace",
    "/workspace/new",
    "/workspace/new/ordinance?left=kr-goyang-initiative-today&right=kr-goyang-initiative-relaxed",
    "/workspace/1",
    "/workspace/1/sheet",
    "/workspace/1/invite",
    "/workspace/1/leave",
    "/workspace/1/withdraw",
    "/workspace/4",
    "/workspace/4/edit",
    "/workspace/4/apply",
)


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    """A town with an advisory petition, a recall, an initiative and a draft, all nasty."""
    words: dict[str, Any] = {
        "title_ko": f"제목 {NASTY}",
        "title_en": f"Title {NASTY}",
        "question_ko": f"물음 {NASTY}",
        "question_en": f"Question {NASTY}",
        "reason": f"이유 {NASTY}",
        "body": f"전문 {NASTY}\n둘째 줄",
    }
    first = town.opens(Instrument.ADVISORY, **words)
    for number in town.some(8, district=2):
        town.signs(first, number)
    second = town.opens(Instrument.RECALL, **words, official=f"공직자 {NASTY}"[:90])
    town.brings(second, town.spread(40))
    third = town.opens(Instrument.INITIATIVE, **words)
    for measure in (first, second, third):
        folds(town, measure)
    town.drafts(Instrument.REFERENDUM, **words)
    nasty = {"name": f"사업 {NASTY}", "summary": f"개요 {NASTY}\n둘째 줄"}
    takes(town, line(1, **nasty, **LARGE), line(2, **nasty, name_en=f"Project {NASTY}"))
    takes(town, line(1, **nasty, **LARGE), line(2, **nasty, department=f"부서 {NASTY}"[:60]))
    declines(town, reason=f"사유 {NASTY}")
    enrols(town, calls_by_enrolment(town, words=words), 1)
    return Visitor(site(database=database_url, mode="demo"), town)


def pages(visitor: Visitor, language: str) -> Iterator[tuple[str, str]]:
    visitor.client.headers["accept-language"] = language
    visitor.client.cookies.clear()
    for path in PUBLIC:
        yield path, visitor.opens(path)
    visitor.is_signed_in(1)
    for path in OWN:
        yield path, visitor.opens(path)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_is_sound_safe_and_honest(visitor: Visitor, language: str) -> None:
    """Each is opened once, for all who judge it."""
    titles: dict[str, str] = {}
    leads: set[str] = set()
    for path, html in pages(visitor, language):
        page = Page(html)
        assert page.faults == [], path
        assert len(page.ids) == len(set(page.ids)), f"an id stands twice on {path}"
        assert len(page.all("h1")) == 1, path
        _nothing_nasty(path, page, html)
        _fields_are_named(path, page)
        assert f'<html lang="{language}">' in html
        other = {"ko": "en", "en": "ko"}[language]
        (link,) = [a for a in page.all("a") if a.get("hreflang") == other]
        assert str(link["href"]).partition("?")[0] == path.partition("?")[0]
        forbidden = [words for words in FORBIDDEN if words in html]
        assert forbidden == [], path
        assert unfit_words(read(html), language) == [], path
        title = re.findall(r"<title>(.*?)</title>", html)[0]
        assert title not in titles or urlsplit(path).path == urlsplit(titles[title]).path, path
        titles[title] = path
        leads |= {str(link.get("href")).partition("#")[0] for link in page.all("a")}
    if language == "ko":
        _no_link_leads_nowhere(visitor, {link for link in leads if link.startswith("/")})


def _no_link_leads_nowhere(visitor: Visitor, leads: set[str]) -> None:
    """Those of the Korean pages: the others have the same."""
    assert len(leads) > 20
    elsewhere = leads - set(PUBLIC) - set(OWN)
    broken = [path for path in elsewhere if visitor.client.get(path).status_code >= 400]
    assert broken == []


def _nothing_nasty(path: str, page: Page, html: str) -> None:
    """What people wrote arrives as text, never as markup or as a template (OPS-08)."""
    assert "<script>" not in html, path
    assert "<img src=x" not in html, path
    assert " 49&#39;--" not in html, path
    assert all(str(image.get("src")).startswith("/static/") for image in page.all("img")), path
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], path


def _fields_are_named(path: str, page: Page) -> None:
    named = {label.get("for") for label in page.all("label")}
    fields = [
        field
        for tag in ("input", "select", "textarea")
        for field in page.all(tag)
        if field.get("type") != "hidden"
    ]
    assert {field["id"] for field in fields} == named, path
    posts = [form for form in page.all("form") if form.get("method") == "post"]
    tokens = [field for field in page.all("input") if field.get("name") == "csrf"]
    assert len(posts) == len(tokens), path


@pytest.mark.usefixtures("advisory_open")
def test_an_advisory_vote_is_labelled_and_never_called_binding(
    site: Open, town: Town, database_url: str
) -> None:
    visitor = Visitor(site(database=database_url), town)
    for path in ("/measures/1", "/measures/1/sign"):
        html = visitor.opens(path)
        assert "자문투표 · 법적 구속력 없음" in html
        main = html.partition("<main")[2].partition("</main>")[0]
        assert "주민투표" not in main


def test_a_measure_that_was_voted_on_shows_its_result_only_once_it_is_declared(
    site: Open, town: Town, database_url: str, referendum_called: UUID
) -> None:
    visitor = Visitor(site(database=database_url), town)
    measure = referendum_called
    folds(town, measure)
    town.votes(measure, turnout=6, votes={"yes": 4, "no": 2})
    html = visitor.opens("/measures/1")
    assert "투표 결과" not in html
    assert ">264<" not in html
    town.certifies(measure, Authority.ELECTION_COMMISSION)
    html = visitor.opens("/measures/1")
    assert "투표 결과" in html
    assert '<td class="numeric">176</td>' in html
    assert "528 × 1/4 = 132 (소수점 아래는 올림)" in html
    assert "/certificates/" in html


def test_a_recall_shows_floors_and_hides_small_numbers(
    site: Open, town: Town, database_url: str, recall_sufficient: UUID
) -> None:
    visitor = Visitor(site(database=database_url), town)
    folds(town, recall_sufficient)
    html = visitor.opens("/measures/1")
    assert "44 × 1/3 = 15 (소수점 아래는 올림)" in html
    assert "12 × 15% = 2 (소수점 아래는 올림)" in html
    assert "ceil(" not in html
    assert "표시 안 함" in html
    assert "계획하세요" not in html, "who reads this has nothing to plan"
    assert "결과 공표됨" not in html


def test_the_list_is_narrowed_and_turned_page_by_page(
    site: Open, town: Town, database_url: str
) -> None:
    visitor = Visitor(site(database=database_url), town)
    for _ in range(13):
        town.opens(Instrument.ADVISORY)
    town.opens(Instrument.RECALL)
    html = visitor.opens("/measures?instrument=advisory")
    assert html.count('<li class="card') == 12
    following = "/measures?instrument=advisory&state=&before=2"
    assert following.replace("&", "&amp;") in html
    assert visitor.opens(following).count('<li class="card') == 1
    assert visitor.opens("/measures?instrument=recall").count('<li class="card') == 1
    assert "조건에 맞는 안건이 없습니다." in visitor.opens("/measures?state=voting")
    assert visitor.opens("/measures?state=under_way").count('<li class="card') == 12
    assert visitor.client.get("/measures?before=nonsense").status_code == 422
    assert visitor.client.get("/measures/99").status_code == 404
    assert visitor.client.get(f"/measures/{10**12}").status_code == 422
