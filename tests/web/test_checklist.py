"""The excluded subjects in the form of a draft, on the desk of who decides, and after a refusal."""

from __future__ import annotations

import pytest

from referendum.lifecycle import locating
from referendum.lifecycle.stages import Act, Stage
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import hire
from tests.web.test_workspace import FULL, number_of, starts
from tests.web.visitors import Visitor
from thresholds.vocabulary import Instrument

NOTE = "민간 위탁 계약을 언급한다."


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    return Visitor(site(database=database_url), town).is_signed_in(1)


@pytest.fixture
def desk(site: Open, town: Town, database_url: str) -> Browser:
    return sits(site(database=database_url), hire(town, "mayor"))


def test_the_form_asks_item_by_item_with_case_law(visitor: Visitor) -> None:
    html = starts(visitor, Instrument.REFERENDUM)
    assert html.count('name="excluded-') == 2 * 8
    assert "서울행정법원 2011아2179 (2011년 8월 16일)" in html
    assert "주민투표법 §7②3 나목</span> (가정값)" in html
    assert 'name="excluded-' not in starts_recall(visitor)


def starts_recall(visitor: Visitor) -> str:
    seen = visitor.opens("/workspace/new")
    visitor.sends("/workspace/new", seen=seen, instrument="recall")
    return visitor.opens("/workspace/2/edit")


def test_answers_are_kept_and_what_may_apply_wants_a_note(visitor: Visitor) -> None:
    seen = starts(visitor, Instrument.REFERENDUM)
    answered = {**FULL, "excluded-taxes": "no", "excluded-contracts": "maybe"}
    wanting = visitor.sends("/workspace/1/edit", seen=seen, **answered)
    assert wanting.status_code == 422
    assert 'href="#field-note-contracts"' in wanting.text
    assert "왜 해당할 수 있는지" in wanting.text
    assert 'id="field-excluded-taxes" name="excluded-taxes" value="no" checked' in wanting.text
    saved = visitor.sends("/workspace/1/edit", seen=seen, **answered, **{"note-contracts": NOTE})
    assert saved.status_code == 303
    html = visitor.opens("/workspace/1/edit")
    assert NOTE in html
    assert 'id="field-excluded-contracts-2" name="excluded-contracts" value="maybe" checked' in html
    assert "아직 답하지 않은 것이 6개" in visitor.opens("/workspace/1")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"excluded-taxes": "perhaps"}, "excluded-taxes"),
        ({"excluded-taxes": "maybe", "note-taxes": "가" * 501}, "note-taxes"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    visitor: Visitor, fields: dict[str, str], place: str
) -> None:
    seen = starts(visitor, Instrument.INITIATIVE)
    wrong = visitor.sends("/workspace/1/edit", seen=seen, **FULL, **fields)
    assert wrong.status_code == 422
    assert f'href="#field-{place}"' in wrong.text
    assert "늦게까지 일하는 주민이 많다." in wrong.text


def applied(visitor: Visitor) -> Town:
    seen = starts(visitor, Instrument.REFERENDUM)
    answered = {"excluded-contracts": "maybe", "note-contracts": NOTE}
    visitor.sends("/workspace/1/edit", seen=seen, **FULL, **answered)
    visitor.sends("/workspace/1/apply", seen=visitor.opens("/workspace/1/apply"))
    return visitor.town


def test_who_decides_reads_the_answers_before_admitting(visitor: Visitor, desk: Browser) -> None:
    town = applied(visitor)
    html = desk.get("/desk/measures/1/acts/admit").text
    assert NOTE in html
    assert "해당할 수 있다고 답함" in html
    assert html.count("답하지 않음") == 7
    assert 'name="excluded"' not in html, "admitting relies on nothing"
    sends(desk, "/desk/measures/1/acts/admit", html=html)
    assert town.stage(number_of(town)) is Stage.COLLECTING
    assert NOTE not in visitor.opens("/measures/1"), "answers are for who decides"


def test_a_refusal_names_one_item_and_everybody_can_read_it(
    visitor: Visitor, desk: Browser
) -> None:
    town = applied(visitor)
    html = desk.get("/desk/measures/1/acts/refuse").text
    assert '<option value="contracts">' in html
    paper = {"document_number": "제7호", "document_day": "2027-02-01", "reason": "계약"}
    strange = sends(desk, "/desk/measures/1/acts/refuse", html=html, **paper, excluded="mood")
    assert strange.status_code == 422
    assert 'href="#field-excluded"' in strange.text
    refused = sends(desk, "/desk/measures/1/acts/refuse", html=html, **paper, excluded="contracts")
    assert refused.status_code == 303
    assert town.seconds_all() == 1
    assert town.stage(number_of(town)) is Stage.REFUSED
    public = visitor.opens("/measures/1")
    assert "근거가 된 제외 대상: 회계·계약과 재산관리 (주민투표법 §7②3 나목)" in public
    assert "주민투표법 §7②3 나목" in desk.get("/desk/measures/1").text


def test_an_office_goes_through_the_list_too(town: Town, desk: Browser) -> None:
    path = "/desk/measures/new/referendum-mayor"
    html = desk.get(path).text
    assert html.count('name="excluded-') == 2 * 8
    given = {**FULL, "area": "all", "answers": "yes_no", "excluded-budget": "maybe"}
    wanting = sends(desk, path, html=html, **given)
    assert wanting.status_code == 422
    assert 'href="#field-note-budget"' in wanting.text
    kept = sends(desk, path, html=html, **given, **{"note-budget": "새 예산이 든다."})
    assert kept.status_code == 303
    with town.begin() as uow:
        measure = locating.numbered(uow.session, town.place, 1)
    assert measure.checklist == {"budget": {"applies": "maybe", "note": "새 예산이 든다."}}
    assert "새 예산이 든다." in desk.get("/desk/measures/1/draft").text


def test_a_refusal_of_the_council_hears_of_the_list_as_well(town: Town, desk: Browser) -> None:
    measure = town.drafts(Instrument.RECALL)
    town.acts(measure, Act.APPLY, town.resident(1))
    html = desk.get("/desk/measures/1/acts/admit").text
    assert "제외되는 대상에 관한" not in html, "a recall has no such list"
