"""The page that shows a receipt once: whoever is on it does not lose it by a link."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, barriers
from tests.browser.test_signing import RECEIPT
from tests.entering import comes_in
from tests.town import Town

pytestmark = pytest.mark.browser

SIGNER = 30
LANGUAGES = ("ko", "en")
PRESSED = """() => {
    document.querySelector("[data-copy]").click();
    return document.querySelector("[role=status][data-copy-voice]").textContent;
}"""
"""What is said before the hand has left the button: no task, no frame lies between."""


@pytest.fixture
def signed(town: Town, initiative_open: UUID, open_page: OpenPage) -> OpenPage:
    """Opens the receipt of somebody who has just signed."""
    assert initiative_open

    def opens(path: str = "/measures/1/sign/consent", **window: object) -> Page:
        with town.begin() as uow:
            token = comes_in(uow, town.vault, town.resident(SIGNER)).token
        page = open_page(path, width=320, session=token, **window)
        for box in page.get_by_role("checkbox").all():
            box.check()
        for _ in range(2):
            page.locator("main .form button").click()
        expect(page.locator(".receipt")).to_be_visible()
        return page

    return opens


def receipt_on(page: Page) -> str:
    found = RECEIPT.search(page.inner_text(".receipt"))
    assert found
    return found[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_copying_is_said_at_once(signed: OpenPage, lang: str) -> None:
    page = signed(lang=lang)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    try:
        assert page.evaluate(PRESSED) == {"ko": "복사했습니다.", "en": "Copied."}[lang]
        assert receipt_on(page) in page.evaluate("navigator.clipboard.readText()")
    finally:
        page.context.clear_permissions()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_not_copied_is_not_said_to_be(signed: OpenPage, lang: str) -> None:
    page = signed(lang=lang)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
    page.locator("[data-copy]").click()
    said = {"ko": "복사하지 못했습니다.", "en": "It could not be copied."}[lang]
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_the_record_is_asked_beside_the_receipt(town: Town, signed: OpenPage, *, js: bool) -> None:
    page = signed(js=js)
    receipt = receipt_on(page)
    town.seals()
    with page.expect_popup() as beside:
        page.get_by_role("button", name="기록에서 확인하기(새 창)").click()
    record = beside.value
    expect(record.locator(".notice-success")).to_be_visible()
    expect(record.get_by_label("확인증", exact=True)).to_have_value(receipt)
    assert receipt not in record.url
    assert receipt_on(page) == receipt
    assert barriers(page, js=js) == []


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_but_having_kept_it_leads_away_from_the_receipt(
    signed: OpenPage, lang: str, *, js: bool
) -> None:
    page = signed(lang=lang, js=js)
    receipt = receipt_on(page)
    page.locator(".skip-link").press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator(".menu summary").click()
    for link in (".site-name", ".site-nav a[href='/record']", ".tongues a", ".site-footer a"):
        with page.expect_popup() as beside:
            page.locator(link).first.click()
        beside.value.close()
        assert receipt_on(page) == receipt, link
    leaving = page.locator("main a[href='/measures/1']")
    expect(leaving).to_be_hidden()
    page.locator("main section summary").click()
    leaving.click()
    page.wait_for_url("**/measures/1")
    assert len(page.context.pages) == 1


def read_by_camera(picture: Path) -> str:
    seen = subprocess.run(
        ["zbarimg", "--quiet", "--raw", str(picture)], capture_output=True, check=True, text=True
    )
    return seen.stdout.strip()


@pytest.mark.parametrize("colours", ["none", "active"], ids=["own colours", "forced colours"])
@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_a_camera_reads_the_letters_and_nothing_else(
    signed: OpenPage, tmp_path: Path, colours: Literal["none", "active"], *, js: bool
) -> None:
    """From the screen itself: no address stands with them."""
    page = signed(js=js)
    page.emulate_media(forced_colors=colours)
    page.locator(".receipt svg.receipt-code").screenshot(path=str(tmp_path / "code.png"))
    assert read_by_camera(tmp_path / "code.png") == receipt_on(page)


def test_a_camera_reads_the_picture_that_was_saved(signed: OpenPage, tmp_path: Path) -> None:
    page = signed(js=False)
    with page.expect_download() as saved:
        page.get_by_role("button", name="그림으로 저장").click()
    saved.value.save_as(tmp_path / "picture.png")
    assert read_by_camera(tmp_path / "picture.png") == receipt_on(page)
