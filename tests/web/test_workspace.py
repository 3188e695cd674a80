"""From an empty draft to the signatures handed in, as initiators go about it."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from referendum.i18n.words import Words
from referendum.lifecycle import drafting, locating
from referendum.lifecycle.stages import Act, Stage
from signatures.lines import ROWS, WRITTEN
from tests.papers import OF_A_RECALL
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument

FULL = {
    "title_ko": "도서관을 밤에도",
    "title_en": "Libraries at night",
    "question_ko": "밤 10시까지 여는 것에 찬성합니까?",
    "question_en": "",
    "reason": "늦게까지 일하는 주민이 많다.",
    "body": "제1조(목적)\r\n이 조례는 야간 개관을 정한다.",
}
INITIATOR, FRIEND = 1, 20


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    return Visitor(site(database=database_url), town).is_signed_in(INITIATOR)


def starts(visitor: Visitor, instrument: Instrument) -> str:
    """A draft of measure 1; gives the form's page."""
    seen = visitor.opens("/workspace/new")
    response = visitor.sends("/workspace/new", seen=seen, instrument=instrument.value)
    assert response.headers["location"] == "/workspace/1/edit"
    return visitor.opens("/workspace/1/edit")


def number_of(town: Town, number: int = 1) -> UUID:
    with town.begin() as uow:
        return locating.numbered(uow.session, town.place, number).id


def test_nobody_has_a_measure_at_first(visitor: Visitor) -> None:
    assert "대표하는 안건이 없습니다." in visitor.opens("/workspace")


def test_an_instrument_must_be_chosen(visitor: Visitor) -> None:
    seen = visitor.opens("/workspace/new")
    assert "시의회가 의결합니다" in seen
    response = visitor.sends("/workspace/new", seen=seen)
    assert response.status_code == 422
    assert 'href="#field-instrument"' in response.text


def test_the_panel_shows_what_will_be_needed_with_sum_and_article(visitor: Visitor) -> None:
    html = starts(visitor, Instrument.INITIATIVE)
    assert "528 × 1/150 = 4 (소수점 아래는 올림)" in html
    assert "주민조례발안법 §5①" in html
    assert "유효한 서명 4명을 얻으려면 6~8명의 서명을 계획하세요" in html, "from real examinations"
    assert "3개월" in html
    assert "18세 이상 주민" in html


def test_the_panel_follows_the_office_that_is_chosen(visitor: Visitor) -> None:
    assert "대상 공직을 고르면" in starts(visitor, Instrument.RECALL)
    asks = {"hx-request": "true"}
    part = visitor.client.get("/workspace/1/needed?office=mayor", headers=asks).text
    assert "<html" not in part
    assert "528 × 15% = 80 (소수점 아래는 올림)" in part
    assert "44 × 1/3 = 15 (소수점 아래는 올림)" in part
    assert "종이 서명부" in part
    assert "온라인" not in part
    town = visitor.town
    chosen = "&".join(f"districts={district.id}" for district in town.districts[:3])
    part = visitor.client.get(f"/workspace/1/needed?office=councillor&{chosen}", headers=asks).text
    assert "36 × 20% = 8 (소수점 아래는 올림)" in part
    assert visitor.client.get("/workspace/1/needed").headers["location"] == "/workspace/1/edit"


def test_a_draft_is_kept_with_gaps_and_says_what_is_missing(visitor: Visitor) -> None:
    seen = starts(visitor, Instrument.INITIATIVE)
    saved = visitor.sends("/workspace/1/edit", seen=seen, **{**FULL, "body": ""})
    assert saved.headers["location"] == "/workspace/1/edit"
    html = visitor.opens("/workspace/1/edit")
    assert "초안을 저장했습니다." in html
    assert 'href="#field-body">전문' in html
    assert "늦게까지 일하는 주민이 많다." in html
    ask = visitor.opens("/workspace/1/apply")
    assert "신청하려면 아직 필요한 것" in ask
    refused = visitor.sends("/workspace/1/apply", seen=html)
    assert refused.status_code == 200
    assert "신청하려면 아직 필요한 것" in refused.text
    assert visitor.town.stage(number_of(visitor.town)) is Stage.DRAFT


