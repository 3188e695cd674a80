"""Two officers in a real browser: one proposes, the other sees all of it and confirms."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Stage
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.town import Town
from tests.web.staff import Colleague, hire

pytestmark = pytest.mark.browser


def session_of(town: Town, colleague: Colleague) -> str:
    with town.begin() as uow:
        return sessions.open_staff(uow, held(uow.session, colleague.id)).token


def looks(page: Page, name: str) -> None:
    """Pictures for whoever wants to look, where a folder is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_one_proposes_and_another_confirms(
    town: Town, referendum_open: UUID, open_page: OpenPage, language: str
) -> None:
    number = town.measure(referendum_open).number
    one, other = hire(town, "mayor.one"), hire(town, "mayor.two")
    page = open_page(
        f"/desk/measures/{number}/acts/annul", lang=language, session=session_of(town, one)
    )
    page.locator("input[name=issuer][value=court]").check()
    page.locator("#field-document_number").fill("2027구합1")
    page.locator("#field-document_day").fill("2027-02-01")
    page.locator("#field-reason").fill("법원의 무효 판결")
    looks(page, f"act-{language}")
    page.get_by_role("button", name={"ko": "확인을 요청", "en": "confirmation"}[language]).click()
    expect(page.locator("h1")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
    looks(page, f"own-{language}")
    assert town.stage(referendum_open) is Stage.COLLECTING
    address = page.url

    second = open_page("/desk/proposals", lang=language, session=session_of(town, other))
    assert barriers(second, widths=WIDTHS) == []
    looks(second, f"list-{language}")
    second.locator(".card h3 a").first.click()
    expect(second).to_have_url(address)
    assert barriers(second, widths=WIDTHS) == []
    looks(second, f"other-{language}")
    second.set_viewport_size({"width": 360, "height": 900})
    looks(second, f"other-narrow-{language}")
    code = second.locator("#field-code")
    code.fill("000000")
    second.locator("form[action$='/confirmation'] button").click()
    expect(second.locator(".error-summary")).to_be_focused()
    second.locator("#field-code").fill(other.code())
    second.locator("form[action$='/confirmation'] button").click()
    expect(second).to_have_url(address.partition("/desk/")[0] + f"/desk/measures/{number}")
    looks(second, f"done-{language}")
    assert town.stage(referendum_open) is Stage.ANNULLED


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_first_certification_is_looked_at_and_confirmed(
    town: Town, initiative_open: UUID, open_page: OpenPage, language: str
) -> None:
    town.reviews(initiative_open, town.some(6))
    number = town.measure(initiative_open).number
    one, other = (
        hire(town, name, authority=Authority.COUNCIL_CHAIR, roles=(Role.CERTIFIER,))
        for name in ("chair.two", "chair.three")
    )
    page = open_page(
        f"/desk/measures/{number}/certify", lang=language, session=session_of(town, one)
    )
    page.locator("#field-code").fill(one.code())
    page.locator("main form button").click()
    expect(page.locator("main a[href*='/desk/proposals/']")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
    looks(page, f"certified-once-{language}")

    second = open_page("/desk/proposals", lang=language, session=session_of(town, other))
    looks(second, f"certify-list-{language}")
    second.locator(".card h3 a").first.click()
    expect(second.locator("form[action$='/confirmation']")).to_be_visible()
    assert barriers(second, widths=WIDTHS) == []
    looks(second, f"certify-proposal-{language}")
    second.set_viewport_size({"width": 360, "height": 900})
    looks(second, f"certify-proposal-narrow-{language}")
    second.locator("#field-code").fill(other.code())
    second.locator("form[action$='/confirmation'] button").click()
    expect(second).to_have_url(second.url.partition("/desk/")[0] + f"/desk/measures/{number}")
    assert town.stage(initiative_open) is Stage.SUFFICIENT
