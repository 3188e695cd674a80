"""The rules and the published totals, as anybody reads them."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from referendum.kernel.people import Authority
from referendum.roll import entering_totals
from referendum.roll.totals import TotalKind
from tests.town import seconded
from tests.web.reading import Page
from tests.web.visitors import Visitor
from thresholds import library
from thresholds.vocabulary import Instrument


def test_each_rule_in_force_stands_once_with_its_versions_folded(visitor: Visitor) -> None:
    html = visitor.opens("/rules")
    heads = html.count('<a href="/rules/kr-referendum-2023-04-27">주민투표</a></h4>')
    assert heads == 1
    assert "시행 시기별 규칙 (6)" in html
    assert "2016년 5월 29일 – 2022년 4월 26일" in html
    assert "무엇이 바뀌었나" in html
    for name in ("today", "relaxed"):
        assert f'href="/rules/kr-goyang-initiative-{name}"' in html
    assert html.count("(제안)") >= 5
    assert 'href="/rules/ch-initiative-2000-01-01"' in html
    assert "voting.electorate" not in html
    for path in ("/rules/compare", "/rules/simulator", "/rules/totals"):
        assert f'href="{path}"' in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_rulebook_is_readable_in_words(visitor: Visitor, language: str) -> None:
    visitor.client.headers["accept-language"] = language
    for book in library.all_rulebooks():
        html = visitor.opens(f"/rules/{book.id}")
        page = Page(html)
        assert page.faults == [], book.id
        assert len(page.ids) == len(set(page.ids)), book.id
        main = html.partition("<main")[2]
        for key in book.assumed:
            assert f"<li>{key}</li>" not in main, book.id
        for one in book.excluded.values():
            assert one.citation in main, book.id
        marked = {"ko": "시행된 적이 없습니다", "en": "in force nowhere"}[language]
        assert (marked in main) is book.proposed, book.id


def test_a_referendums_page_tells_routes_areas_effects_and_disputes(visitor: Visitor) -> None:
    html = visitor.opens("/rules/kr-referendum-2023-04-27")
    for said in (
        "출석의원 3분의 2 이상",
        "직권으로 하려면",
        "일부 지역만의 투표",
        "필요한 수는 그 지역의 총수",
        "결과를 바꾸거나 다시 정할 수 없는 기간 2년",
        "같은 일로 다시 투표할 수 없는 기간 2년",
        "투표권자 1/100 이상의 서명으로 소청",
        "10일 안에 고등법원",
        "2014두40647",
        "열람 마지막 날",
        "보정 마지막 날",
        "이의신청 결정 마지막 날",
    ):
        assert said in html, said
    assert "개표하지 않음" not in html, "since 2022 every vote is counted"


def test_totals_stand_apart_with_needs_floors_and_articles(visitor: Visitor) -> None:
    html = visitor.opens("/rules/totals")
    assert html.count("528") >= 3
    assert "528 × 1/150 = 4 (소수점 아래는 올림)" in html
    assert "528 × 1/20 = 27 (소수점 아래는 올림) (가정값)" in html
    assert "528 × 15% = 80 (소수점 아래는 올림)" in html
    assert "주민소환법 시행령 §2③" in html
    assert "2027년 1월 10일 일요일" in html
    assert "기한 뒤 공표" not in html


def test_a_total_that_is_late_or_missing_is_said_to_be(visitor: Visitor) -> None:
    town = visitor.town
    with town.begin() as uow:
        entering_totals.publish_total(
            uow,
            jurisdiction_id=town.place,
            instrument=Instrument.RECALL,
            kind=TotalKind.CLAIMANTS,
            base_year=2025,
            number=500,
            source="늦은 공고",
            published_on=date(2026, 1, 12),
            by=seconded(town.officer(Authority.MAYOR)),
        )
    html = visitor.opens("/rules/totals")
    assert "(기한 뒤 공표)" in html
    assert "2026년 1월 10일 토요일까지 공표되지 않았습니다." in html


def test_totals_can_be_taken_away(visitor: Visitor) -> None:
    answer = visitor.client.get("/rules/totals.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 3 * 45
    whole = [row for row in rows if not row["district"]]
    assert [(row["instrument"], row["needed"], row["late"]) for row in whole] == [
        ("initiative", "4", "no"),
        ("referendum", "27", "no"),
        ("recall", "80", "no"),
    ]
    floors = [row["needed"] for row in rows if row["district"] and row["instrument"] == "recall"]
    assert set(floors) == {"2"}
