"""An easy-read text, a cost and a place: written on a telephone, read by whoever comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from referendum.lifecycle.describing import Cost, CostKind, Place
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.entering import comes_in
from tests.town import Town
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

INITIATOR = 1
EASY = "밤에도 여는 도서관"


def saves(page: Page) -> None:
    page.locator("main form.form button[type=submit]:not([name])").click()


@pytest.mark.parametrize(("lang", "width"), [("ko", 360), ("en", 1280)])
@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_a_drafter_unfolds_and_writes_them_and_is_led_to_what_is_wrong(
    town: Town, open_page: OpenPage, lang: str, width: int, *, js: bool
) -> None:
    town.drafts(Instrument.INITIATIVE)
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(INITIATOR)).token
    page = open_page("/workspace/1/edit", width=width, lang=lang, js=js, session=token)
    expect(page.locator("#field-easy_title_ko")).to_be_hidden()
    page.locator("details.easy-field").first.locator("summary").click()
    page.locator("#field-easy_title_ko").fill(EASY)
    page.locator("details:has(#field-cost_amount) summary").click()
    page.locator("main input[name=cost][value=once]").check()
    page.locator("#field-cost_amount").fill("1,25억")
    page.locator("#field-cost_said").fill("한 곳에 1백만원")
    page.locator("#field-place_districts summary").click()
    box = page.locator(f"#place-{town.districts[3].id}")
    page.locator(f"main a[href='#place-{town.districts[3].id}']").click()
    box.check()
    saves(page)
    assert barriers(page, js=js) == []
    expect(page.locator("#field-cost_amount")).to_have_value("1,25억")
    page.locator(".error-summary a").click()
    page.locator("#field-cost_amount").fill("12억 5천만원")
    saves(page)
    page.wait_for_url("**/workspace/1/edit")
    expect(page.locator("#field-cost_amount")).to_have_value("1,250,000,000")
    expect(page.locator("#field-easy_title_ko")).to_have_value(EASY)
    expect(box).to_be_checked()
    assert barriers(page, js=js) == []


@pytest.mark.parametrize(("lang", "width"), [("ko", 360), ("en", 1280)])
@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_whoever_comes_switches_to_easy_words_and_back_and_sees_where_it_is(
    town: Town, open_page: OpenPage, lang: str, width: int, *, js: bool
) -> None:
    town.opens(
        Instrument.INITIATIVE,
        easy={"title_ko": EASY, "title_en": "Libraries at night, said easily"},
        cost=Cost(kind=CostKind.YEARLY, amount=120_000_000, years=3, said="10곳"),
        place=Place(districts=(town.districts[2].id,), ko="견본천", en="Sample brook"),
    )
    page = open_page("/measures/1", width=width, lang=lang, js=js)
    expect(page.locator("svg.tile-map-small")).to_be_visible()
    original = page.locator("h1").inner_text()
    for _ in ("there", "on the page of the text to be signed"):
        page.locator(".easy-switch a").click()
        easy = "Libraries at night, said easily" if lang == "en" else EASY
        expect(page.locator("h1")).to_have_text(easy)
        assert barriers(page, js=js, widths=WIDTHS if js else ()) == []
        page.locator(".easy-switch a").click()
        expect(page.locator("h1")).to_have_text(original)
        page.goto(page.url.partition("?")[0].rstrip("/").removesuffix("/sign") + "/sign")
