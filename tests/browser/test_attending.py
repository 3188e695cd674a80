"""A voter finds where and how to vote: on a telephone in Korean, on a desk in English."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, barriers
from tests.entering import comes_in
from tests.town import Town
from tests.web.test_attending import lists_streets, second_station

pytestmark = pytest.mark.browser

SCREENS = [("ko", 360), ("en", 1280)]
WORDS = {
    "ko": {"how": "투표하는 방법", "look": "투표소 보기", "street": "도로명으로 찾기",
           "map": "읍·면·동 그림에서 고르기", "own": "내 투표소", "may": "투표할 수 있습니다"},
    "en": {"how": "How to vote", "look": "Show the polling place", "street": "Find by street",
           "map": "Choose on the map of districts", "own": "Your polling place",
           "may": "You may vote"},
}  # fmt: skip


@pytest.fixture
def vote(town: Town, referendum_furnished: UUID) -> Town:
    second_station(town, referendum_furnished)
    lists_streets(town)
    return town


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(("lang", "width"), SCREENS)
def test_from_the_measure_to_the_polling_place(
    vote: Town, open_page: OpenPage, lang: str, width: int, *, js: bool
) -> None:
    said, district = WORDS[lang], vote.districts[0]
    name = district.name_ko if lang == "ko" else district.name_en
    page = open_page("/measures/1", width=width, lang=lang, js=js)
    page.get_by_role("link", name=said["how"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said["how"])
    page.locator("#field-district").select_option(district.code)
    page.get_by_role("button", name=said["look"], exact=True).click()
    expect(page.locator("#chosen")).to_have_text(name)
    expect(page.locator("#found")).to_be_in_viewport()
    expect(page.locator("#found")).to_contain_text("견본로 70")
    page.locator("#field-street").fill("견본로 70")
    page.get_by_role("button", name=said["street"], exact=True).click()
    expect(page.locator("#door-1")).to_contain_text("견본로 51–90")
    assert page.locator("#found li").count() == 1
    assert barriers(page, js=js, widths=(320, 768, 1280)) == []


@pytest.mark.parametrize(("lang", "width"), SCREENS)
def test_a_district_is_chosen_on_the_map_with_the_keyboard(
    vote: Town, open_page: OpenPage, lang: str, width: int
) -> None:
    page = open_page("/measures/1/vote", width=width, lang=lang)
    page.get_by_text(WORDS[lang]["map"], exact=True).press("Enter")
    code = vote.districts[0].code
    tile = page.locator(f'a.tile[href*="district={code}#"]')
    tile.focus()
    assert barriers(page, widths=(320, 768, 1280)) == []
    page.set_viewport_size({"width": width, "height": 740})
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/vote?district={code}#found")
    expect(page.locator("#chosen")).to_be_visible()


@pytest.mark.parametrize(("lang", "width"), SCREENS)
def test_who_is_signed_in_reads_their_own_polling_place_and_that_they_may(
    vote: Town, open_page: OpenPage, lang: str, width: int
) -> None:
    number = vote.some(1, district=3)[0]
    with vote.begin() as uow:
        token = comes_in(uow, vote.vault, vote.resident(number)).token
    page = open_page("/measures/1/vote", width=width, lang=lang, session=token)
    expect(page.locator("#own")).to_have_text(WORDS[lang]["own"])
    expect(page.locator("#of-you ~ p").first).to_contain_text(WORDS[lang]["may"])
    page.goto(page.url.replace("/measures/1/vote", "/may-i"))
    assert barriers(page, widths=(320, 768, 1280)) == []
    page.goto(page.url.replace("/may-i", "/measures/1/may-i"))
    assert barriers(page, widths=(320, 768, 1280)) == []
