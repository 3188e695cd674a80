"""The mayor's promises on their pages: for everyone, and at the desk of the mayor's office."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from referendum.kernel.people import Authority, Role
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.tables import Delegation
from tests import scans
from tests.doors.browser import Browser
from tests.identity.desk import PASSWORD
from tests.papers import TYPED
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import Page
from tests.web.staff import Colleague, hire
from tests.web.test_designations import confirms
from thresholds.delegation import ExcludedMatter
from thresholds.vocabulary import Instrument

NEW = "/desk/promises/new"
FULL: dict[str, Any] = {
    "title-ko": "큰 사업에 관한 약속",
    "title-en": "On large projects",
    "least_budget": "10,000,000,000",
    "least_by_kind-digital": "1000000000",
    "matters": "yes",
    "subjects-1-ko": "공원",
    "subjects-1-en": "Parks",
    "asked_by-mayor": "yes",
    "asked_by-residents": "1/200",
    "minimum_age": "16",
    "foreign_statuses": ["F-5", "F-6"],
    "channels": ["paper"],
    "identification": "register",
    "promises-2-turnout": "1/3",
    "promises-2-majority": "1/2",
    "promises-2-undertaking-ko": "예산안에 반영해 제출합니다.",
    "promises-2-undertaking-en": "I will put it into the draft budget.",
    "argument_days": "14",
    "answer_days": "30",
    "revocation_notice_days": "20",
    "valid_from": "2027-02-01",
    "valid_to": "2028-12-31",
    "register_basis-number": "근거 1호",
    "register_basis-day": "2027-01-05",
    "impact_assessment-number": "평가 1호",
    "impact_assessment-day": "2027-01-05",
}


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    del town
    return site(database=database_url)


@pytest.fixture
def colleague(town: Town) -> Colleague:
    return hire(town, "mayor")


@pytest.fixture
def desk(client: Browser, colleague: Colleague) -> Browser:
    return sits(client, colleague)


def drafted(town: Town) -> Delegation:
    with town.begin() as uow:
        (one,) = delegating.listed(uow.session, town.place)
        return one


def main(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


def errors(html: str) -> set[str]:
    return set(re.findall(r'<a href="#field-([^"]+)">', html))


FILE = {"document_file": ("signed.pdf", scans.pdf("약속"), "application/octet-stream")}


def numbered(number: str) -> dict[str, str]:
    return {"document_number": number, "document_day": "2027-02-01"}


# For everyone


@pytest.mark.parametrize("language", ["ko", "en"])
def test_cer_08_a_promise_is_read_whole_and_never_taken_for_a_binding_vote(
    client: Browser, town: Town, language: str
) -> None:
    town.delegates()
    client.headers["accept-language"] = language
    for path in ("/promises", "/promises/1"):
        html = client.get(path).text
        assert Page(html).faults == []
        assert {"ko": "예산은 시의회가 의결합니다.", "en": "The city council decides"}[
            language
        ] in html
        assert "주민투표" not in main(html)
        assert "법적 효력" not in html
    assert {"ko": "25%", "en": "25%"}[language] in html
    assert "<svg" in html
    for word in ("100억", "10,000,000,000") if language == "ko" else ("10,000,000,000",):
        assert word in html


def test_the_hash_on_the_page_is_that_of_the_text_beside_it(client: Browser, town: Town) -> None:
    promise = town.delegates()
    with town.begin() as uow:
        found = delegating.get(uow.session, town.place, promise)
    html = client.get("/promises/1").text
    assert found.sha256 is not None
    assert found.sha256 in html
    assert "가상시장" in html


def test_what_is_not_published_is_nobodys_business(client: Browser, town: Town) -> None:
    town.delegates(published=False)
    assert client.get("/promises/1").status_code == 404
    assert "시험용 사전 약속" not in client.get("/promises").text


@pytest.mark.usefixtures("advisory_called")
def test_an_advisory_measure_shows_the_promise_that_it_follows(client: Browser) -> None:
    html = client.get("/measures/1").text
    assert 'href="/promises/1"' in html
    assert "다수 의견을 예산안에 반영해 제출합니다." in html
    assert "예산은 시의회가 의결합니다." in html
    assert "주민투표" not in main(html)
    assert 'href="/measures/1"' in client.get("/promises/1").text


def test_the_address_of_its_rulebook_leads_to_its_page(client: Browser, town: Town) -> None:
    town.delegates()
    gone = client.get("/rules/kr-goyang-advisory-1")
    assert (gone.status_code, gone.headers["location"]) == (303, "/promises/1")
    assert client.get("/rules/kr-goyang-advisory-2").status_code == 404


# At the desk


def test_a_promise_is_drafted_signed_published_and_revoked_at_the_desk(
    desk: Browser, town: Town, colleague: Colleague, site: Open, database_url: str
) -> None:
    came = sends(desk, NEW, html=desk.get(NEW).text, **FULL)
    assert came.status_code == 303
    here = came.headers["location"]
    terms = delegating.terms_of(drafted(town))
    assert terms.least_by_kind == {"digital": 1_000_000_000}
    assert [one.ko for one in terms.subjects] == ["공원"]
    assert terms.foreign_statuses == ("F-5", "F-6")

    form = desk.get(f"{here}/edit").text
    assert 'value="10,000,000,000"' in form
    assert sends(desk, f"{here}/edit", **{**FULL, "answer_days": "45"}).status_code == 303
    assert "45" in desk.get(here).text

    signing = {"password": PASSWORD, **numbered("제2027-7호")}
    done = sends(desk, f"{here}/signature", files=FILE, code=colleague.code(), **signing)
    assert done.status_code == 303
    assert drafted(town).officer_name == "담당 mayor"
    assert drafted(town).signer_name == "가상시장", "it is picked and not typed"
    assert desk.get(f"{here}/edit").status_code == 409
    assert sends(desk, f"{here}/edit", **FULL).status_code == 409

    assert "서명한 담당자는 공표하지 않습니다" in desk.get(here).text
    notice = {
        **numbered("공고 제2027-8호"),
        "deputy_office": "기획조정실장",
        "deputy_name": "나국장",
    }
    assert sends(desk, f"{here}/publication", **notice).status_code == 403
    second, third = hire(town, "mayor.two"), hire(town, "mayor.three")
    other = sits(site(database=database_url), second)
    put = sends(other, f"{here}/publication", code=second.code(), **notice)
    assert put.status_code == 303
    assert desk.get("/promises/1").status_code == 404
    last = sits(site(database=database_url), third)
    shown = last.get(put.headers["location"]).text
    assert Page(shown).faults == []
    for said in (
        "예산안에 반영해 제출합니다.",
        "시험시장",
        "가상시장",
        "전결",
        "나국장",
        "공고 제2027-8호",
    ):
        assert said in shown, said
    assert confirms(last, third, put.headers["location"]).status_code == 303
    public = desk.get("/promises/1").text
    for said in ("제2027-7호", "공고 제2027-8호", "전결", "기획조정실장", "나국장"):
        assert said in public, said

    unreasoned = sends(desk, f"{here}/revocation", **numbered("철회 제1호"))
    assert (unreasoned.status_code, errors(unreasoned.text)) == (422, {"reason"})
    put = sends(
        desk,
        f"{here}/revocation",
        reason="사정 변경",
        code=colleague.code(),
        **numbered("철회 제1호"),
    )
    assert drafted(town).revoked_at is None
    assert confirms(last, third, put.headers["location"]).status_code == 303
    assert drafted(town).revoked_reason == "사정 변경"
    assert "철회 제1호" in desk.get("/promises/1").text
    for path in ("/desk/promises", here, "/promises/1"):
        assert Page(desk.get(path).text).faults == []


@pytest.mark.parametrize(
    ("password", "code"), [("wrong", None), (PASSWORD, "000000"), ("", None), (PASSWORD, "")]
)
def test_nothing_is_signed_without_password_and_code(
    desk: Browser, town: Town, colleague: Colleague, password: str, code: str | None
) -> None:
    """Even just after a fresh code: a signature in the mayor's name asks for both again."""
    here = sends(desk, NEW, **FULL).headers["location"]
    given = colleague.code() if code is None else code
    fields = {"password": password, "code": given, **numbered("제2027-7호")}
    refused = sends(desk, f"{here}/signature", files=FILE, **fields)
    assert refused.status_code in (401, 403)
    assert errors(refused.text) == {"document_file", "password"}, "the file is chosen again"
    assert 'value="제2027-7호"' in refused.text
    assert PASSWORD not in refused.text
    assert drafted(town).signed_at is None


