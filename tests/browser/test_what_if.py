"""Other rules in a real browser: sliders by keyboard, with scripts and without, for everybody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.town import Town
from tests.web.visitors import folds
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

PATHS = (
    "/rules/simulator",
    "/rules/simulator/seoul-2011-free-meals",
    "/rules/simulator/siheung-2008-mayor",
    "/measures/1/what-if",
)


def recalled(town: Town) -> None:
    measure = town.opens(Instrument.RECALL)
    town.brings(measure, town.spread(40))
    folds(town, measure)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_pages_have_no_barriers(town: Town, open_page: OpenPage, lang: str) -> None:
    """WEB-02: axe, reflow, and titles of their own."""
    recalled(town)
    page = open_page(PATHS[0], lang=lang)
    titles = set()
    for path in PATHS:
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        assert barriers(page, widths=WIDTHS) == [], path
        titles.add(page.title())
    assert len(titles) == len(PATHS)


def test_a_slider_moves_by_keyboard_and_the_sums_follow(town: Town, open_page: OpenPage) -> None:
    """WEB-05: focus stays on the slider; what has changed is said."""
    recalled(town)
    page = open_page("/measures/1/what-if")
    slider = page.locator("#field-share_points")
    expect(page.locator(".big-number").first).to_contain_text("80")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#share-output")).to_have_text("14.9%")
    expect(page.locator(".big-number").first).to_contain_text("79")
    expect(slider).to_be_focused()
    expect(page.locator("#what-if-voice")).to_contain_text("79명")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".finding-sum").first).to_have_text("528 × 15% = 80 (소수점 아래는 올림)")
    quorum = page.locator("#field-quorum_points")
    quorum.focus()
    for _ in range(3):
        page.keyboard.press("PageDown")
    expect(page.locator("#quorum-output")).not_to_have_text("33.33%")
    expect(page.locator("#what-if")).to_contain_text(re.compile(r"9건 가운데 [3-9]건"))
    expect(quorum).to_be_focused()


def test_the_same_works_without_scripts(town: Town, open_page: OpenPage) -> None:
    recalled(town)
    page = open_page("/measures/1/what-if", js=False)
    slider = page.locator("#field-share_points")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("share_points=1400"))
    expect(page.locator(".finding-sum").first).to_have_text("528 × 14% = 74 (소수점 아래는 올림)")
    expect(page.locator("svg .curve")).to_have_count(1)
    page.get_by_role("link", name="지금 규칙으로 되돌리기").click()
    expect(page.locator(".finding-sum").first).to_have_text("528 × 15% = 80 (소수점 아래는 올림)")


@pytest.mark.parametrize("js", [True, False])
def test_the_simulator_compares_what_was_chosen(
    town: Town, open_page: OpenPage, *, js: bool
) -> None:
    del town
    page = open_page("/rules/simulator", js=js)
    first = page.locator("#simulated tbody tr").first
    expect(first).to_contain_text("서울특별시 무상급식")
    expect(first).to_contain_text("638,016명 모자람")
    page.get_by_label("고양시: 조례 완화안").check()
    page.get_by_label("절차").select_option("recall")
    page.get_by_role("button", name="적용해 보기").click()
    expect(page.locator("#simulated thead th")).to_have_count(5)
    details = page.locator("#simulated details").first
    expect(details.locator(".sum").first).not_to_be_visible()
    details.locator("summary").press("Enter")
    expect(details.locator(".sum").first).to_be_visible()
    page.get_by_role("link", name="하남시장 주민소환투표").click()
    expect(page.locator("h1")).to_have_text("하남시장 주민소환투표")
    expect(page.locator("svg")).not_to_have_count(0)
