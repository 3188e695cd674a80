"""An office drafts its own measure at the desk: what it may begin, refusals, and the vote."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure
from tests.attached import document, photograph
from tests.doors.browser import Browser
from tests.papers import PAPER, TYPED
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import Page
from tests.web.staff import hire
from thresholds.delegation import Asker
from thresholds.vocabulary import Instrument

FULL = {
    "title_ko": "마을버스 노선 조정",
    "title_en": "A bus route",
    "question_ko": "노선을 학교 앞으로 바꾸는 것에 찬성하십니까?",
    "question_en": "",
    "reason": "등하교가 편해지지만 운행 시간이 늘어난다.",
    "body": "노선 조정안 전체",
    "answers": "yes_no",
    "area": "all",
}
ADVISORY = "/desk/measures/new/advisory"
STARTS = {
    Authority.MAYOR: {
        "referendum-residents",
        "referendum-mayor",
        "referendum-council",
        "referendum-state",
        "advisory",
    },
    Authority.COUNCIL_CHAIR: {"initiative"},
    Authority.ELECTION_COMMISSION: {"recall"},
}


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    """The mayor's clerk."""
    return sits(site(database=database_url), hire(town, "mayor", roles=(Role.CLERK,)))


def drafted(town: Town, number: int = 1) -> Measure:
    with town.begin() as uow:
        return locating.numbered(uow.session, town.place, number)


def count(town: Town) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(Measure)) or 0


def faults(response: Any) -> list[str]:
    """The fields that the summary leads to, in its order."""
    assert response.status_code == 422, response.text
    assert "data-focus" in response.text
    page = Page(response.text)
    leads = [str(a["href"])[1:] for a in page.all("a") if "#field-" in str(a.get("href"))]
    assert set(leads) <= set(page.ids), "a line of the summary leads nowhere"
    return [lead.removeprefix("field-") for lead in leads]


@pytest.mark.parametrize("authority", list(Authority))
def test_an_authority_is_offered_what_it_may_begin_and_nothing_else(
    site: Open, town: Town, database_url: str, authority: Authority
) -> None:
    officer = hire(town, "clerk", authority=authority, roles=(Role.CLERK,))
    client = sits(site(database=database_url), officer)
    assert 'href="/desk/measures/new"' in client.get("/desk").text
    links = {str(a.get("href")) for a in Page(client.get("/desk/measures/new").text).all("a")}
    offered = {path.rpartition("/")[2] for path in links if path.startswith("/desk/measures/new/")}
    assert offered == STARTS[authority]
    for start in {name for names in STARTS.values() for name in names}:
        expected = 200 if start in offered else 403
        assert client.get(f"/desk/measures/new/{start}").status_code == expected, start
        if start not in offered:
            assert sends(client, f"/desk/measures/new/{start}", **FULL).status_code == 403
    assert count(town) == 0
    assert client.get("/desk/measures/new/sortition").status_code == 404
    assert client.get("/desk/measures/new/advisory-mayor").status_code == 403


def test_who_is_no_clerk_is_neither_offered_nor_allowed_a_draft(
    site: Open, town: Town, database_url: str
) -> None:
    counting = sits(site(database=database_url), hire(town, "counting", roles=(Role.CANVASSER,)))
    assert "/desk/measures/new" not in counting.get("/desk").text
    assert counting.get("/desk/measures/new").status_code == 403
    assert counting.get(ADVISORY).status_code == 403
    assert sends(counting, ADVISORY, **FULL).status_code == 403
    assert count(town) == 0


def test_a_draft_is_written_changed_and_called(client: Browser, town: Town) -> None:
    town.has_a_promise()
    page = client.get(ADVISORY).text
    assert "오늘 투표에 부치면 투표일은" in page
    assert "시장의 사전 약속 §7" in page, "the quorum cites its article"
    response = sends(client, ADVISORY, html=page, **FULL)
    assert response.headers["location"] == "/desk/measures/1/draft"
    html = client.get("/desk/measures/1/draft").text
    assert "초안을 저장했습니다." in html
    assert 'href="/desk/measures/1/acts/call"' in html
    assert 'href="/desk/measures/1/draft"' in client.get("/desk").text
    chosen = [str(district.id) for district in town.districts[:2]]
    changed: dict[str, Any] = {**FULL, "title_ko": "새 제목", "area": "some", "districts": chosen}
    assert sends(client, "/desk/measures/1/draft", html=html, **changed).status_code == 303
    measure = drafted(town)
    assert (measure.title_ko, measure.districts) == ("새 제목", chosen)
    assert [option["key"] for option in measure.options] == ["yes", "no"]
    assert "2곳 고름" in client.get("/desk/measures/1/draft").text
    town.states(measure.id, Asker.MAYOR)
    assert sends(client, "/desk/measures/1/acts/call", **TYPED).status_code == 303
    assert town.seconds_all() == 1
    assert drafted(town).stage == Stage.CALLED
    assert client.get("/desk/measures/1/draft").status_code == 409
    assert sends(client, "/desk/measures/1/draft", **FULL).status_code == 409
    assert drafted(town).title_ko == "새 제목"


