"""A result is understood on a telephone: the outcome first, no barrier, no table out of sight."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, barriers

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_web_02_a_result_is_read_on_a_telephone(
    advisory_declared: UUID, open_page: OpenPage, lang: str, *, js: bool
) -> None:
    page = open_page("/measures/1", width=360, lang=lang, js=js)
    expect(page.locator(".result-bar").first).to_be_visible()
    heading = page.locator("#result").bounding_box()
    bar = page.locator(".result-bar").first.bounding_box()
    assert heading is not None
    assert bar is not None
    assert heading["y"] < bar["y"] < 1400, "the result is among the first things seen"
    page.emulate_media(forced_colors="active")
    expect(page.locator(".result-bar").first).to_be_visible()
    page.emulate_media(forced_colors="none")
    assert barriers(page, js=js, widths=(320, 360, 1280)) == []
    assert advisory_declared
