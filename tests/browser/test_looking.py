"""In a real browser: a file to be chosen again, what one has to look at, and a halt and its end."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import FilePayload, expect

from referendum.kernel.people import Role
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.browser.test_proposals import looks, session_of
from tests.scans import pdf
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_chosen_file_is_asked_for_again_and_a_halt_is_seen_to(
    town: Town, referendum_open: UUID, open_page: OpenPage, language: str
) -> None:
    number = town.measure(referendum_open).number
    one, other = hire(town, "mayor.one"), hire(town, "mayor.two", roles=(Role.CLERK,))
    page = open_page(f"/desk/measures/{number}/holds", lang=language, session=session_of(town, one))
    scan = FilePayload(name="order.pdf", mimeType="application/pdf", buffer=pdf())
    page.locator("#field-document_number").fill("2027아1")
    page.locator("#field-document_day").fill("2027-02-01")
    page.locator("#field-document_file").set_input_files([scan])
    press = page.locator("#field-form button[type=submit]")
    press.click()
    expect(page.locator("#error-document_file")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
    looks(page, f"file-again-{language}")
    page.locator("#field-reason").fill("집행정지")
    press.click()
    expect(page.locator("#without-document_file")).to_be_visible()
    page.locator("#field-document_file").set_input_files([scan])
    press.click()
    page.wait_for_url(f"**/desk/measures/{number}")

    second = open_page("/desk", lang=language, session=session_of(town, other))
    assert barriers(second, widths=WIDTHS) == []
    looks(second, f"look-{language}")
    second.set_viewport_size({"width": 360, "height": 900})
    looks(second, f"look-narrow-{language}")
    second.locator("#look + .cards h3 a").first.click()
    expect(second.locator("form[action$='/confirmation']")).to_be_visible()
    assert barriers(second, widths=WIDTHS) == []
    looks(second, f"halt-narrow-{language}")
    second.set_viewport_size({"width": 1280, "height": 900})
    looks(second, f"halt-{language}")
    second.locator("a[href^='/desk/papers/']").first.click()
    expect(second.locator("form[action$='/reading']")).to_be_visible()
    looks(second, f"paper-{language}")
