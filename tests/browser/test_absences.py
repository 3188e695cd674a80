"""Absence in a real browser: entered, told, and acted on by the deputy, without barriers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from referendum.kernel.people import Role
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.browser.test_accounts import session_of
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_certifier_leaves_and_a_colleague_deputises(
    town: Town, open_page: OpenPage, lang: str
) -> None:
    """WEB-02, WEB-05: axe and reflow at each step."""
    administrator = hire(town, "kim", roles=(Role.ADMINISTRATOR,))
    leaving = hire(town, "choi", roles=(Role.CERTIFIER, Role.CLERK))
    deputy = hire(town, "jung", roles=(Role.EXAMINER,))
    page = open_page("/desk/absences", session=session_of(town, leaving), lang=lang)
    assert barriers(page, widths=WIDTHS) == []
    today = (town.now() + timedelta(hours=9)).date()
    page.locator("#field-first").fill(today.isoformat())
    page.locator("#field-last").fill((today - timedelta(days=1)).isoformat())
    page.locator("#field-deputy").select_option(str(deputy.id))
    page.locator("#field-code").fill(leaving.code())
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("#error-last")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-last").fill((today + timedelta(days=9)).isoformat())
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".notice-warning")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []

    other = open_page("/desk/absences", session=session_of(town, administrator), lang=lang)
    other.locator("tbody th a").click()
    assert barriers(other, widths=WIDTHS) == []
    other.locator("#field-code").fill(administrator.code())
    other.locator("button[value=consent]").click()
    other.wait_for_url("**/desk/absences")

    seat = open_page("/desk", session=session_of(town, deputy), lang=lang)
    assert barriers(seat, widths=WIDTHS) == []
    seat.locator("form[action$='/deputising'] button").click()
    expect(seat.locator(".session-who strong")).to_be_visible()
    assert barriers(seat, widths=WIDTHS) == []
