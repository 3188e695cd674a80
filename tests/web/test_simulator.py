"""Real cases under other rules, as anybody reads them and takes them away."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page
from thresholds import precedents

ROW = re.compile(
    r"<tr>\s*<th scope=\"row\"><a href=\"/rules/simulator/([^\"]+)\">(.*?)</tr>", re.DOTALL
)


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    del town
    return site(database=database_url)


def rows(html: str) -> dict[str, str]:
    return {name: " ".join(re.sub("<[^>]+>", " ", row).split()) for name, row in ROW.findall(html)}


def test_seoul_2011_under_todays_law_is_the_first_line(client: Browser) -> None:
    found = rows(client.get("/rules/simulator").text)
    first = next(iter(found))
    assert first == "seoul-2011-free-meals"
    then, _, today = found[first].partition("계산 보기")
    assert "개표하지 않음" in then
    assert "투표자 638,016명 모자람" in then
    assert "가결되었을지 알 수 없음" in today
    assert "판단하려면 필요한 수가 공표되지 않음: 선택지별 득표" in today
    assert "8,387,278 × 1/4 = 2,096,820 (소수점 아래는 올림)" in today


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_are_sound_and_say_what_is_assumed(client: Browser, language: str) -> None:
    client.headers["accept-language"] = language
    for path in ("/rules/simulator?country=", "/rules/simulator/goyang-2023-mayor"):
        answer = client.get(path)
        page = Page(answer.text)
        assert (answer.status_code, page.faults) == (200, [])
        assert len(page.ids) == len(set(page.ids))
        assert {"ko": "가정값 포함", "en": "some values assumed"}[language] in answer.text


def test_the_summary_counts_what_the_table_shows(client: Browser) -> None:
    html = client.get("/rules/simulator?rules=kr-goyang-reform").text
    assert "사례 24건의 결과" in html
    counted = re.findall(r'<text class="bar-count bar-count-yes"[^>]*>(\d+)</text>', html)
    table = html.partition('id="totals"')[2].partition("</table>")[0]
    assert all(f'data-label="예">{number}</td>' in table for number in counted)
    reform = [row.rpartition("계산 보기")[0] for row in rows(html).values()]
    assert len(reform) == 24
    assert "14" in counted, "every box would have been opened"


def test_rules_procedures_and_countries_narrow_the_page(client: Browser) -> None:
    recalls = rows(client.get("/rules/simulator?instrument=recall&country=us-ca").text)
    assert set(recalls) == {"us-ca-2021-newsom", "us-ca-2003-davis"}
    everything = rows(client.get("/rules/simulator?country=").text)
    assert set(everything) == {one.case.id for one in precedents.all_cases()}
    assert "조건에 맞는 사례가 없습니다." in client.get("/rules/simulator?instrument=advisory").text
    unknown = client.get("/rules/simulator?rules=nothing&instrument=nothing&country=nowhere")
    assert set(rows(unknown.text)) == set(everything), "what is not known is not narrowed by"
    heads = Page(client.get("/rules/simulator?rules=kr-goyang-today").text)
    ticked = [one["value"] for one in heads.all("input") if "checked" in one]
    assert ticked == ["kr-goyang-today"]


def test_the_downloads_hold_what_the_page_shows(client: Browser) -> None:
    query = "?rules=kr-today&instrument=referendum&country=kr"
    answer = client.get(f"/rules/simulator.csv{query}")
    assert "simulator.csv" in answer.headers["content-disposition"]
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    seoul = {one["rules"]: one for one in table if one["case"] == "seoul-2011-free-meals"}
    assert (seoul["then"]["counted"], seoul["then"]["short"]) == ("no", "638016")
    assert (seoul["kr-today"]["counted"], seoul["kr-today"]["adopted"]) == ("yes", "unknown")
    document = client.get(f"/rules/simulator.json{query}").json()["results"]
    assert {one["case"] for one in document} == {one["case"] for one in table}
    (today,) = (
        one
        for one in document
        if (one["case"], one["rules"]) == ("seoul-2011-free-meals", "kr-today")
    )
    assert today["outlook"] == {"qualified": "not_asked", "counted": "yes", "adopted": "unknown"}
    assert today["wanting"] == [{"key": "options", "reason": "number-missing"}]


def test_a_case_shows_its_numbers_its_source_and_every_set_of_rules(client: Browser) -> None:
    html = client.get("/rules/simulator/siheung-2008-mayor").text
    assert "273,613" in html
    assert 'href="https://donga.com/' in html
    assert "유효서명 5,879명 모자람" in html
    assert "27,362 필요" in html, "what the reform would have asked for"
    assert "그때의 법, 대한민국 현행 법률, 고양시: 오늘, 고양시: 조례 완화안" in html
    assert "열지 않아 아무도 모름" in client.get("/rules/simulator/seoul-2011-free-meals").text
    assert client.get("/rules/simulator/atlantis-1000").status_code == 404


def test_every_case_has_a_page(client: Browser) -> None:
    wrong = [
        one.case.id
        for one in precedents.all_cases()
        if client.get(f"/rules/simulator/{one.case.id}").status_code != 200
    ]
    assert wrong == []