def test_a_signature_has_its_paper_with_its_file(
    desk: Browser, town: Town, colleague: Colleague
) -> None:
    here = sends(desk, NEW, **FULL).headers["location"]
    asked = desk.get(here).text
    assert 'name="name"' not in asked, "nobody types the mayor's name"
    assert "가상시장" in asked
    fields = {"password": PASSWORD, "code": colleague.code(), **numbered("제2027-7호")}
    refused = sends(desk, f"{here}/signature", **fields)
    assert (refused.status_code, errors(refused.text)) == (422, {"document_file"})
    assert drafted(town).signed_at is None


def test_where_nobody_is_on_record_as_the_mayor_the_page_says_where_to_record_it(
    desk: Browser, town: Town, colleague: Colleague, owner_url: str
) -> None:
    with create_engine(owner_url, poolclass=NullPool).begin() as owner:
        owner.execute(text("delete from office_holder"))
    here = sends(desk, NEW, **FULL).headers["location"]
    assert 'href="/desk/offices"' in desk.get(here).text
    fields = {"password": PASSWORD, "code": colleague.code(), **numbered("제2027-7호")}
    refused = sends(desk, f"{here}/signature", files=FILE, **fields)
    assert (refused.status_code, errors(refused.text)) == (409, {"document_day", "document_file"})
    assert drafted(town).signed_at is None


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"minimum_age": "15"}, "minimum_age", "시장의 사전 약속의 틀 §6"),
        ({"title-ko": "주민투표 확정"}, "title-ko", "지방자치법 §17①"),
        ({"promises-2-undertaking-ko": "예산을 확보합니다."}, "promises-2-undertaking-ko", "§7"),
        ({"promises-2-turnout": "60%"}, "promises-2-turnout", "1/2"),
        ({"promises-2-turnout": "많이"}, "promises-2-turnout", "1/12"),
        ({"subjects-1-ko": "재산세 세금"}, "subjects-1-ko", "§10"),
        (
            {"impact_assessment-number": "", "impact_assessment-day": ""},
            "impact_assessment-number",
            "주민등록법",
        ),
        ({"asked_by-mayor": "", "asked_by-residents": ""}, "asked_by-mayor", "§3"),
        ({"asked_by-residents": "1/2"}, "asked_by-residents", "1/5"),
        ({"valid_to": "2026-01-01"}, "valid_to", "§11"),
        ({"valid_from": ""}, "valid_from", "빠져"),
        ({"channels": []}, "channels", ""),
        ({"answer_days": "곧"}, "answer_days", "정수"),
        ({"answer_days": ""}, "answer_days", "정수"),
    ],
)
def test_what_goes_too_far_is_said_at_its_field_with_the_article(
    desk: Browser, town: Town, changed: dict[str, Any], field: str, said: str
) -> None:
    refused = sends(desk, NEW, **{**FULL, **changed})
    assert refused.status_code == 422
    assert errors(refused.text) == {field}
    assert f'id="field-{field}"' in refused.text
    assert said in refused.text
    assert 'value="큰 사업에 관한 약속"' in refused.text or "title-ko" in changed
    with town.begin() as uow:
        assert delegating.listed(uow.session, town.place) == []


