"""What other rules, shares and quorums would ask of a measure under way."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act
from tests.papers import PAPER
from tests.web.reading import Page
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument, Route


def plain(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html.partition("<main")[2]).split())


def needed(html: str) -> int:
    found = re.search(r'<p class="big-number"><strong>([\d,]+)', html)
    assert found
    return int(found[1].replace(",", ""))


def test_what_is_needed_today_comes_first_with_its_sum(
    visitor: Visitor, initiative_open: UUID
) -> None:
    measure = initiative_open
    visitor.town.brings(measure, visitor.town.some(3), bad=20)
    folds(visitor.town, measure)
    html = visitor.opens("/measures/1/what-if")
    assert needed(html) == 4
    assert "528 × 1/150 = 4 (소수점 아래는 올림)" in html
    assert 'href="/measures/1/what-if"' in visitor.opens("/measures/1")
    rules = re.findall(r'<th scope="row"><a href="/rules/([^"/]+)">', html)
    assert rules[:3] == [
        "kr-initiative-2024-02-17",
        "kr-goyang-initiative-today",
        "kr-goyang-initiative-relaxed",
    ]
    assert "100,000" in html, "a fixed number of another country"
    assert "이곳의 청구권자 총수보다 많음" in html
    assert "그 직의 지난 선거 투표수" in html, "the number that California would ask for"


def test_gross_lines_are_never_called_enough(visitor: Visitor, initiative_open: UUID) -> None:
    measure = initiative_open
    visitor.town.brings(measure, visitor.town.some(30))
    folds(visitor.town, measure)
    said = plain(visitor.opens("/measures/1/what-if"))
    assert "아직 유효할 수 있는 서명: 30" in said
    assert "유효한 서명 4명을 얻으려면 6~8명의 서명을 계획하세요(가운데 값으로는 6명)." in said
    assert "7건에서" in said
    for word in ("목표 달성", "충족", "이상입니다", "모자랍니다"):
        assert word not in said, word


def test_examined_numbers_are_compared(visitor: Visitor, initiative_open: UUID) -> None:
    measure = initiative_open
    visitor.town.collects(measure, visitor.town.spread(9), bad=6)
    visitor.town.examines(measure)
    visitor.town.inspects(measure)
    folds(visitor.town, measure)
    said = plain(visitor.opens("/measures/1/what-if"))
    assert "심사를 마친 유효서명 9명은 이 수 이상입니다." in said
    more = plain(visitor.opens("/measures/1/what-if?share_points=100&share=1/50"))
    assert "심사를 마친 유효서명: 9" in more
    short = plain(visitor.opens("/measures/1/what-if?share=1/50"))
    assert "심사를 마친 유효서명은 9명으로 2명 모자랍니다." in short


@pytest.mark.usefixtures("initiative_open")
def test_a_share_is_exact_until_the_slider_is_moved(visitor: Visitor) -> None:
    html = visitor.opens("/measures/1/what-if")
    (slider,) = [one for one in Page(html).all("input") if one.get("type") == "range"]
    hidden = [one for one in Page(html).all("input") if one.get("name") == "share"]
    assert (hidden[0]["value"], slider["value"], slider["step"]) == ("1/150", "67", "1")
    assert slider["aria-valuetext"] == "0.67%"
    same = visitor.opens("/measures/1/what-if?share=1/150&share_points=67")
    assert "528 × 1/150 = 4 (소수점 아래는 올림)" in same
    moved = visitor.opens("/measures/1/what-if?share=1/150&share_points=90")
    assert "528 × 0.9% = 5 (소수점 아래는 올림)" in moved
    assert needed(moved) == 5


@pytest.mark.parametrize(
    "query",
    ["share=half", "share=2", "share=3/2", "quorum=x", "share_points=-1", "quorum_points=10001",
     "share_points=x", f"share={'1' * 40}"],
)  # fmt: skip
@pytest.mark.usefixtures("recall_open")
def test_what_is_no_share_is_refused(visitor: Visitor, query: str) -> None:
    answer = visitor.client.get(f"/measures/1/what-if?{query}")
    assert answer.status_code == 422


def test_a_recall_has_a_quorum_and_past_votes_beside_it(
    visitor: Visitor, recall_open: UUID
) -> None:
    measure = recall_open
    visitor.town.brings(measure, visitor.town.spread(40))
    folds(visitor.town, measure)
    html = visitor.opens("/measures/1/what-if")
    assert html.count('class="dot dot-reached"') == 1
    assert html.count('class="dot dot-missed"') == 8
    assert "투표 9건 가운데 1건이 이 정족수에 이르렀을 것입니다." in html
    lower = visitor.opens("/measures/1/what-if?quorum=1/4")
    assert "투표 9건 가운데 3건이 이 정족수에 이르렀을 것입니다." in lower
    assert "확률이 아닙니다" in html
    assert "읍·면·동 44곳 가운데 15곳에서 최소 서명수" in html
    assert "투표권자 수는 투표인명부가 만들어질 때 정해지므로" in html


def test_once_the_roll_is_made_the_quorum_is_said_in_people(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    folds(visitor.town, referendum_furnished)
    html = visitor.opens("/measures/1/what-if?quorum=1/3")
    assert "명, 투표권자 528명의 1/3" in html
    assert "투표율 1/4 이상 (132명)" in plain(html)
    assert "조례를 확인하지 못해 가정한 값입니다." in html
    assert 'class="band"' in html, "what the Act leaves to the ordinance"
    assert "법이 조례에 맡긴 범위: 5%에서 20%까지" in html


def test_a_vote_that_nobody_signed_for_shows_the_quorum_alone(visitor: Visitor) -> None:
    town = visitor.town
    mayor = town.officer(Authority.MAYOR)
    measure = town.drafts(Instrument.REFERENDUM, by=mayor, route=Route.MAYOR)
    assert visitor.client.get("/measures/1/what-if").status_code == 404, "a draft is nobody's yet"
    town.acts(measure, Act.REQUEST_VOTE, mayor, Particulars(document=PAPER, reason="시장 직권"))
    town.calls(measure, Authority.MAYOR)
    html = visitor.opens("/measures/1/what-if")
    names = [one.get("name") for one in Page(html).all("input")]
    assert "quorum_points" in names
    assert "share_points" not in names


@pytest.mark.usefixtures("recall_open")
def test_htmx_gets_the_changing_part_alone(visitor: Visitor) -> None:
    part = visitor.client.get(
        "/measures/1/what-if?share_points=1000", headers={"hx-request": "true"}
    )
    assert "<html" not in part.text
    assert "data-voice" in part.text
    assert needed(part.text) == 53


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_is_sound(visitor: Visitor, language: str, recall_open: UUID) -> None:
    measure = recall_open
    visitor.town.brings(measure, visitor.town.spread(40))
    folds(visitor.town, measure)
    visitor.client.headers["accept-language"] = language
    page = Page(visitor.opens("/measures/1/what-if"))
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids))
    named = {label.get("for") for label in page.all("label")}
    shown = [one for one in page.all("input") if one.get("type") != "hidden"]
    assert {one["id"] for one in shown} == named
