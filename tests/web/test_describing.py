"""Easy-read texts, the estimate of the cost and the place: written in the form, read on pages."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle import describing
from referendum.lifecycle.describing import Cost, CostKind, Place
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page, text_of
from tests.web.test_workspace import FULL, INITIATOR, number_of, starts
from tests.web.visitors import Visitor
from thresholds.vocabulary import Instrument

ADDED = {
    "easy_title_ko": "밤에도 여는 도서관",
    "easy_reason": "밤에도 책을 읽고 싶은 사람이 많습니다.",
    "cost": "yearly",
    "cost_amount": "1억 2천만원",
    "cost_years": "3",
    "cost_said": "도서관 10곳 × 1천2백만원",
    "place_ko": "견본천 산책로",
}
EDIT = "/workspace/1/edit"


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    return Visitor(site(database=database_url), town)


@pytest.fixture
def author(visitor: Visitor) -> Visitor:
    return visitor.is_signed_in(INITIATOR)


def opened(town: Town, **changed: Any) -> UUID:
    """A petition with all three."""
    here = Place(districts=(town.districts[2].id, town.districts[3].id), ko="견본천 산책로")
    easy = {"title_ko": ADDED["easy_title_ko"], "reason": ADDED["easy_reason"]}
    cost = Cost(kind=CostKind.YEARLY, amount=120_000_000, years=3, said=ADDED["cost_said"])
    return town.opens(
        Instrument.INITIATIVE, **{"easy": easy, "cost": cost, "place": here} | changed
    )


def test_the_form_offers_all_three_folded_and_keeps_them(author: Visitor) -> None:
    seen = starts(author, Instrument.INITIATIVE)
    assert seen.count("쉬운 글로도 쓰기") == 6, "each field has its own"
    assert "누가 서명하거나 투표할 수 있는지와는 상관이 없습니다" in seen
    chosen = [str(author.town.districts[one].id) for one in (4, 1)]
    sent = author.sends(EDIT, seen=seen, **FULL, **ADDED, place_districts=chosen)
    assert sent.status_code == 303
    measure = author.town.measure(number_of(author.town))
    assert measure.easy == {
        "title_ko": ADDED["easy_title_ko"],
        "reason": ADDED["easy_reason"],
    }
    cost, place = describing.cost_of(measure), describing.place_of(measure)
    assert (cost and cost.amount, cost and cost.total) == (120_000_000, 360_000_000)
    assert place
    assert {str(one) for one in place.districts} == set(chosen)
    assert not measure.districts, "who may sign is not narrowed by it"
    again = author.opens(EDIT)
    boxes = [one for one in Page(again).all("input") if one.get("name") == "place_districts"]
    assert {one["value"] for one in boxes if "checked" in one} == set(chosen)
    assert 'value="120,000,000"' in again
    saved = author.sends(EDIT, seen=again, **FULL)
    assert saved.status_code == 303
    emptied = author.town.measure(number_of(author.town))
    assert (emptied.easy, emptied.cost, emptied.place) == ({}, None, None), "taken away again"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"easy_title_ko": "가" * 121}, "easy_title_ko"),
        ({"cost_amount": "1,25억"}, "cost_amount"),
        ({"cost_amount": ""}, "cost_amount"),
        ({"cost_years": "0"}, "cost_years"),
        ({"cost_years": ""}, "cost_years"),
        ({"cost_said": ""}, "cost_said"),
        ({"cost": "none"}, "cost"),
        ({"cost": "monthly"}, "cost"),
        ({"cost": "not_estimated", "cost_years": ""}, "cost_amount"),
        ({"cost": "once"}, "cost_years"),
        ({"place_ko": "가" * 101}, "place_ko"),
    ],
)
def test_a_fault_leads_to_its_field_and_what_was_typed_is_kept(
    author: Visitor, wrong: dict[str, str], field: str
) -> None:
    seen = starts(author, Instrument.INITIATIVE)
    here = str(author.town.districts[1].id)
    refused = author.sends(EDIT, seen=seen, **FULL | ADDED | wrong, place_districts=here)
    assert refused.status_code == 422
    leads = re.findall(r'<li><a href="#field-([\w-]+)">', refused.text)
    assert leads == [field]
    assert f'id="field-{field}"' in refused.text
    assert ADDED["easy_reason"] in refused.text
    (box,) = [one for one in Page(refused.text).all("input") if one.get("value") == here]
    assert "checked" in box
    assert author.town.measure(number_of(author.town)).title_ko == ""


@pytest.mark.parametrize("page", ["/measures/1", "/measures/1/sign"])
def test_one_reads_the_easy_version_by_a_link_and_goes_back(visitor: Visitor, page: str) -> None:
    opened(visitor.town)
    original = visitor.opens(page)
    assert ADDED["easy_reason"] not in original
    assert f'href="{page}?easy=1"' in original
    easy = visitor.opens(f"{page}?easy=1")
    assert ADDED["easy_title_ko"] in easy.partition("<h1>")[2].partition("</h1>")[0]
    assert ADDED["easy_reason"] in easy
    assert "서명하고 투표하는 것은 원문뿐입니다." in easy
    assert "시립도서관의 야간 개관을 정한다" in easy, "without an easy version the original stands"
    assert f'href="{page}"' in easy
    assert visitor.opens(page) == original, "nothing remembers it"


def test_whoever_signs_from_the_easy_version_has_the_original_on_the_page(visitor: Visitor) -> None:
    opened(visitor.town)
    easy = visitor.opens("/measures/1/sign?easy=1")
    folded = easy.partition("서명하는 원문")[2].partition("</details>")[0]
    assert "도서관 야간 개관 조례" in folded
    assert "늦게까지 일하는 주민도" in folded


def test_there_is_no_switch_where_there_is_no_easy_version(visitor: Visitor) -> None:
    opened(visitor.town, easy={})
    for page in ("/measures/1", "/measures/1/sign"):
        assert "easy=1" not in visitor.opens(page)
        assert "쉬운 글로 보고 있습니다" not in visitor.opens(f"{page}?easy=1")


def test_the_page_tells_cost_and_place_and_whose_they_are(visitor: Visitor) -> None:
    opened(visitor.town)
    told = text_of(visitor.opens("/measures/1"))
    for said in (
        "120,000,000원 (1억 2,000만 원)",
        "360,000,000원 (3억 6,000만 원)",
        "시가 계산한 것이 아닙니다",
        ADDED["cost_said"],
        "견본천 산책로",
        visitor.town.districts[3].name_ko,
        "누가 서명하거나 투표할 수 있는지와는 상관이 없습니다",
    ):
        assert said in told, said
    assert told.index("제1조(목적)") < told.index("비용 추계"), "the text comes first"


def test_what_was_not_estimated_says_why(visitor: Visitor) -> None:
    opened(visitor.town, cost=Cost(kind=CostKind.NOT_ESTIMATED, said="견적을 받지 못했다."))
    told = text_of(visitor.opens("/measures/1"))
    assert "어림하지 않았습니다." in told
    assert "견적을 받지 못했다." in told


def test_the_sheet_carries_the_estimate(author: Visitor) -> None:
    opened(author.town)
    sheet = text_of(author.opens("/workspace/1/sheet"))
    assert "120,000,000원" in sheet
    assert "견본천 산책로" in sheet


def test_search_finds_easy_words_and_shows_the_easy_title_on_demand(visitor: Visitor) -> None:
    opened(visitor.town)
    found = visitor.opens("/search?q=책을 읽고")
    assert "도서관 야간 개관 조례" in text_of(found)
    (way,) = re.findall(r'href="(/search\?[^"]*easy=1)"', found)
    easy = visitor.opens(way.replace("&amp;", "&"))
    assert ADDED["easy_title_ko"] in text_of(easy)
    assert 'href="/measures/1?easy=1"' in easy
    assert "easy=1" not in visitor.opens("/search?q=없는말")


def test_how_to_vote_tells_the_question_easily(visitor: Visitor) -> None:
    easy = {"question_ko": "밤 10시까지 문을 열까요?"}
    measure = visitor.town.qualifies(Instrument.REFERENDUM, 40, easy=easy)
    visitor.town.calls(measure, Authority.MAYOR)
    page = "/measures/1/vote"
    assert easy["question_ko"] not in visitor.opens(page)
    told = visitor.opens(f"{page}?easy=1")
    assert easy["question_ko"] in told
    assert 'href="/measures/1?easy=1"' in told
