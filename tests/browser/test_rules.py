"""The rules in a real browser: compared, read, printed, and turned into a draft of one's own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.entering import comes_in
from tests.town import Town

pytestmark = pytest.mark.browser

PAIR = "left=kr-goyang-initiative-today&right=kr-goyang-initiative-relaxed"


def session_of(town: Town, number: int) -> str:
    with town.begin() as uow:
        return comes_in(uow, town.vault, town.resident(number)).token


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_rules_are_read_without_barriers(town: Town, open_page: OpenPage, lang: str) -> None:
    """WEB-02: axe and reflow on each page, with everything unfolded."""
    del town
    page = open_page("/rules", lang=lang)
    for path in (
        "/rules",
        "/rules/compare",
        f"/rules/compare?{PAIR}",
        f"/rules/compare/ordinance?{PAIR}",
        "/rules/totals",
        "/rules/kr-referendum-2023-04-27",
        "/rules/kr-reform-recall-mayor",
    ):
        page.goto(path)
        for folded in page.locator("details:not([open]) > summary").all():
            if folded.is_visible():
                folded.click()
        assert barriers(page, widths=WIDTHS) == []


def test_from_choosing_two_rules_to_a_draft_in_the_workspace(
    town: Town, open_page: OpenPage
) -> None:
    """The form is sent by hand, without scripts; the draft is filled in and can be edited."""
    page = open_page("/rules/compare", js=False, session=session_of(town, 1))
    page.locator("#field-left").select_option("kr-goyang-initiative-today")
    page.locator("#field-right").select_option("kr-goyang-initiative-relaxed")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("figure.chart svg")).to_be_visible()
    expect(page.locator("main")).to_contain_text("528 × 1/300 = 2 (소수점 아래는 올림)")
    page.locator("a[href^='/rules/compare/ordinance']").click()
    expect(page.locator("h1")).to_contain_text("일부개정조례안")
    page.locator("a[href^='/workspace/new/ordinance']").click()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/workspace/1/edit")
    expect(page.locator("#field-title_ko")).to_have_value("고양시 주민조례발안 조례 일부개정")
    assert "신·구조문대비표" in page.locator("#field-body").input_value()
    page.locator("#field-title_ko").fill("문턱을 낮추는 조례")
    page.locator("#field-excluded-taxes").check()
    page.locator("form.form button[type=submit]:not([name])").click()
    page.wait_for_url("**/workspace/1/edit")
    expect(page.locator("#field-title_ko")).to_have_value("문턱을 낮추는 조례")
    expect(page.locator("#field-excluded-taxes")).to_be_checked()


def test_the_draft_prints_without_what_only_a_screen_needs(town: Town, open_page: OpenPage) -> None:
    del town
    page = open_page(f"/rules/compare/ordinance?{PAIR}")
    page.emulate_media(media="print")
    expect(page.locator("#old-and-new")).to_be_visible()
    expect(page.locator("#take")).to_be_hidden()
