"""In a browser: the queue with its tasks, what moved, one's mail, and a voiding taken back."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import proposing, reviewing, undoing
from referendum.lifecycle.dates import daysoff
from tests.browser.conftest import OpenPage, barriers
from tests.papers import PAPER
from tests.town import Town, seconded
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 1280)


def shows(page: Page, name: str) -> None:
    """Kept to be looked at where a folder is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def token_of(town: Town, colleague: Colleague) -> str:
    with town.begin() as uow:
        return sessions.open_staff(uow, held(uow.session, colleague.id)).token


@pytest.mark.parametrize(("lang", "width"), [("ko", 360), ("en", 1280)])
def test_a_task_is_taken_and_handed_on_and_what_moved_is_read(
    town: Town, open_page: OpenPage, lang: str, width: int, referendum_called: UUID
) -> None:
    assert referendum_called
    measure = town.opens(Instrument.REFERENDUM)
    kim = hire(town, "kim", roles=(Role.CLERK, Role.EXAMINER))
    hire(town, "lee", roles=(Role.CLERK,))
    ends = town.deadline(measure, "collection_ends") + timedelta(hours=9)
    with town.begin() as uow:
        daysoff.add(
            uow, day=(ends - timedelta(days=1)).date(), off=True, title_ko="임시공휴일",
            title_en="Day off", reason="관보 제1호", document=PAPER,
            by=seconded(town.officer(Authority.MAYOR)),
        )  # fmt: skip
    page = open_page("/desk", width=width, lang=lang, session=token_of(town, kim))
    expect(page.locator("#moved")).to_be_visible()
    shows(page, f"queue-{lang}")
    assert barriers(page, widths=WIDTHS) == []
    page.locator("form[action$='/reading'] button").first.click()
    expect(page.locator("#moved")).to_have_count(0)
    page.goto("/desk/mail")
    shows(page, f"mail-{lang}")
    assert barriers(page, widths=WIDTHS) == []


@pytest.mark.parametrize(("lang", "width"), [("ko", 360), ("en", 1280)])
def test_a_task_has_a_page_on_which_it_changes_hands(
    town: Town, open_page: OpenPage, lang: str, width: int, referendum_sufficient: UUID
) -> None:
    assert referendum_sufficient
    kim = hire(town, "kim", roles=(Role.CLERK,))
    hire(town, "lee", roles=(Role.CLERK,))
    page = open_page("/desk", width=width, lang=lang, session=token_of(town, kim))
    page.locator("form[action$='/taking'] button").first.click()
    expect(page.locator("#mine")).to_be_visible()
    shows(page, f"taken-{lang}")
    assert barriers(page, widths=WIDTHS) == []
    page.locator("a[href^='/desk/tasks/']").first.click()
    shows(page, f"task-{lang}")
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-colleague").select_option(index=0)
    page.locator("form[action$='/handing'] button").click()
    expect(page.locator("main ol li")).to_have_count(2)


@pytest.mark.parametrize(("lang", "width"), [("ko", 360), ("en", 1280)])
def test_a_voiding_of_many_lines_is_taken_back(
    town: Town, open_page: OpenPage, lang: str, width: int, referendum_open: UUID
) -> None:
    town.collects(referendum_open, town.some(3), bad=4)
    kim = hire(town, "kim", roles=(Role.EXAMINER,))
    officer = town.officer(Authority.MAYOR)
    reviewing.examine(town.begin, town.means, referendum_open, officer)
    petition = town.petition(referendum_open)
    with town.begin() as uow:
        put = proposing.propose_voiding(uow, town.means, petition, note="명부에 없음", by=officer)
    town.seconds(put, officer)
    number = town.measure(referendum_open).number
    path = f"/desk/measures/{number}/examination"
    page = open_page(path, width=width, lang=lang, session=token_of(town, kim))
    page.locator("details summary").last.click()
    shows(page, f"voidings-{lang}")
    assert barriers(page, widths=WIDTHS) == []
    page.locator("form[action$='/undoing'] textarea").fill("학교 명부로 확인됨")
    page.locator("form[action$='/undoing'] button").click()
    page.wait_for_url("**/desk/proposals/*")
    shows(page, f"unvoid-{lang}")
    assert barriers(page, widths=WIDTHS) == []
    assert town.seconds_all() == 1
    with town.begin() as uow:
        (one,) = undoing.of_petition(uow.session, petition)
    assert one.undone is not None
    page.goto(path)
    expect(page.locator("#open")).to_be_visible()
    page.locator("table a[href*='/lines/']").first.click()
    shows(page, f"line-{lang}")
    assert barriers(page, widths=WIDTHS) == []
