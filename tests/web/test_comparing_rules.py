"""Two rules side by side, and the way from their difference to an initiative of one's own."""

from __future__ import annotations

import pytest

from referendum.lifecycle import locating
from tests.web.reading import Page
from tests.web.visitors import Visitor
from thresholds.vocabulary import Instrument

PAIR = "left=kr-goyang-initiative-today&right=kr-goyang-initiative-relaxed"
OTHER = "left=kr-goyang-referendum-today&right=kr-goyang-referendum-relaxed"
INITIATOR = 1


def test_the_form_alone_offers_what_people_will_want_first(visitor: Visitor) -> None:
    html = visitor.opens("/rules/compare")
    assert f'href="/rules/compare?{PAIR.replace("&", "&amp;")}"' in html
    assert '<option value="tw-referendum-2018-01-05">' in html
    assert "필요한 서명 수" not in html


def test_both_sides_stand_with_articles_marks_and_counts(visitor: Visitor) -> None:
    html = visitor.opens(f"/rules/compare?{PAIR}")
    assert "528 × 1/150 = 4 (소수점 아래는 올림)" in html
    assert "528 × 1/300 = 2 (소수점 아래는 올림)" in html
    assert "2026년 12월 31일 기준 공표" in html
    assert "둘째 규칙에서는 2명 적게 필요합니다." in html
    assert "유효서명: 조례가 정한 비율" in html
    assert "petition.requirements" not in html
    assert "주민조례발안법 §5①" in html
    main = html.partition("<main")[2]
    assert main.count("(가정값)") >= 2
    assert "(제안)" in main
    drawn = [one for one in Page(html).all("rect") if one.get("height") == "40"]
    assert [int(str(one["width"])) for one in drawn] == [220, 110]


def test_a_number_that_is_typed_goes_before_the_published_one(visitor: Visitor) -> None:
    html = visitor.opens(f"/rules/compare?{PAIR}&claimants=917,000")
    assert "917,000 × 1/150 = 6,114 (소수점 아래는 올림)" in html
    assert "기준 공표" not in html


def test_a_recall_needs_its_districts_too(visitor: Visitor) -> None:
    pair = "left=kr-recall-mayor-2007-05-25&right=kr-reform-recall-mayor"
    html = visitor.opens(f"/rules/compare?{pair}")
    assert "44 × 1/3 = 15 (소수점 아래는 올림)" in html
    assert "528 × 15% = 80 (소수점 아래는 올림)" in html
    assert "조례 개정안 초안으로 보기" not in html, "a statute is not an ordinance's to change"


def test_other_countries_are_compared_with_a_caution(visitor: Visitor) -> None:
    pair = "left=kr-referendum-2023-04-27&right=tw-referendum-2018-01-05"
    html = visitor.opens(f"/rules/compare?{pair}&claimants=1000000")
    assert "나라가 다르면" in html
    assert "1,000,000 × 1.5% = 15,000 (소수점 아래는 올림)" in html


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("left=kr-nothing&right=kr-recall-mayor-2007-05-25", "left"),
        ("left=kr-recall-mayor-2007-05-25", "right"),
        (f"{PAIR}&claimants=0", "claimants"),
        (f"{PAIR}&population=many", "population"),
        (f"{PAIR}&claimants=99999999999", "claimants"),
    ],
)
def test_what_cannot_be_compared_is_said_at_its_field(
    visitor: Visitor, query: str, field: str
) -> None:
    answer = visitor.client.get(f"/rules/compare?{query}")
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text


def test_the_difference_is_a_draft_ordinance_to_read_and_to_take(visitor: Visitor) -> None:
    html = visitor.opens(f"/rules/compare/ordinance?{OTHER}")
    assert "신·구조문대비표" in html
    assert "조문 번호와 현행란은 가정한 것입니다" in html
    assert "20분의 1 이상의 서명" in html
    assert "필요한 서명은 36명에서 27명으로" in html
    text = visitor.client.get(f"/rules/compare/ordinance.txt?{OTHER}")
    assert text.headers["content-type"].startswith("text/plain")
    assert "attachment" in text.headers["content-disposition"]
    assert "제3조 중 “15분의 1”을 “20분의 1”로 한다." in text.text


@pytest.mark.parametrize("path", ["/rules/compare/ordinance", "/rules/compare/ordinance.txt"])
def test_what_is_no_amendment_has_no_draft(visitor: Visitor, path: str) -> None:
    for query in (
        "",
        "?left=kr-nothing&right=kr-nothing",
        "?left=kr-recall-mayor-2007-05-25&right=kr-reform-recall-mayor",
        "?left=kr-goyang-initiative-today&right=kr-goyang-referendum-relaxed",
    ):
        assert visitor.client.get(f"{path}{query}").status_code == 404


@pytest.mark.parametrize("pair", [PAIR, OTHER])
def test_from_the_comparison_to_a_draft_of_ones_own(visitor: Visitor, pair: str) -> None:
    """Signed in on the way, the resident lands in the form of a draft that is filled in."""
    way = f"/workspace/new/ordinance?{pair}"
    html = visitor.opens(f"/rules/compare/ordinance?{pair}")
    assert f'href="{way.replace("&", "&amp;")}"' in html
    sent = visitor.client.get(way)
    assert sent.status_code == 303
    assert sent.headers["location"].startswith("/sign-in?next=/workspace/new/ordinance%3Fleft")
    visitor.is_signed_in(INITIATOR)
    seen = visitor.opens(way)
    assert "이 초안으로 시작할까요?" in seen
    left, right = (part.partition("=")[2] for part in pair.split("&"))
    begun = visitor.sends("/workspace/new/ordinance", seen=seen, left=left, right=right)
    assert begun.headers["location"] == "/workspace/1/edit"
    form = visitor.opens("/workspace/1/edit")
    assert "개정안 초안으로 안건을 만들었습니다." in form
    assert "일부개정" in form
    assert "신·구조문대비표" in form
    assert (
        "신청할 수 있습니다" in form or "필요한 내용을 모두" in form or "/workspace/1/apply" in form
    )
    with visitor.town.begin() as uow:
        measure = locating.numbered(uow.session, visitor.town.place, 1)
    assert measure.instrument == Instrument.INITIATIVE
    assert measure.stage == "draft"
    assert "부칙" in measure.body


def test_a_form_for_no_amendment_begins_nothing(visitor: Visitor) -> None:
    visitor.is_signed_in(INITIATOR)
    seen = visitor.opens("/workspace/new")
    sent = visitor.sends("/workspace/new/ordinance", seen=seen, left="a", right="b")
    assert sent.status_code == 404
    assert "대표하는 안건이 없습니다." in visitor.opens("/workspace")