def test_a_fault_keeps_what_was_typed(visitor: Visitor) -> None:
    seen = starts(visitor, Instrument.RECALL)
    typed = {**FULL, "title_ko": "가" * 121, "term_ends": "2027-13-01", "office": "king"}
    response = visitor.sends("/workspace/1/edit", seen=seen, **typed)
    assert response.status_code == 422
    leads = {a["href"] for a in Page(response.text).all("a") if "#field-" in str(a.get("href"))}
    assert leads == {"#field-title_ko", "#field-term_ends", "#field-office"}
    assert "늦게까지 일하는 주민이 많다." in response.text
    assert visitor.town.measure(number_of(visitor.town)).title_ko == ""


def test_two_statements_stand_where_the_law_lets_voters_choose(visitor: Visitor) -> None:
    """주민투표법 §15: one of two; an advisory vote may offer five."""
    seen = starts(visitor, Instrument.REFERENDUM)
    assert 'name="option_2_en"' in seen
    assert 'name="option_3_ko"' not in seen
    two = {**FULL, "answers": "alternatives", "option_1_ko": "북쪽 길", "option_2_ko": "남쪽 길"}
    same = visitor.sends("/workspace/1/edit", seen=seen, **{**two, "option_2_ko": "북쪽  길"})
    assert same.status_code == 422
    assert 'href="#field-option_2_ko"' in same.text
    assert "2번 안: 1번 안과 같습니다." in same.text
    assert "늦게까지 일하는 주민이 많다." in same.text
    visitor.sends("/workspace/1/edit", seen=seen, **{**two, "option_2_en": "The southern road"})
    measure = visitor.town.measure(number_of(visitor.town))
    assert [(one["ko"], one["en"]) for one in measure.options] == [
        ("북쪽 길", ""),
        ("남쪽 길", "The southern road"),
    ]
    assert 'value="남쪽 길"' in visitor.opens("/workspace/1/edit")
    visitor.sends("/workspace/1/apply", seen=visitor.opens("/workspace/1/apply"))
    visitor.town.acts(measure.id, Act.ADMIT, visitor.town.examiner_of(measure.id))
    sheet = visitor.opens("/workspace/1/sheet")
    assert "고를 수 있는 안" in sheet
    assert "<li>남쪽 길</li>" in sheet


def test_an_advisory_draft_offers_five_rows_and_goes_back_to_yes_or_no(visitor: Visitor) -> None:
    seen = starts(visitor, Instrument.ADVISORY)
    assert 'name="option_5_ko"' in seen
    assert 'name="option_6_ko"' not in seen
    rows = {f"option_{row}_ko": f"{row}번째" for row in range(1, 6)}
    visitor.sends("/workspace/1/edit", seen=seen, **{**FULL, **rows, "answers": "alternatives"})
    measure = number_of(visitor.town)
    assert len(visitor.town.measure(measure).options) == 5
    beside = visitor.sends("/workspace/1/edit", seen=seen, **{**FULL, **rows, "answers": "yes_no"})
    assert beside.status_code == 422
    assert 'href="#field-answers"' in beside.text
    assert len(visitor.town.measure(measure).options) == 5
    visitor.sends("/workspace/1/edit", seen=seen, **{**FULL, "answers": "yes_no"})
    assert [one["key"] for one in visitor.town.measure(measure).options] == ["yes", "no"]


@pytest.mark.parametrize("instrument", [Instrument.INITIATIVE, Instrument.RECALL])
def test_an_initiative_and_a_recall_offer_no_alternatives(
    visitor: Visitor, instrument: Instrument
) -> None:
    seen = starts(visitor, instrument)
    assert 'name="answers"' not in seen
    assert 'name="option_1_ko"' not in seen
    forged = {"answers": "alternatives", "option_1_ko": "가", "option_2_ko": "나"}
    visitor.sends("/workspace/1/edit", seen=seen, **{**FULL, **forged})
    measure = visitor.town.measure(number_of(visitor.town))
    assert [one["key"] for one in measure.options] == ["yes", "no"]