def test_alternatives_are_kept_voted_on_and_can_be_given_up(client: Browser, town: Town) -> None:
    town.has_a_promise()
    rows = {
        "answers": "alternatives",
        "option_1_ko": "공원",
        "option_1_en": "A park",
        "option_3_ko": "도서관",
        "option_4_ko": "주차장",
        "option_4_en": "A car park",
    }
    assert sends(client, ADVISORY, **{**FULL, **rows}).status_code == 303
    assert drafted(town).options == [
        {"key": "option-1", "ko": "공원", "en": "A park"},
        {"key": "option-2", "ko": "도서관", "en": ""},
        {"key": "option-3", "ko": "주차장", "en": "A car park"},
    ]
    html = client.get("/desk/measures/1/draft").text
    assert 'name="option_2_ko" type="text" value="도서관"' in html
    assert sends(client, "/desk/measures/1/draft", **FULL).status_code == 303
    assert [option["key"] for option in drafted(town).options] == ["yes", "no"]
    assert sends(client, "/desk/measures/1/draft", **{**FULL, **rows}).status_code == 303
    measure = drafted(town).id
    town.states(measure, Asker.MAYOR)
    assert sends(client, "/desk/measures/1/acts/call", **TYPED).status_code == 303
    assert town.seconds_all() == 1
    town.votes(measure, turnout=6, votes={"option-1": 1, "option-2": 3, "option-3": 2})
    town.certifies(measure, Authority.MAYOR)
    result = client.get("/measures/1").text
    assert "도서관" in result
    assert ">132<" in result, "44 stations of three votes each"


def test_every_gap_is_named_at_its_field_and_nothing_is_kept(client: Browser, town: Town) -> None:
    response = sends(client, ADVISORY, area="some", answers="alternatives", title_en="A <b>")
    assert faults(response) == ["title_ko", "question_ko", "reason", "body", "answers", "area"]
    assert 'value="A &lt;b&gt;"' in response.text
    assert "취지와 이유: 비어 있습니다." in response.text
    assert "읍·면·동을 하나 이상 골라 주세요." in response.text
    client.headers["accept-language"] = "en"
    english = sends(client, ADVISORY, area="some", answers="alternatives").text
    assert "tick at least one district." in english
    assert "How it is answered: write at least 2 alternatives." in english
    assert count(town) == 0


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"title_ko": "가" * 121}, ["title_ko"]),
        ({"area": "some"}, ["area"]),
        ({"area": "some", "districts": "00000000-0000-0000-0000-000000000000"}, ["area"]),
        ({"area": "nowhere"}, ["area"]),
        ({"answers": "perhaps"}, ["answers"]),
        ({"option_2_ko": "공원"}, ["answers"]),
        ({"answers": "alternatives", "option_2_ko": "공원"}, ["answers"]),
        (
            {"answers": "alternatives", "option_1_ko": "A 안", "option_2_ko": " a  안"},
            ["option_2_ko"],
        ),
        (
            {
                "answers": "alternatives",
                "option_1_ko": "가",
                "option_1_en": "Park",
                "option_4_ko": "나",
                "option_4_en": "PARK",
            },
            ["option_4_en"],
        ),
        (
            {"answers": "alternatives", "option_1_ko": "가", "option_3_en": "Only English"},
            ["option_3_ko"],
        ),
        (
            {"answers": "alternatives", "option_1_ko": "가" * 101, "option_2_ko": "나"},
            ["option_1_ko"],
        ),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, (list, dict)) else str(value),
)
def test_a_fault_is_named_at_its_field_and_what_was_typed_is_kept(
    client: Browser, town: Town, wrong: dict[str, str], fields: list[str]
) -> None:
    response = sends(client, ADVISORY, **{**FULL, **wrong})
    assert faults(response) == fields
    for name, typed in wrong.items():
        if name.startswith(("option", "title")):
            assert typed.strip() in response.text
    assert count(town) == 0


