"""Pages on a telephone: what is long is short there, and nothing is slid sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from referendum.identity import sessions
from referendum.identity.staff import held
from tests.browser.conftest import OpenPage, barriers
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser

TELEPHONES = (320, 360)
SLIDES = "one => one.scrollWidth > one.clientWidth"


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_the_menu_is_one_line_until_it_is_asked_for(
    open_page: OpenPage, lang: str, *, js: bool
) -> None:
    page = open_page("/", width=320, lang=lang, js=js)
    links = page.locator(".site-nav a")
    menu = page.locator(".menu summary")
    for width in TELEPHONES:
        page.set_viewport_size({"width": width, "height": 700})
        header = page.locator(".site-header").bounding_box()
        assert header
        assert header["height"] < 58, "56 px and the line below: the screen is the page's"
        expect(links.first).to_be_hidden()
    menu.press("Enter")
    expect(links).to_have_count(10)
    expect(links.last).to_be_visible()
    assert barriers(page, js=js) == []
    menu.press("Space")
    expect(links.first).to_be_hidden()


def test_a_wide_screen_shows_all_of_the_menu_and_nothing_to_open_it(open_page: OpenPage) -> None:
    page = open_page("/", width=1280)
    expect(page.locator(".menu summary")).to_be_hidden()
    expect(page.locator(".site-nav a").last).to_be_visible()
    expect(page.locator(".tongues [aria-current]")).to_be_visible()


def test_alarms_stand_in_the_screen_of_a_telephone(town: Town, open_page: OpenPage) -> None:
    colleague = hire(town, "admin")
    with town.begin() as uow:
        token = sessions.open_staff(uow, held(uow.session, colleague.id)).token
    page = open_page("/desk/alarms", width=360, session=token)
    for width in TELEPHONES:
        page.set_viewport_size({"width": width, "height": 700})
        assert not page.locator(".scroll").evaluate(SLIDES)
    assert barriers(page) == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_number_with_hyphens_stays_on_one_line(open_page: OpenPage, lang: str) -> None:
    page = open_page("/sign-in", width=320, lang=lang)
    number = page.locator("#hint-phone .unbroken")
    expect(number).to_have_text("010-0000-0000")
    for width in range(320, 400, 8):
        page.set_viewport_size({"width": width, "height": 700})
        assert number.evaluate("one => one.getClientRects().length") == 1


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.usefixtures("initiative_open")
def test_the_first_screen_of_a_telephone_shows_a_measure_whole(
    open_page: OpenPage, lang: str, *, js: bool
) -> None:
    page = open_page("/", width=360, lang=lang, js=js)
    page.set_viewport_size({"width": 360, "height": 740})
    banner = page.locator(".demo-banner").bounding_box()
    assert banner
    assert banner["height"] < 40, "one line"
    progress = page.locator(".card .progress").first.bounding_box()
    assert progress
    assert progress["y"] + progress["height"] < 740
    page.locator(".locality summary").press("Enter")
    page.get_by_role("combobox").select_option(index=1)
    page.locator(".locality button").click()
    expect(page.locator(".locality summary")).not_to_contain_text(
        {"ko": "우리 동네", "en": "Only"}[lang]
    )
    expect(page.locator(".card")).to_have_count(1)
