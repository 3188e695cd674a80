"""What moves, as officers see it before and residents after, on telephones and wide screens."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import expect

from referendum.identity import sessions
from referendum.identity.staff import held
from tests.browser.conftest import OpenPage, barriers
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 1280)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_day_off_shows_what_it_moves_and_the_measures_page_says_why(
    town: Town, open_page: OpenPage, lang: str, referendum_open: UUID
) -> None:
    assert referendum_open
    colleague = hire(town, "clerk")
    with town.begin() as uow:
        token = sessions.open_staff(uow, held(uow.session, colleague.id)).token
    page = open_page("/desk/register/days-off", width=360, lang=lang, session=token)
    for name, typed in {
        "day": "2027-05-04",
        "title_ko": "임시공휴일",
        "title_en": "Day off",
        "document_number": "공고 1호",
        "document_day": "2027-02-01",
        "reason": "관보 공고",
    }.items():
        page.locator(f"#field-{name}").fill(typed)
    page.locator("#field-form button[type=submit]").click()
    shown = page.locator("#field-form table tbody tr")
    expect(shown).to_have_count(2)
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-form button[type=submit]").click()
    page.wait_for_url("**/desk/proposals/**")
    assert barriers(page, widths=WIDTHS) == []
    assert town.seconds_all() == 1
    page.goto("/desk/register/days-off")
    expect(page.locator("del")).to_have_count(2)
    assert barriers(page, widths=WIDTHS) == []
    page.goto("/desk/measures/1/deadlines/collection_ends")
    expect(page.locator("del")).to_have_count(1)
    assert barriers(page, widths=WIDTHS) == []
    page.goto("/measures/1")
    expect(page.locator("#moved")).to_be_visible()
    expect(page.locator("del")).to_have_count(2)
    assert barriers(page, widths=WIDTHS) == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_queue_says_until_when_and_whose_turn_it_is(
    town: Town, open_page: OpenPage, lang: str, advisory_called: UUID
) -> None:
    """Days, texts, the lot, and what others have to do; nothing is slid sideways."""
    colleague = hire(town, "clerk")
    with town.begin() as uow:
        token = sessions.open_staff(uow, held(uow.session, colleague.id)).token
    town.waits_for("arguments_end", advisory_called, seconds=-4 * 24 * 3600)
    page = open_page("/desk", width=360, lang=lang, session=token)
    expect(page.locator(".d-day").first).to_have_text("D-3")
    expect(page.locator("#awaited")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