def test_districts_beside_the_whole_city_are_a_contradiction(client: Browser, town: Town) -> None:
    ticked = str(town.districts[4].id)
    response = sends(client, ADVISORY, **{**FULL, "districts": ticked})
    assert faults(response) == ["area"]
    boxes = [one for one in Page(response.text).all("input") if one.get("value") == ticked]
    (box,) = [one for one in boxes if one["name"] == "districts"]
    assert "checked" in box
    everywhere = [str(district.id) for district in town.districts]
    whole: dict[str, Any] = {**FULL, "area": "some", "districts": everywhere}
    assert sends(client, ADVISORY, **whole).status_code == 303
    assert drafted(town).districts is None


def test_a_referendum_has_two_alternatives_at_most(client: Browser, town: Town) -> None:
    """주민투표법 §15: yes or no, or one of two."""
    path = "/desk/measures/new/referendum-council"
    page = client.get(path).text
    assert 'name="option_2_ko"' in page
    assert 'name="option_3_ko"' not in page
    two = {"answers": "alternatives", "option_1_ko": "동쪽", "option_2_ko": "서쪽"}
    three = sends(client, path, **{**FULL, **two, "option_3_ko": "가운데"})
    assert faults(three) == ["answers"]
    assert "최대 2개" in three.text
    assert sends(client, path, **{**FULL, **two}).status_code == 303
    measure = drafted(town)
    assert (measure.instrument, measure.route) == ("referendum", "council")
    assert [option["ko"] for option in measure.options] == ["동쪽", "서쪽"]
    assert 'href="/desk/measures/1/acts/request_vote"' in client.get("/desk/measures/1/draft").text


def test_a_recall_that_is_taken_up_names_its_official_and_asks_yes_or_no(
    site: Open, town: Town, database_url: str
) -> None:
    officer = hire(town, "election", authority=Authority.ELECTION_COMMISSION)
    client = sits(site(database=database_url), officer)
    path = "/desk/measures/new/recall"
    assert 'name="answers"' not in client.get(path).text
    assert faults(sends(client, path, **{**FULL, "term_ends": "2029-02-30"})) == [
        "office",
        "official",
        "term_started",
        "term_ends",
    ]
    given = {"office": "mayor", "official": "가상시장", "term_started": "2025-07-01"}
    given |= {"term_ends": "2029-06-30"}
    assert sends(client, path, **{**FULL, **given}).status_code == 303
    html = client.get("/desk/measures/1/draft").text
    assert "528 × 15% = 80 (소수점 아래는 올림)" in html, "what the petition must have met"
    assert drafted(town).official == "가상시장"
    paper = {"document_number": PAPER.number, "document_day": PAPER.day.isoformat()}
    taken = sends(client, "/desk/measures/1/acts/take_up", **paper, reason="이송")
    assert taken.status_code == 303
    assert town.seconds_all() == 1
    assert drafted(town).stage == Stage.SUFFICIENT


def test_nobody_elses_draft_can_be_opened_or_changed(
    client: Browser, site: Open, town: Town, database_url: str
) -> None:
    assert sends(client, ADVISORY, **FULL).status_code == 303
    other = sits(
        site(database=database_url), hire(town, "council", authority=Authority.COUNCIL_CHAIR)
    )
    assert other.get("/desk/measures/1/draft").status_code == 403
    changed = {**FULL, "title_ko": "남의 제목"}
    assert sends(other, "/desk/measures/1/draft", **changed).status_code == 403
    residents = town.measure(town.drafts(Instrument.ADVISORY)).number
    assert client.get(f"/desk/measures/{residents}/draft").status_code == 404
    assert sends(client, f"/desk/measures/{residents}/draft", **changed).status_code == 404
    assert client.get("/desk/measures/99/draft").status_code == 404
    assert client.get(f"/desk/measures/{10**12}/draft").status_code == 422
    assert drafted(town).title_ko == FULL["title_ko"]
    assert drafted(town, residents).title_ko != "남의 제목"


