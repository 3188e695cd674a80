"""Drafting at the desk in a real browser: no barriers, and a fault that is found and mended."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.lifecycle import locating
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.town import Town
from tests.web.staff import hire
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

NEW = "/desk/measures/new"


def session_of_a_clerk(town: Town) -> str:
    colleague = hire(town, "mayor")
    with town.begin() as uow:
        return sessions.open_staff(uow, held(uow.session, colleague.id)).token


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_office_drafts_a_choice_of_two_without_barriers(
    town: Town, open_page: OpenPage, lang: str
) -> None:
    """WEB-02, WEB-05: axe and reflow at each step; the summary is focused and leads to fields."""
    page = open_page("/desk", session=session_of_a_clerk(town), lang=lang)

    def sound() -> str:
        assert barriers(page, widths=WIDTHS) == []
        return page.title()

    titles = [sound()]
    page.locator(f"a[href='{NEW}']").click()
    titles.append(sound())
    page.locator(f"a[href='{NEW}/advisory']").click()
    titles.append(sound())
    page.locator("#field-title_ko").fill("빈 터의 쓰임")
    page.locator("#field-answers-2").check()
    page.locator("details:has(#field-option_1_ko) > summary").click()
    page.locator("#field-option_1_ko").fill("공원")
    page.locator("#field-option_2_ko").fill("공원")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    sound()
    page.locator(".error-summary a[href='#field-option_2_ko']").click()
    expect(page.locator("#field-option_2_ko")).to_be_focused()
    expect(page.locator("#field-title_ko")).to_have_value("빈 터의 쓰임")
    page.locator("#field-option_2_ko").fill("도서관")
    page.locator("#field-question_ko").fill("빈 터에 무엇을 지을까요?")
    page.locator("#field-reason").fill("오래 비어 있는 땅이다.")
    page.locator("#field-body").fill("시유지의 쓰임을 정한다.")
    page.locator("form.form button[type=submit]").click()
    page.wait_for_url("**/desk/measures/1/draft")
    titles.append(sound())
    assert len(set(titles)) == len(titles), "every page has a title of its own"
    expect(page.locator("#field-option_2_ko")).to_have_value("도서관")


def test_an_office_drafts_without_scripts(town: Town, open_page: OpenPage) -> None:
    """WEB-01."""
    page = open_page(f"{NEW}/referendum-mayor", session=session_of_a_clerk(town), js=False)
    for name in ("title_ko", "question_ko", "reason", "body"):
        page.locator(f"#field-{name}").fill("글")
    page.locator("#field-area-2").check()
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#field-area")
    page.locator("input[name=districts]").first.check()
    page.locator("form.form button[type=submit]").click()
    page.wait_for_url("**/desk/measures/1/draft")
    with town.begin() as uow:
        drafted = locating.numbered(uow.session, town.place, 1)
    assert drafted.instrument == Instrument.REFERENDUM
    assert drafted.districts == [str(town.districts[0].id)]
