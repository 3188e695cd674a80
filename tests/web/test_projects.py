"""The public list of projects and the page of one: flags, last days, what was missed, downloads."""

from __future__ import annotations

import csv
import io

import pytest

from referendum.kernel import spreadsheet
from referendum.projects import keeping
from tests.doors.browser import Browser
from tests.lifecycle.advisory.test_considering import LARGE, calls, declines, mayor
from tests.projects.listing import MATTER, line, projects, takes
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    del town
    return site(database=database_url)


def test_an_empty_register_and_a_city_without_a_promise_say_so(client: Browser) -> None:
    html = client.get("/projects").text
    assert "아직 등록된 사업이 없습니다." in html
    assert "지금 시행 중인 시장의 사전 약속이 없습니다" in html
    assert '<svg class="budgets"' not in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_list_shows_amounts_in_full_and_as_people_say_them(
    client: Browser, town: Town, language: str
) -> None:
    town.delegates()
    takes(
        town,
        line(1, total_budget="12,340,000,000"),
        line(2, total_budget="3400000", yearly_budget=""),
        line(3, **MATTER),
    )
    client.headers["accept-language"] = language
    html = client.get("/projects").text
    page = Page(html)
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids))
    said = {"ko": "12,340,000,000원 (123억 4,000만 원)", "en": "KRW 12,340,000,000 (12.34 billion)"}
    assert said[language] in html
    assert {"ko": "예산 없는 현안", "en": "A matter without a budget"}[language] in html
    assert html.count("card-advisory") == 2
    assert "주민투표" not in html.partition("<main")[2].partition("</main>")[0]
    assert {"ko": "예산은 시의회가 의결합니다.", "en": "The city council adopts the budget."}[
        language
    ] in html


def test_the_picture_has_a_title_a_line_for_the_promise_and_a_table_beside(
    client: Browser, town: Town
) -> None:
    town.delegates()
    takes(town, *(line(n, total_budget=f"{n * 3_000_000_000}") for n in range(1, 19)))
    html = client.get("/projects").text
    picture = html.partition('<svg class="budgets"')[2].partition("</svg>")[0]
    assert "<title" in picture
    assert "<desc" in picture
    assert picture.count("budgets-line") == 15
    assert picture.count("budgets-promised") == 15
    assert "3건은 그림에 없습니다." in html
    table = html.partition("그림과 같은 값")[2].partition("</table>")[0]
    assert table.count("<tr>") == 16
    assert "54,000,000,000원 (540억 원)" in table
    assert "10,000,000,000원 (100억 원)" in table


def test_the_list_is_narrowed_and_turned_page_by_page(client: Browser, town: Town) -> None:
    town.delegates()
    takes(
        town, *(line(n, **LARGE) for n in range(1, 14)), line(14, name="작은 도서관", kind="문화")
    )
    assert client.get("/projects").text.count('<li class="card') == 12
    rest = client.get("/projects?promised=yes&after=12").text
    assert rest.count('<li class="card') == 1
    assert 'href="/projects?promised=yes&amp;after=0"' in rest
    assert client.get("/projects?q=도서관").text.count('<li class="card') == 1
    assert client.get("/projects?kind=culture&promised=no").text.count('<li class="card') == 1
    assert "조건에 맞는 사업이 없습니다." in client.get("/projects?stage=finished").text
    assert (
        client.get("/projects?kind=nonsense&district=x&state=y").text.count('<li class="card') == 12
    )
    assert client.get("/projects?after=-1").status_code == 422
    assert client.get("/projects?q=%00").status_code == 422, "a sign that nobody types"
    assert client.get("/projects/99").status_code == 404
    assert client.get(f"/projects/{10**12}").status_code == 422


def test_one_project_tells_why_until_when_and_shows_the_sum(client: Browser, town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE, decision_date="2027-09-01"))
    html = client.get("/projects/1").text
    assert "총사업비 100억 원 ≥ 교통 분야 기준 100억 원, 시장의 사전 약속 제1호" in html
    assert "2027년 6월 7일 월요일까지 부쳐야 결정에 닿습니다" in html
    assert "가정한 날: 투표 다음 날" in html
    assert "시장의 사전 약속 §6" in html
    assert "시장의 사전 약속 §9" in html
    assert "자문투표도, 부치지 않는다는 결정도 아직 없습니다." in html


def test_what_was_missed_is_shown_and_not_hidden(client: Browser, town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE, decision_date="2027-05-25"))
    assert "부칠 기한이 다가옵니다" in client.get("/projects/1").text
    town.waits(days=60)
    assert "기한이 지나도록 아무 결정이 없었습니다" in client.get("/projects/1").text
    html = client.get("/projects?state=missed").text
    assert "기한이 지나도록 결정 없음 1건" in html
    assert "결정 전" not in html.partition('class="tally"')[2].partition("</p>")[0], (
        "the status of some of those that are counted is no name for all of them"
    )
    assert "2027년 3월 2일 화요일부터는 늦었습니다" in html


def test_a_decision_not_to_call_is_public_with_its_reasons_and_so_is_a_later_call(
    client: Browser, town: Town
) -> None:
    town.delegates()
    takes(town, line(1, **LARGE))
    declines(town)
    html = client.get("/projects/1").text
    assert "이미 공청회에서 물었다." in html
    assert "제2027-1호" in html
    assert "부치지 않기로 함" in html
    calls(town)
    html = client.get("/projects/1").text
    assert "자문투표에 부침" in html
    assert 'href="/measures/1"' in html
    assert "이미 공청회에서 물었다." in html
    assert 'href="/projects/1"' in client.get("/measures/1").text
    assert client.get("/projects?state=called").text.count('<li class="card') == 1


def test_every_change_stays_readable(client: Browser, town: Town) -> None:
    takes(town, line(1), line(2))
    takes(town, line(2, total_budget="7,000,000,000", stage="시행"))
    with town.begin() as uow:
        project = projects(town)["GY-2027-002"]
        cells = line(2, stage="중단")
        keeping.change(uow, project.id, cells=cells, reason="재정 심사", by=mayor(town))
    html = client.get("/projects/2").text
    assert "<s>6,200,000,000원 (62억 원)</s> → 7,000,000,000원 (70억 원)" in html
    assert "<s>시행</s> → 중단" in html
    assert '사유: <span lang="ko">재정 심사</span>' in html
    gone = client.get("/projects/1").text
    assert "시의 최근 목록에는 없는 사업입니다." in gone


def test_ops_08_the_whole_register_can_be_downloaded_without_formulas(
    client: Browser, town: Town
) -> None:
    """OPS-08: what left the list is in it too, and no cell is computed by a spreadsheet."""
    town.delegates()
    takes(town, line(1, **LARGE, name="=1+1"), line(2))
    takes(town, line(1, **LARGE, name="=1+1"))
    answer = client.get("/projects/register.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(spreadsheet.decode(answer.content)[0], newline="")))
    assert rows[0][-6:] == ["number", "listed", "state", "promise", "least", "call_by"]
    assert rows[1][1] == "'=1+1"
    assert rows[1][-6:] == ["1", "yes", "to_decide", "1", "10000000000", "2027-06-07"]
    assert rows[2][-6:] == ["2", "no", "outside", "", "", ""]
