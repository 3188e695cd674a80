"""Pictures that are wider than a telephone: one sees that there is more, and reaches it by key."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, barriers
from tests.town import Town

pytestmark = pytest.mark.browser

HIDDEN = "one => one.scrollWidth - one.clientWidth"
HINTS = {"ko": "옆으로 밀어 보세요", "en": "Slide it sideways"}


@pytest.mark.usefixtures("initiative_open")
@pytest.mark.parametrize("lang", list(HINTS))
def test_a_picture_that_is_cut_says_so_and_is_moved_by_key(
    town: Town, open_page: OpenPage, lang: str
) -> None:
    assert town
    page = open_page("/measures/1", width=360, lang=lang)
    assert barriers(page) == []
    for picture in (".dates-figure", ".tile-figure"):
        figure = page.locator(picture).first
        region = figure.get_by_role("region")
        assert region.evaluate(HIDDEN) > 0
        expect(figure.get_by_text(HINTS[lang])).to_be_visible()
        assert "gradient" in region.evaluate("one => getComputedStyle(one).backgroundImage")
        region.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("one => one.scrollLeft > 0", arg=region.element_handle())
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_text(HINTS[lang]).first).to_be_hidden()
    assert page.locator(".dates-figure").get_by_role("region").evaluate(HIDDEN) == 0