def test_an_empty_form_says_what_is_missing(desk: Browser) -> None:
    refused = sends(desk, NEW)
    assert refused.status_code == 422
    assert {"title-ko", "title-en", "valid_from", "channels", "minimum_age"} <= errors(refused.text)
    assert Page(refused.text).faults == []


def test_only_clerks_of_the_mayors_office_see_and_draft_promises(
    client: Browser, town: Town
) -> None:
    promise = town.delegates(published=False)
    before = drafted(town)
    others = (
        hire(town, "council", authority=Authority.COUNCIL_CHAIR),
        hire(town, "counter", roles=(Role.CANVASSER,)),
    )
    for one in others:
        sits(client, one)
        for path in ("/desk/promises", NEW, f"/desk/promises/{promise}"):
            assert client.get(path).status_code == 403, path
        assert sends(client, NEW, **FULL).status_code == 403
        assert sends(client, f"/desk/promises/{promise}/publication").status_code in (401, 403, 422)
    assert drafted(town).published_at is before.published_at is None


# What a vote is about


def scope(**changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "asked_by": "mayor",
        "about": "project",
        "kind": "building",
        "total": "10,000,000,000",
        "confirmed": [one.value for one in ExcludedMatter],
    }
    return given | changed


@pytest.fixture
def measure(town: Town) -> str:
    town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    return "/desk/measures/1/scope"


def test_a_vote_is_called_once_its_scope_is_stated(desk: Browser, town: Town, measure: str) -> None:
    assert f'href="{measure}"' in desk.get("/desk/measures/1").text
    stated = sends(desk, measure, html=desk.get(measure).text, **scope())
    assert (stated.status_code, stated.headers["location"]) == (303, "/desk/measures/1")
    again = desk.get(measure).text
    assert 'value="10,000,000,000"' in again
    assert Page(again).faults == []
    assert sends(desk, "/desk/measures/1/acts/call", **TYPED).status_code == 303
    assert town.seconds_all() == 1
    assert "10,000,000,000" in desk.get("/measures/1").text
    assert sends(desk, measure, **scope()).status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"confirmed": ["litigation"]}, "confirmed"),
        ({"total": "1"}, "about"),
        ({"total": "많이"}, "total"),
        ({"asked_by": "residents"}, "asked_by"),
        ({"asked_by": "council"}, "asked_number"),
        ({"asked_by": "council", "asked_number": "의회 1호"}, "asked_day"),
        ({"about": "matter", "subject": "9"}, "about"),
        ({"opinion_number": "검토 1호"}, "opinion_day"),
    ],
)
def test_a_scope_that_does_not_hold_is_said_at_its_field(
    desk: Browser, measure: str, changed: dict[str, Any], field: str
) -> None:
    refused = sends(desk, measure, **scope(**changed))
    assert refused.status_code in (409, 422)
    assert errors(refused.text) == {field}
    assert f'id="field-{field}"' in refused.text
