"""A promise in a real browser: drafted, signed and read without barriers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Authority
from tests import scans
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.identity.desk import PASSWORD
from tests.town import Town
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

SCAN: FilePayload = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": scans.pdf("약속")}
DRAFT = {
    "title-ko": "큰 사업에 관한 약속",
    "title-en": "On large projects",
    "least_budget": "10,000,000,000",
    "promises-0-turnout": "1/4",
    "promises-0-majority": "1/2",
    "promises-0-undertaking-en": "I will put it into the draft budget.",
    "valid_from": "2027-02-01",
    "register_basis-number": "근거 1호",
    "register_basis-day": "2027-01-05",
    "impact_assessment-number": "평가 1호",
    "impact_assessment-day": "2027-01-05",
}


def session_of(town: Town, colleague: Colleague) -> str:
    with town.begin() as uow:
        return sessions.open_staff(uow, held(uow.session, colleague.id)).token


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_promise_is_drafted_signed_and_published_without_barriers(
    town: Town, open_page: OpenPage, lang: str
) -> None:
    """WEB-02, WEB-05: axe and reflow at each step; a fault leads to its field."""
    mayor = hire(town, "mayor")
    page = open_page("/desk/promises", session=session_of(town, mayor), lang=lang)
    assert barriers(page, widths=WIDTHS) == []
    page.locator("a[href='/desk/promises/new']").click()
    assert barriers(page, widths=WIDTHS) == []
    for name, value in DRAFT.items():
        page.locator(f"#field-{name}").fill(value)
    page.locator("#field-promises-0-undertaking-ko").fill("예산을 확보합니다.")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert barriers(page, widths=WIDTHS) == []
    page.locator(".error-summary a").click()
    expect(page.locator("#field-promises-0-undertaking-ko")).to_be_focused()
    page.locator("#field-promises-0-undertaking-ko").fill("예산안에 반영해 제출합니다.")
    page.locator("form.form button[type=submit]").click()
    page.wait_for_url("**/desk/promises/*-*")
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-document_number").fill("제2027-7호")
    page.locator("#field-document_day").fill("2027-02-01")
    page.set_input_files("#field-document_file", SCAN)
    page.locator("#field-password").fill(PASSWORD)
    page.locator("#field-code").fill(mayor.code())
    page.locator("form[action$='/signature'] button[type=submit]").click()
    page.wait_for_load_state()
    assert page.locator("form[action$='/publication']").count() == 0
    assert barriers(page, widths=WIDTHS) == []
    second = hire(town, "mayor.two")
    page = open_page(page.url.partition("?")[0], session=session_of(town, second), lang=lang)
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-code").fill(second.code())
    page.locator("#field-document_number").fill("공고 1호")
    page.locator("#field-document_day").fill("2027-02-01")
    page.locator("form[action$='/publication'] button[type=submit]").click()
    expect(page).to_have_url(re.compile("/desk/proposals/"))
    assert barriers(page, widths=WIDTHS) == []
    page.goto("/desk/promises")
    assert town.seconds_all() == 1
    page.locator(".card a").first.click()
    expect(page.locator("form[action$='/revocation']")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []


@pytest.mark.usefixtures("advisory_called")
def test_everyone_reads_a_promise_and_the_vote_under_it(open_page: OpenPage) -> None:
    page = open_page("/promises")
    for path in ("/promises", "/promises/1", "/measures/1"):
        page.goto(path)
        assert barriers(page, widths=WIDTHS) == []
        assert "예산은 시의회가 의결합니다." in page.inner_text("main")


def test_a_vote_is_stated_and_called_without_scripts(town: Town, open_page: OpenPage) -> None:
    """WEB-01."""
    town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    mayor = hire(town, "mayor")
    page = open_page("/desk/measures/1/scope", session=session_of(town, mayor), js=False)
    page.locator("#field-confirmed").uncheck()
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#field-confirmed")
    page.locator("#field-confirmed").check()
    page.locator("form.form button[type=submit]").click()
    page.wait_for_url("**/desk/measures/1")