def test_a_recall_inside_its_time_bar_is_foretold(visitor: Visitor) -> None:
    seen = starts(visitor, Instrument.RECALL)
    days = {key: str(value) for key, value in OF_A_RECALL.items()}
    typed = {**FULL, **days, "term_started": "2026-12-01"}
    visitor.sends("/workspace/1/edit", seen=seen, **typed)
    html = visitor.opens("/workspace/1/edit")
    assert "2027년 12월 1일" in html
    assert "주민소환법 §8" in html


def test_from_the_draft_to_the_sheets_and_to_handing_in(visitor: Visitor) -> None:
    town = visitor.town
    seen = starts(visitor, Instrument.INITIATIVE)
    visitor.sends("/workspace/1/edit", seen=seen, **FULL)
    assert visitor.client.get("/measures/1").status_code == 404, "a draft is its authors' alone"

    asked = visitor.opens("/workspace/1/apply")
    for said in (
        "신청하면 굳어지는 글",
        FULL["question_ko"],
        FULL["reason"],
        "야간 개관을 정한다",
    ):
        assert said in asked, "what cannot be changed any more is read before that"
    applied = visitor.sends("/workspace/1/apply", seen=asked)
    assert applied.headers["location"] == "/workspace/1"
    assert "증명서를 신청했습니다." in visitor.opens("/workspace/1")
    again = visitor.opens("/workspace/1/apply")
    assert "이미 하셨습니다" in again, "who goes back is told that it is done, and of no halt"
    assert "정지되어 있는" not in again
    assert visitor.client.get("/workspace/1/edit").status_code == 409
    assert visitor.client.get("/workspace/1/sheet").status_code == 404
    assert "도서관을 밤에도" in visitor.opens("/measures/1")

    measure = number_of(town)
    assert town.measure(measure).body == "제1조(목적)\n이 조례는 야간 개관을 정한다."
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    sheet = visitor.opens("/workspace/1/sheet")
    assert "이 조례는 야간 개관을 정한다." in sheet
    assert sheet.count('<th scope="row">') == ROWS
    words = Words.load("ko")
    heads = [words(f"signatures.field.{one}") for one in ("row", *WRITTEN, "mark")]
    assert re.findall(r'<th scope="col">([^<]+)</th>', sheet) == heads, "as it is keyed in"

    town.brings(measure, town.some(9))
    folds(town, measure)
    html = visitor.opens("/workspace/1")
    assert "아직 유효할 수 있는 서명" in html
    assert "목표 달성" not in html
    town.waits_for("collection_ends", measure)
    visitor.is_signed_in(INITIATOR)
    filed = visitor.sends("/workspace/1/file", seen=visitor.opens("/workspace/1/file"))
    assert filed.headers["location"] == "/workspace/1/sheets"
    assert town.stage(measure) is Stage.EXAMINING


@pytest.mark.parametrize(
    ("language", "asked", "resting", "done"),
    [
        ("ko", "초안 그만두기", "하루 동안은 되돌릴 수 있습니다", "되돌렸습니다."),
        ("en", "Give up the draft", "can be taken back for a day", "It has been taken back."),
    ],
)
def test_a_draft_that_is_given_up_can_be_had_back_for_a_day_and_is_seen_by_nobody(
    visitor: Visitor,
    site: Open,
    database_url: str,
    language: str,
    asked: str,
    resting: str,
    done: str,
) -> None:
    """It was never published, and giving it up does not publish it."""
    starts(visitor, Instrument.INITIATIVE)
    visitor.client.headers["accept-language"] = language
    seen = visitor.opens("/workspace/1/edit")
    visitor.sends("/workspace/1/edit", seen=seen, **FULL)
    assert asked in visitor.opens("/workspace/1")
    for last in (False, True):
        question = visitor.opens("/workspace/1/withdraw")
        assert asked in question
        sent = visitor.sends("/workspace/1/agree/withdraw", seen=question)
        assert sent.headers["location"] == "/workspace"
        assert resting in visitor.opens("/workspace")
        rests = visitor.opens("/workspace/1")
        if not last:
            visitor.sends("/workspace/1/take-back", seen=rests)
            assert done in visitor.opens("/workspace/1")
            visitor.town.waits(days=2)
            visitor.is_signed_in(INITIATOR)
            assert visitor.town.stage(number_of(visitor.town)) is Stage.DRAFT
    visitor.town.waits(days=1)
    assert visitor.town.stage(number_of(visitor.town)) is Stage.ABANDONED
    visitor.is_signed_in(INITIATOR)
    assert "/workspace/1" not in visitor.opens("/workspace")
    visitor.town.seals()
    stranger = Visitor(site(database=database_url), visitor.town)
    assert stranger.client.get("/measures/1").status_code == 404
    assert stranger.client.get("/measures/1/calendar.ics").status_code == 404
    for path in ("/", "/measures", "/record"):
        assert FULL["title_ko"] not in stranger.opens(path)
        assert "/measures/1" not in stranger.opens(path)


