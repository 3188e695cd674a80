"""Accounts in a real browser: invited, consented to, and what an officer did."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Role
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.town import Town
from tests.web.staff import Colleague, hire

pytestmark = pytest.mark.browser


def session_of(town: Town, colleague: Colleague) -> str:
    with town.begin() as uow:
        return sessions.open_staff(uow, held(uow.session, colleague.id)).token


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_certifier_is_invited_and_consented_to_without_barriers(
    town: Town, open_page: OpenPage, lang: str
) -> None:
    """WEB-02, WEB-05: axe and reflow at each step. The second has set up and consented."""
    first, second = (hire(town, name, roles=(Role.ADMINISTRATOR,)) for name in ("kim", "lee"))
    page = open_page("/desk/staff", session=session_of(town, first), lang=lang)
    assert barriers(page, widths=WIDTHS) == []
    for name, value in (
        ("username", "choi"),
        ("display_name", "최담당"),
        ("email", "choi@city.example"),
    ):
        page.locator(f"#field-{name}").fill(value)
    page.locator("#field-office_title").fill("감사담당관")
    page.locator("#field-role-certifier").check()
    page.locator("#field-role-administrator").check()
    page.locator("#field-code").fill(first.code())
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("#error-roles")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-role-administrator").uncheck()
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    page.wait_for_url("**/desk/staff")
    expect(page.locator("a", has_text="choi")).to_be_visible()

    other = open_page("/desk/staff", session=session_of(town, second), lang=lang)
    other.locator("a", has_text="choi").click()
    assert barriers(other, widths=WIDTHS) == []
    other.locator("#field-code-consent").fill(second.code())
    other.locator("form:has(#field-code-consent) button").click()
    other.wait_for_url("**/desk/staff")
    other.locator(".session-who a").click()
    expect(other.locator("tbody tr")).to_have_count(2)
    assert barriers(other, widths=WIDTHS) == []
