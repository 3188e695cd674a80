"""An office sets in a real browser what it leaves to one officer, without any script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from referendum.kernel.people import Authority, Role
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.browser.test_proposals import looks, session_of
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser
CHAIR = Authority.COUNCIL_CHAIR


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_administrator_asks_and_another_one_confirms(
    town: Town, open_page: OpenPage, language: str
) -> None:
    one, other = (
        hire(town, name, authority=CHAIR, roles=(Role.ADMINISTRATOR,))
        for name in ("chair.admin", "chair.admin2")
    )
    page = open_page("/desk/four-eyes", lang=language, session=session_of(town, one))
    assert barriers(page, widths=WIDTHS) == []
    looks(page, f"four-eyes-{language}")
    page.set_viewport_size({"width": 360, "height": 900})
    looks(page, f"four-eyes-narrow-{language}")
    page.locator("a[href$='/four-eyes/settle_objections']").click()
    assert barriers(page, widths=WIDTHS) == []
    page.locator("main form button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("#field-reason").fill("담당자가 한 사람인 날이 많음")
    looks(page, f"asking-{language}")
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("담당자가 한 사람인 날이 많음")
    address = page.url

    second = open_page("/desk/proposals", lang=language, session=session_of(town, other))
    second.locator(".card h3 a").first.click()
    expect(second).to_have_url(address)
    assert barriers(second, widths=WIDTHS) == []
    looks(second, f"rule-{language}")
    second.locator("#field-code").fill(other.code())
    second.locator("form[action$='/confirmation'] button").click()
    expect(second).to_have_url(address.partition("/desk/")[0] + "/desk/four-eyes")
    expect(second.locator("table").first).to_contain_text("chair.admin2")
    assert barriers(second, widths=WIDTHS) == []
    looks(second, f"four-eyes-after-{language}")
