"""Help in a real browser: on a telephone, enlarged, without scripts; and written at the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Role
from referendum.lifecycle.office.city_pages import Leaf
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.town import Town
from tests.web.city import says
from tests.web.staff import hire
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

TEXT = """# 제목

앞의 글 [안건](/measures)

## 작은 제목

- 하나
- 둘

| 무엇 | 언제까지 |
|---|---|
| 이름 | 심사가 끝날 때까지 |
"""
ZOOMED = 640
"""What a window of 1,280 pixels has left at 200 % (WCAG 1.4.4)."""


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_help_is_read_without_barriers(town: Town, open_page: OpenPage, lang: str) -> None:
    """WEB-02: axe and reflow, in the usual and in the largest text, with everything unfolded."""
    town.has_a_promise()
    for leaf in (Leaf.PRIVACY, Leaf.PRIVACY, Leaf.QUESTIONS):
        says(town, leaf, TEXT, TEXT.replace("제목", "Heading"))
    page = open_page("/help", lang=lang)
    guides = [f"/help/guides/{one.value}" for one in Instrument]
    pages = ["/help", *guides, "/help/privacy", "/help/privacy/versions/1", "/help/terms"]
    for path in pages:
        page.goto(path)
        page.eval_on_selector_all("main details", "all => all.forEach(one => (one.open = true))")
        assert barriers(page, widths=(*WIDTHS, ZOOMED)) == []
    page.goto("/help?text=larger")
    for path in ("/", "/help/guides/referendum", "/help/privacy", "/measures", "/rules/totals"):
        page.goto(path)
        assert barriers(page, widths=(320, ZOOMED)) == [], "in the largest text"


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_a_first_timer_finds_how_many_it_takes_and_enlarges_the_text(
    town: Town, open_page: OpenPage, *, js: bool
) -> None:
    del town
    page = open_page("/", width=360, js=js)
    page.locator(".menu summary").press("Enter")
    page.locator(".site-nav a[href='/help']").click()
    page.locator("main a[href='/help/guides/initiative']").click()
    expect(page.locator("#short ~ ul").last).to_contain_text("528 × 1/150 = 4")
    before = page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    larger = page.locator(".text-sizes a").last
    larger.focus()
    larger.press("Enter")
    if js:
        # The page stays as it is: what somebody typed or ticked on it is not lost.
        expect(page.locator(".text-sizes [aria-current]")).to_be_focused()
        assert page.url.endswith("/help/guides/initiative")
    else:
        page.wait_for_url("**/help/guides/initiative?text=larger")
    after = page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert after > 1.2 * before
    page.goto("/measures")
    expect(page.locator("html.text-larger")).to_have_count(1)


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_an_administrator_writes_a_page_looks_at_it_and_shows_it(
    town: Town, open_page: OpenPage, *, js: bool
) -> None:
    colleague = hire(town, "mayor.admin", roles=(Role.ADMINISTRATOR,))
    with town.begin() as uow:
        token = sessions.open_staff(uow, held(uow.session, colleague.id)).token
    page = open_page("/desk", js=js, session=token)
    page.locator("a[href='/desk/pages']").click()
    assert barriers(page, js=js, widths=WIDTHS) == []
    page.locator("main a[href='/desk/pages/questions']").click()
    page.locator("#field-text_ko").fill(TEXT)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#preview h4")).to_have_text(["제목"])
    assert barriers(page, js=js, widths=WIDTHS) == []
    page.locator("main form button[type=submit]").click()
    page.goto("/help/questions")
    expect(page.locator("main h2")).to_have_text(["제목"])
