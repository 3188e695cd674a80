"""Sign-in by an office's own directory in a real browser: the way there, back, and the code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Role
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.directory import CLIENT, SECRET, Provider, running
from tests.identity.desk import PASSWORD
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as found:
        yield found


@pytest.fixture
def own_settings(provider: Provider) -> dict[str, object]:
    """The mayor's office has a directory."""
    directory = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET}
    return {"directories": {"mayor": directory}}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_account_is_linked_and_its_holder_comes_in_by_it(
    town: Town, open_page: OpenPage, provider: Provider, lang: str
) -> None:
    """WEB-02, WEB-05: axe and reflow at each step."""
    kim = hire(town, "kim", roles=(Role.CLERK,))
    provider.recognises = "s-1"
    with town.begin() as uow:
        token = sessions.open_staff(uow, held(uow.session, kim.id)).token
    page = open_page("/desk/directory", session=token, lang=lang)
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-password").fill(PASSWORD)
    page.locator("#field-code").fill(kim.code())
    page.locator("#field-form button").click()
    expect(page.locator("a.button-primary")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
    page.locator("a.button-primary").click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []

    other = open_page("/desk/sign-in", lang=lang)
    assert barriers(other, widths=WIDTHS) == []
    other.locator("form[action$='/visits'] button").click()
    other.locator("a.button-primary").click()
    expect(other.locator("#field-code")).to_be_visible()
    assert barriers(other, widths=WIDTHS) == []
    other.locator("#field-code").fill("000000")
    other.locator("form.form button").click()
    expect(other.locator("#error-code")).to_be_visible()
    other.locator("#field-code").fill(kim.code())
    other.locator("form.form button").click()
    other.wait_for_url("**/desk")
    assert barriers(other, widths=WIDTHS) == []
