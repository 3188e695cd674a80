"""What is printed to be kept: a sheet is enough for it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from referendum.certificates.tables import Certificate
from tests.browser.conftest import OpenPage
from tests.entering import comes_in
from tests.town import Town
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser


def sheets(page: Page, file: Path) -> int:
    """How many sheets of A4 the page takes."""
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    told = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True).stdout
    facts = dict(line.split(":", 1) for line in told.splitlines())
    assert "A4" in facts["Page size"]
    return int(facts["Pages"])


@pytest.mark.usefixtures("advisory_declared")
def test_a_printed_certificate_has_a_letterhead_a_place_for_the_seal_and_no_site_header(
    town: Town, open_page: OpenPage
) -> None:
    with town.begin() as uow:
        issued = uow.session.scalars(select(Certificate.id).limit(1)).one()
    page = open_page(f"/certificates/{issued}", lang="ko")
    expect(page.locator(".letterhead")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".letterhead")).to_contain_text("고양시")
    expect(page.locator(".letterhead")).to_contain_text("문서번호")
    expect(page.locator(".seal-place")).to_have_text("관인")
    for part in (".site-header", ".site-footer", ".breadcrumb"):
        expect(page.locator(part)).to_be_hidden()


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_receipt_is_printed_on_one_sheet(
    town: Town, open_page: OpenPage, tmp_path: Path, lang: str
) -> None:
    town.opens(Instrument.ADVISORY)
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(1)).token
    page = open_page("/measures/1/sign/consent", lang=lang, session=token)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator("main button[type=submit]").click()
    page.locator("main button[type=submit]").click()
    expect(page.locator(".receipt")).to_be_visible()
    assert sheets(page, tmp_path / "receipt.pdf") == 1
