"""The queue tells what one has to look at, and what came back of one's own proposals."""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import TYPED, sends, sits
from tests.web.staff import Colleague, hire


@pytest.fixture
def one(kim: Colleague, opens: Open) -> Browser:
    return sits(opens(), kim)


@pytest.fixture
def other(town: Town, opens: Open) -> Browser:
    return sits(opens(), hire(town, "mayor.two"))


@pytest.fixture
def annulling(town: Town, referendum_open: UUID) -> str:
    return f"/desk/measures/{town.measure(referendum_open).number}/acts/annul"


def part(html: str, begin: str) -> str:
    """From one heading to the next."""
    return html.partition(f'id="{begin}"')[2].partition("<h2")[0]


def test_a_proposal_and_a_halt_stand_in_the_queue_of_whoever_may_confirm(
    one: Browser, other: Browser, referendum_open: UUID, annulling: str
) -> None:
    address = str(sends(one, annulling, **TYPED).headers["location"])
    holds = annulling.replace("acts/annul", "holds")
    assert sends(one, holds, kind="court", **TYPED).status_code == 303
    assert referendum_open
    seen = part(other.get("/desk").text, "look")
    assert f'href="{address}"' in seen
    assert "정지가 문서와 맞는지 확인" in seen
    assert "담당 mayor.one" in seen
    own = one.get("/desk").text
    assert 'id="look"' not in own, "who proposed does not look at it"
    assert f'href="{address}"' in part(own, "own")


def test_another_office_has_nothing_to_look_at(
    one: Browser, town: Town, opens: Open, annulling: str
) -> None:
    assert sends(one, annulling, **TYPED).status_code == 303
    chair = sits(opens(), hire(town, "chair.one", authority=Authority.COUNCIL_CHAIR))
    assert 'id="look"' not in chair.get("/desk").text


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("how", ["declined", "lapsed", "withdrawn"])
def test_what_was_sent_back_or_lapsed_is_told_to_its_proposer_for_two_weeks(
    one: Browser, other: Browser, town: Town, annulling: str, language: str, how: str
) -> None:
    address = str(sends(one, annulling, **TYPED).headers["location"])
    if how == "declined":
        assert sends(other, f"{address}/refusal", reason="다른 문서입니다").status_code == 303
    elif how == "lapsed":
        town.waits(days=7, hours=1)
    else:
        assert sends(one, f"{address}/withdrawal").status_code == 303
    one.headers["accept-language"] = language
    for page in ("/desk", "/desk/proposals"):
        seen = part(one.get(page).text, "came-back")
        assert (f'href="{address}"' in seen) is (how != "withdrawn"), page
        assert ("다른 문서입니다" in seen) is (how == "declined"), page
    assert 'id="came-back"' not in other.get("/desk").text
    town.waits(days=15)
    assert 'id="came-back"' not in one.get("/desk").text


def test_a_pressing_proposal_alarms_its_own_office_and_no_other(
    one: Browser, town: Town, opens: Open, annulling: str
) -> None:
    assert sends(one, annulling, **TYPED).status_code == 303
    town.waits(days=6, hours=12)
    chair = sits(opens(), hire(town, "chair.one", authority=Authority.COUNCIL_CHAIR))
    assert "다른 담당자의 확인이 급한 일" in one.get("/desk").text
    assert "다른 담당자의 확인이 급한 일" not in chair.get("/desk").text
    assert "우리 기관의 것: 1건" in one.get("/desk/alarms").text
    assert "우리 기관의 것: 0건" in chair.get("/desk/alarms").text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_belongs_to_the_place_has_a_card_with_the_way_to_its_page(
    one: Browser, other: Browser, kim: Colleague, language: str
) -> None:
    """An office holder is about no measure: the queue of its proposer says so in words."""
    sends(one, "/desk/confirm", code=kim.code())
    answer = sends(
        one, "/desk/offices", office="mayor", name="김시장", title="고양시장",
        from_day="2027-01-02", document_number="인사-1", document_day="2027-01-01",
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    address = str(answer.headers["location"])
    for browser in (one, other):
        browser.headers["accept-language"] = language
    words = {"ko": "자리", "en": "Record who holds an office"}[language]
    mine = one.get("/desk")
    assert mine.status_code == 200
    assert words in part(mine.text, "own")
    assert words in part(other.get("/desk").text, "look")
    assert 'href="/desk/offices"' in other.get("/desk/proposals").text.partition("<main")[2]
    assert 'href="/desk/offices"' in other.get(address).text.partition("<main")[2]
