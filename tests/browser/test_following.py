"""Somebody follows a measure and stops: on a telephone in Korean, on a desk in English."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from referendum.identity import codes
from referendum.lifecycle.news import following
from referendum.lifecycle.news.following import Channel, Subject, Told
from tests.browser.conftest import OpenPage, barriers
from tests.town import Town
from tests.web.visitors import phone_of

pytestmark = pytest.mark.browser

SCREENS = [("ko", 360), ("en", 1280)]
WIDTHS = (320, 768, 1280)
WORDS = {
    "ko": {"to-page": "이 안건의 소식 받기", "follow": "소식 받기",
           "done": "이제 소식을 보내 드립니다", "confirm": "소식을 받으시겠습니까?",
           "own": "받고 있는 소식", "stop": "그만 받기", "stopped": "이제 소식을 보내지 않습니다"},
    "en": {"to-page": "Get news of this measure", "follow": "Get news",
           "done": "You will get the news", "confirm": "Do you want the news?",
           "own": "News that you get", "stop": "Stop the news",
           "stopped": "You get no more news"},
}  # fmt: skip


def headed(page: Page, said: str, *, js: bool) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(said)
    assert barriers(page, js=js, widths=WIDTHS) == []


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(("lang", "width"), SCREENS)
def test_from_the_measure_to_the_news_with_the_keyboard(
    town: Town, open_page: OpenPage, initiative_open: UUID, lang: str, width: int, *, js: bool
) -> None:
    assert initiative_open
    said = WORDS[lang]
    page = open_page("/measures/1", width=width, lang=lang, js=js)
    button = page.get_by_role("link", name=said["to-page"], exact=True)
    place = button.bounding_box()
    assert place
    assert place["y"] > 740, "whoever comes to read or sign is not asked for a number first"
    button.press("Enter")
    headed(page, said["follow"], js=js)
    page.set_viewport_size({"width": width, "height": 740})
    page.locator("#field-to").press_sequentially("1")
    page.keyboard.press("Enter")
    expect(page.locator("#error-to")).to_be_visible()
    assert barriers(page, js=js, widths=WIDTHS) == []
    page.locator("#field-to").fill(phone_of(7_001))
    page.keyboard.press("Enter")
    expect(page.locator("#field-code")).to_be_focused()
    assert barriers(page, js=js, widths=WIDTHS) == []
    challenge = re.findall(r"[0-9a-f-]{36}", page.url)[0]
    page.locator("#field-code").fill(codes.derive(town.vault, UUID(challenge)))
    page.keyboard.press("Enter")
    headed(page, said["done"], js=js)


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(("lang", "width"), SCREENS)
def test_one_link_confirms_and_stops(
    town: Town, open_page: OpenPage, lang: str, width: int, *, js: bool
) -> None:
    said = WORDS[lang]
    told = Told(Channel.MAIL, "resident@example.com", lang)
    with town.begin() as uow:
        row = following.follow(uow, town.vault, Subject(place=town.place), told, proved=False)
    link = f"/follow/{following.token_of(town.vault, row.id)}"
    page = open_page(link, width=width, lang=lang, js=js)
    headed(page, said["confirm"], js=js)
    page.get_by_role("button", name=said["follow"], exact=True).press("Enter")
    headed(page, said["own"], js=js)
    page.get_by_role("button", name=said["stop"], exact=True).press("Enter")
    headed(page, said["stopped"], js=js)


@pytest.mark.parametrize(("lang", "width"), SCREENS)
def test_who_follows_a_district_chooses_it_in_one_field(
    town: Town, open_page: OpenPage, lang: str, width: int
) -> None:
    district = town.districts[0]
    page = open_page(f"/follow?district={district.code}", width=width, lang=lang)
    chosen = page.locator("#field-of option:checked")
    name = district.name_ko if lang == "ko" else district.name_en
    expect(chosen).to_contain_text(name)
    headed(page, WORDS[lang]["follow"], js=True)
    page.goto(page.url.partition("/follow")[0] + "/follow/sent")
    assert barriers(page, widths=WIDTHS) == []
