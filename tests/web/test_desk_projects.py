"""The list of projects at the desk: files, one by hand, votes drafted, votes not called."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from referendum.i18n.words import Language, Words
from referendum.kernel.people import Authority, Role
from referendum.web.desk.projects import PREVIEW
from referendum.web.fields import File
from tests.doors.browser import Browser
from tests.lifecycle.advisory.test_considering import LARGE
from tests.projects.listing import file_of, line, projects, takes
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.handing_in import read
from tests.web.reading import Page
from tests.web.staff import Colleague, hire
from tests.web.test_designations import confirms

DESK = "/desk/projects"
FORM = {
    "code": "GY-2027-100",
    "name": "가상 현안",
    "kind": "culture",
    "department": "문화예술과",
    "stage": "planned",
    "reason": "현안 등록",
}


@pytest.fixture
def clerk(town: Town) -> Colleague:
    return hire(town, "clerk", roles=(Role.CLERK,))


@pytest.fixture
def client(site: Open, clerk: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), clerk)


def uploaded(data: bytes) -> dict[str, Any]:
    return {"file": ("projects.csv", data)}


def faults(response: Any) -> list[str]:
    page = Page(response.text)
    leads = [str(a["href"])[1:] for a in page.all("a") if "#field-" in str(a.get("href"))]
    assert set(leads) <= set(page.ids), "a line of the summary leads nowhere"
    return [lead.removeprefix("field-") for lead in leads]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_file_is_reported_on_and_then_confirmed_with_a_fresh_code(
    client: Browser, town: Town, clerk: Colleague, language: str
) -> None:
    client.headers["accept-language"] = language
    takes(town, line(1), line(2))
    data = file_of(line(1, total_budget="7000000000"), line(3))
    report = sends(client, f"{DESK}/preview/import", files=uploaded(data))
    assert report.status_code == 200
    assert Page(report.text).faults == []
    assert "notice-warning" in report.text, "a project leaves the list"
    assert sorted(projects(town)) == ["GY-2027-001", "GY-2027-002"]
    basis = re.findall(r'name="basis" value="(\d+)"', report.text)[0]
    told = {"basis": basis, "sha256": hashlib.sha256(data).hexdigest()}
    no_code = sends(client, f"{DESK}/import", files=uploaded(data), **told)
    assert (no_code.status_code, "error-summary" in no_code.text) == (403, True)
    other = uploaded(data + b"\n\n")
    assert (
        sends(client, f"{DESK}/import", files=other, code=clerk.code(), **told).status_code == 422
    )
    done = sends(client, f"{DESK}/import", files=uploaded(data), code=clerk.code(), **told)
    assert (done.status_code, "notice-success" in done.text) == (200, True)
    assert [one.listed for _, one in sorted(projects(town).items())] == [True, False, True]
    late = sends(client, f"{DESK}/import", files=uploaded(data), **told)
    assert late.status_code == 409, "the list has moved on"
    same = sends(client, f"{DESK}/preview/import", files=uploaded(data))
    assert 'name="basis"' not in same.text, "nothing to confirm"
    assert client.get(DESK).status_code == 200


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00broken", b"a,b\n1,2\n"], ids=str)
def test_a_file_that_is_no_list_is_refused(client: Browser, language: str, data: bytes) -> None:
    client.headers["accept-language"] = language
    answer = sends(client, f"{DESK}/preview/import", files=uploaded(data))
    assert answer.status_code == 422
    assert faults(answer) == ["file"]


def test_a_faulty_file_is_reported_by_line_and_column_and_cannot_be_confirmed(
    client: Browser, town: Town, clerk: Colleague
) -> None:
    data = file_of(line(1), line(2, total_budget="62억쯤"))
    report = sends(client, f"{DESK}/preview/import", files=uploaded(data))
    said = read(report.text)
    assert "총사업비: 금액으로 읽을 수 없습니다." in said
    assert "3번째 줄" in said
    assert "62억쯤" in said
    assert 'name="basis"' not in report.text
    told = {"basis": "0", "sha256": hashlib.sha256(data).hexdigest(), "code": clerk.code()}
    assert sends(client, f"{DESK}/import", files=uploaded(data), **told).status_code == 422
    assert projects(town) == {}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ko", ["2줄에 고칠 곳이 3곳 있습니다", "(2곳). 총사업비: 금액으로 읽을 수 없습니다."]),
        ("en", ["Lines with faults: 2; faults in all: 3", "(2 times): Total budget: "]),
    ],
)
def test_a_faulty_file_is_summed_up_in_its_report_and_when_it_is_sent_to_be_taken(
    client: Browser, clerk: Colleague, language: str, told: list[str]
) -> None:
    client.headers["accept-language"] = language
    data = file_of(line(1, total_budget="62억쯤", stage="?"), line(2), line(3, total_budget="y"))
    given = {"basis": "0", "sha256": hashlib.sha256(data).hexdigest(), "code": clerk.code()}
    looked = sends(client, f"{DESK}/preview/import", files=uploaded(data))
    sent = sends(client, f"{DESK}/import", files=uploaded(data), **given)
    assert (looked.status_code, sent.status_code) == (200, 422)
    for answer in (looked, sent):
        assert [one for one in told if one not in read(answer.text)] == []


def test_columns_that_are_wrong_are_named(client: Browser) -> None:
    data = file_of(line()).replace(b"summary", b"extra")
    html = sends(client, f"{DESK}/preview/import", files=uploaded(data)).text
    assert "<dt>빠진 열</dt><dd>개요</dd>" in html
    assert "<dt>알 수 없는 열</dt><dd>extra</dd>" in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_file_beyond_all_lists_is_refused_at_its_place(
    client: Browser, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    client.headers["accept-language"] = language
    data = file_of(line())
    assert isinstance(PREVIEW.fields, dict)
    monkeypatch.setitem(PREVIEW.fields, "file", File(most=len(data) - 1))
    refused = sends(client, f"{DESK}/preview/import", files=uploaded(data))
    assert (refused.status_code, faults(refused)) == (413, ["file"])
    assert Words.load(Language(language))("problem.body-too-large") in refused.text


def test_a_matter_is_added_by_hand_and_changed_with_a_reason(client: Browser, town: Town) -> None:
    empty = sends(client, f"{DESK}/new", code="")
    assert empty.status_code == 422
    assert faults(empty) == ["code", "name", "kind", "department", "stage", "reason"]
    district = str(town.districts[4].id)
    made = sends(client, f"{DESK}/new", **FORM, districts=district)
    assert (made.status_code, made.headers["location"]) == (303, f"{DESK}/1")
    assert projects(town)["GY-2027-100"].districts == [district]
    form = client.get(f"{DESK}/1/edit").text
    assert 'value="가상 현안"' in form
    assert f'value="{district}" checked' in form
    wrong = FORM | {"total_budget": "많음", "name": "새 이름"}
    refused = sends(client, f"{DESK}/1/edit", **wrong)
    assert faults(refused) == ["total_budget"]
    assert 'value="새 이름"' in refused.text
    amount = FORM | {"total_budget": "1,200,000,000", "reason": "사업비 산정"}
    assert sends(client, f"{DESK}/1/edit", **amount).status_code == 303
    kept = projects(town)["GY-2027-100"]
    assert (kept.total, kept.districts) == (1_200_000_000, None)
    twice = sends(client, f"{DESK}/new", **FORM)
    assert (twice.status_code, faults(twice)) == (409, ["code"])


def test_a_vote_is_drafted_from_a_project(client: Browser, town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE), line(2))
    answer = sends(client, f"{DESK}/1/vote")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/measures/1/draft")
    form = client.get("/desk/measures/1/draft").text
    assert projects(town)["GY-2027-001"].name_ko in form
    assert 'href="/desk/measures/1/draft"' in client.get(f"{DESK}/1").text
    assert "/measures/1" not in client.get("/projects/1").text, "a draft is not public"
    refused = sends(client, f"{DESK}/2/vote")
    assert (refused.status_code, "error-summary" in refused.text) == (409, True)


def test_not_calling_is_proposed_with_its_paper_and_public_once_another_confirmed(
    client: Browser, town: Town, clerk: Colleague, site: Open, database_url: str
) -> None:
    town.delegates()
    takes(town, line(1, **LARGE))
    path, why = f"{DESK}/1/not-calling", "다른 길로 이미 물었다."
    empty = sends(client, path, reason="", document_number="", document_day="x")
    assert empty.status_code == 422
    assert faults(empty) == ["document_number", "document_day", "reason"]
    paper = {"document_number": "제7호", "document_day": "2027-02-01"}
    deputy = {"deputy_office": "기획조정실장", "deputy_name": "나국장"}
    kept = sends(client, path, reason=why, document_number="제7호", document_day="", **deputy)
    assert why in kept.text
    assert "나국장" in kept.text
    put = sends(client, path, reason=why, **paper, **deputy, code=clerk.code())
    assert put.status_code == 303, put.text
    where = put.headers["location"]
    assert why not in client.get("/projects/1").text, "a proposal is not public"
    own = client.get(f"{DESK}/1").text
    assert (f'href="{where}"' in own, f'action="{path}"' in own) == (True, False)
    colleague = hire(town, "second", roles=(Role.CLERK,))
    second = sits(site(database=database_url), colleague)
    shown = second.get(where).text
    for said in (why, "가상시장", "기획조정실장", "나국장", "제7호", f'href="{DESK}/1"'):
        assert said in shown, said
    assert "결정 전" in shown
    assert "부치지 않기로 함" in shown
    confirms(second, colleague, where)
    html = client.get("/projects/1").text
    assert why in html
    assert "나국장" in html
    again = sends(client, path, reason="또", **paper)
    assert (again.status_code, "error-summary" in again.text) == (409, True)
    assert f'action="{path}"' not in client.get(f"{DESK}/1").text


def test_what_waits_is_first_on_the_desk_and_the_list_is_searched_and_turned(
    client: Browser, town: Town
) -> None:
    town.delegates()
    takes(town, *(line(n) for n in range(1, 32)), line(40, **LARGE))
    html = client.get(DESK).text
    assert html.count('<li class="card') == 1
    assert "after=30" in html
    assert client.get(f"{DESK}?after=30").text.count("<tr>") >= 2
    assert "GY-2027-040" in client.get(f"{DESK}?q=040").text
    assert "GY-2027-001" not in client.get(f"{DESK}?q=040").text
    assert client.get(f"{DESK}/list.csv").content.count(b"\r\n") == 33


@pytest.mark.parametrize("authority", [Authority.COUNCIL_CHAIR, Authority.ELECTION_COMMISSION])
def test_the_list_is_the_mayors_offices_alone(
    site: Open, town: Town, database_url: str, authority: Authority
) -> None:
    other = sits(site(database=database_url), hire(town, "other", authority=authority))
    for path in (DESK, f"{DESK}/new", f"{DESK}/list.csv"):
        assert other.get(path).status_code == 403
    assert sends(other, f"{DESK}/new", **FORM).status_code == 403
    assert DESK not in other.get("/desk").text