def test_a_stranger_sees_no_draft(visitor: Visitor, site: Open, database_url: str) -> None:
    starts(visitor, Instrument.INITIATIVE)
    stranger = Visitor(site(database=database_url), visitor.town).is_signed_in(FRIEND)
    for path in ("", "/edit", "/needed", "/apply", "/withdraw", "/file", "/sheet", "/invite"):
        assert stranger.client.get(f"/workspace/1{path}").status_code == 404
    assert stranger.client.get("/measures/1").status_code == 404
    seen = stranger.opens("/workspace/new")
    assert stranger.sends("/workspace/1/edit", seen=seen, **FULL).status_code == 404
    assert stranger.sends("/workspace/1/agree/withdraw", seen=seen).status_code == 404
    assert stranger.sends("/workspace/1/take-back", seen=seen).status_code == 404
    assert stranger.sends("/workspace/1/restore", seen=seen, version="1").status_code == 404
    assert stranger.client.get("/workspace/1/versions").status_code == 404


IN_FORCE = "제1조(목적)\n이 조례는 주간 개관을 정한다.\n제2조(휴관) 월요일은 쉰다."


def test_an_initiative_shows_what_it_changes_in_the_ordinance_in_force(visitor: Visitor) -> None:
    visitor.sends("/workspace/1/edit", seen=starts(visitor, Instrument.INITIATIVE), **FULL)
    page = "/workspace/1/in-force"
    led = visitor.sends(
        "/workspace/1/edit", seen=visitor.opens("/workspace/1/edit"), **FULL, then="in-force"
    )
    assert led.headers["location"] == page
    kept = visitor.sends(
        page, seen=visitor.opens(page), in_force_name="견본 조례", in_force=IN_FORCE
    )
    assert kept.headers["location"] == page
    html = visitor.opens(page)
    assert re.findall(r'<tr class="collated-(\w+)">', html) == ["altered", "gone"]
    assert "<del>주간</del>" in html
    assert "<ins>야간</ins>" in html

    town, measure = visitor.town, number_of(visitor.town)
    before = drafting.fingerprint(town.measure(measure))
    taken = visitor.sends(page, seen=html, in_force_name="", in_force="")
    assert taken.status_code == 303
    assert "<del>" not in visitor.opens(page)
    assert drafting.fingerprint(town.measure(measure)) != before, "it is frozen with the text"
    undone = visitor.sends("/workspace/1/restore", seen=visitor.opens(page), version="2")
    assert undone.status_code == 303
    assert "<del>주간</del>" in visitor.opens(page)

    visitor.sends("/workspace/1/apply", seen=visitor.opens("/workspace/1/apply"))
    assert "<del>주간</del>" in visitor.opens("/measures/1")
    assert visitor.client.get(page).status_code == 409


def test_an_ordinance_in_force_needs_name_and_text_and_keeps_what_was_typed(
    visitor: Visitor,
) -> None:
    starts(visitor, Instrument.INITIATIVE)
    page = "/workspace/1/in-force"
    refused = visitor.sends(page, seen=visitor.opens(page), in_force=IN_FORCE)
    assert refused.status_code == 422
    assert 'href="#field-in_force_name"' in refused.text
    assert "월요일은 쉰다" in refused.text
    assert visitor.town.measure(number_of(visitor.town)).in_force == ""
    long = visitor.sends(page, seen=refused.text, in_force_name="가" * 121, in_force=IN_FORCE)
    assert "120자" in long.text


def test_what_is_no_ordinance_has_no_such_page(visitor: Visitor) -> None:
    html = starts(visitor, Instrument.RECALL)
    assert "/in-force" not in html
    assert visitor.client.get("/workspace/1/in-force").status_code == 404