def test_a_draft_with_gaps_from_elsewhere_says_what_is_empty(client: Browser, town: Town) -> None:
    town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR), title_ko="", reason="")
    html = client.get("/desk/measures/1/draft").text
    assert "아직 비어 있는 것" in html
    assert 'href="#field-title_ko"' in html
    assert 'href="#field-reason"' in html
    assert "acts/call" not in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_advisory_draft_is_labelled_and_never_called_binding(
    client: Browser, town: Town, language: str
) -> None:
    client.headers["accept-language"] = language
    label = {"ko": "자문투표 · 법적 구속력 없음", "en": "Advisory vote · not legally binding"}
    sends(client, ADVISORY, **FULL)
    for path in (ADVISORY, "/desk/measures/1/draft"):
        main = client.get(path).text.partition("<main")[2].partition("</main>")[0]
        assert label[language] in main
        assert "주민투표" not in main
        page = Page(client.get(path).text)
        assert page.faults == []
        assert len(page.ids) == len(set(page.ids))
    assert drafted(town).instrument == Instrument.ADVISORY


def test_a_residents_petition_that_was_applied_for_has_no_form_here(
    client: Browser, town: Town
) -> None:
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    assert client.get("/desk/measures/1/draft").status_code == 409


def test_an_office_adds_an_easy_version_a_cost_and_a_place(client: Browser, town: Town) -> None:
    here = [str(district.id) for district in town.districts[:2]]
    added: dict[str, Any] = {
        **FULL,
        "easy_title_ko": "마을버스가 가는 길",
        "cost": "once",
        "cost_amount": "12억 5천만원",
        "place_districts": here,
    }
    refused = sends(client, ADVISORY, **added)
    assert faults(refused) == ["cost_said"]
    boxes = [one for one in Page(refused.text).all("input") if one.get("name") == "place_districts"]
    assert [one["value"] for one in boxes if "checked" in one] == here, "nothing is ticked anew"
    kept = sends(client, ADVISORY, **added, cost_said="정류장 다섯 곳을 옮긴다.")
    assert kept.status_code == 303
    measure = drafted(town)
    assert measure.easy == {"title_ko": "마을버스가 가는 길"}
    assert measure.cost
    assert measure.cost["amount"] == 1_250_000_000
    assert measure.place
    assert measure.place["districts"] == here
    assert measure.districts is None, "who may vote is another question"


def test_an_office_attaches_files_to_its_draft_as_initiators_do(
    client: Browser, site: Open, town: Town, database_url: str
) -> None:
    led = sends(client, ADVISORY, **FULL, then="attachments")
    page = "/desk/measures/1/draft/attachments"
    assert led.headers["location"].partition("?")[0] == page

    def brings(content: bytes, **fields: str) -> Any:
        return sends(client, page, files={"file": ("a", io.BytesIO(content))}, **fields)

    for content, fields, field in (
        (b"words", {"title_ko": "이름"}, "file"),
        (photograph(), {"title_ko": "이름"}, "description_ko"),
        (document(), {"title_ko": " "}, "title_ko"),
    ):
        refused = brings(content, **fields)
        assert refused.status_code == 422
        assert f'href="#field-{field}"' in refused.text
    assert sends(client, page, title_ko="이름").status_code == 422
    assert brings(document(), title_ko="배치 계획").status_code == 303
    said = {"title_ko": "정류장 자리", "description_ko": "학교 앞 정류장"}
    assert brings(photograph(), **said).status_code == 303
    assert sends(client, f"{page}/2/up").headers["location"].partition("?")[0] == page
    assert client.get(f"{page}/1/preview").headers["content-type"] == "image/jpeg"
    assert client.get(f"{page}/2/file").content.startswith(b"%PDF-")
    sends(client, f"{page}/2", title_ko="노선 계획")
    sends(client, f"{page}/1/remove")
    html = client.get(page).text
    assert "노선 계획" in html
    assert "정류장 자리" not in html
    (version,) = re.findall(r'name="version" value="(\d+)"', html)
    sends(client, f"{page}/undo", version=version)
    assert [one["title_ko"] for one in drafted(town).attachments] == ["정류장 자리", "노선 계획"]

    council = hire(town, "council", roles=(Role.CLERK,), authority=Authority.COUNCIL_CHAIR)
    elsewhere = sits(site(database=database_url), council)
    assert elsewhere.get(page).status_code in {403, 404}, "it is another office's draft"
    assert sends(elsewhere, f"{page}/1/remove").status_code in {403, 404}
