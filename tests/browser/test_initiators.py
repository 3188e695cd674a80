"""The initiator's way in a real browser: from the home page to an application, and out again."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from referendum.identity import codes
from referendum.identity.tables import SessionRow
from referendum.lifecycle import drafting
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.entering import comes_in
from tests.town import Town
from tests.web.visitors import identity_of, phone_of, registers_phone
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

INITIATOR, FRIEND = 1, 20


def proves(town: Town, page: Page) -> None:
    """The code in the message is typed and sent."""
    challenge = re.findall(r"[0-9a-f-]{36}", page.url)[0]
    page.locator("#field-code").fill(codes.derive(town.vault, UUID(challenge)))
    page.locator("main form.form button[type=submit]:not([name])").click()


def sends(page: Page) -> None:
    page.locator("main form.form button[type=submit]:not([name])").click()


@pytest.mark.parametrize(("lang", "width"), [("ko", 360), ("en", 1280)])
@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_a_first_time_initiator_comes_from_the_home_page_to_an_application(
    town: Town, open_page: OpenPage, lang: str, width: int, *, js: bool
) -> None:
    """No step asks for anything that was not said before; axe and reflow at each."""
    registers_phone(town, INITIATOR)
    page = open_page("/", width=width, lang=lang, js=js)
    page.locator("main a[href='/workspace/new']").first.click()
    name, born = identity_of(INITIATOR)
    page.locator("#field-name").fill(name)
    page.locator("#field-birth_date").fill(born.isoformat())
    page.locator("#field-phone").fill(phone_of(INITIATOR))
    sends(page)
    proves(town, page)
    page.locator("input[value=initiative]").check()
    sends(page)
    page.wait_for_url("**/workspace/1/edit")
    assert barriers(page, js=js) == []
    page.locator("#field-title_ko").fill("놀이터에 그늘막을 놓는 조례")
    page.locator("#field-question_ko").fill("그늘막을 놓도록 조례로 정해 주세요.")
    page.locator("#field-reason").fill("여름에 너무 뜨겁다.")
    page.locator("#field-body").fill("제1조(목적) 이 조례는 그늘막을 정한다.")
    sends(page)
    page.locator("main a[href='#next']").click()
    page.locator("#field-reason").fill("여름에 너무 뜨거워 아이들이 놀지 못한다.")
    page.locator("main form.form button[value=apply]").click()
    expect(page.locator("#frozen").locator("xpath=..")).to_contain_text("놀지 못한다")
    assert barriers(page, js=js) == []
    sends(page)
    page.wait_for_url("**/workspace/1")
    expect(page.locator("#onward")).to_be_visible()
    assert barriers(page, js=js) == []


@pytest.mark.parametrize(("lang", "width"), [("ko", 360), ("en", 1280)])
def test_what_two_decide_together_is_sound_at_every_step(
    town: Town, open_page: OpenPage, lang: str, width: int
) -> None:
    measure = town.opens(Instrument.INITIATIVE)
    town.signs(measure, 9)
    for number in (INITIATOR, FRIEND):
        registers_phone(town, number)
    author, friend = town.resident(INITIATOR), town.resident(FRIEND)
    with town.begin() as uow:
        drafting.join(uow, measure, person=friend.person, by=author)
        token = comes_in(uow, town.vault, friend).token
    page = open_page("/sign-in", width=width, lang=lang)
    page.context.add_cookies([{"name": "session", "value": token, "url": page.url}])
    for path in ("/workspace/1", "/workspace/1/invite", "/workspace/1/leave", "/workspace/1/share"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        assert barriers(page, widths=WIDTHS) == []
    page.goto(page.url.replace("/share", "/withdraw"))
    expect(page.locator(".notice-danger")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-phone").fill(phone_of(FRIEND))
    sends(page)
    assert barriers(page, widths=WIDTHS) == []
    proves(town, page)
    page.wait_for_url("**/workspace/1")
    assert barriers(page, widths=WIDTHS) == []
    page.locator("form[action$='take-back'] button").click()
    expect(page.locator("form[action$='take-back']")).to_have_count(0)


def test_a_sheet_is_a_paper_of_its_own_with_twelve_lines_on_its_first_page(
    town: Town, open_page: OpenPage, tmp_path: Path
) -> None:
    """No header of a site; the text in full follows on the next page."""
    measure = town.opens(Instrument.INITIATIVE)
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(INITIATOR)).token
    page = open_page("/workspace/1/sheet", session=token)
    assert barriers(page) == []
    file = tmp_path / "sheet.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)

    def text(number: int) -> str:
        asked = ["pdftotext", "-layout", "-f", str(number), "-l", str(number), str(file), "-"]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout

    first, second = text(1), text(2)
    assert re.findall(r"(?m)^\s*(\d{1,2})\s*$", first)[-1] == "12"
    assert "Referendum" not in first
    assert "대표자" in first
    assert town.measure(measure).body.splitlines()[0] in second


@pytest.mark.parametrize(("lang", "width"), [("ko", 360), ("en", 1280)])
@pytest.mark.parametrize("ended", ["signed out elsewhere", "time is over"])
@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_what_was_written_outlives_the_session(
    town: Town, open_page: OpenPage, lang: str, width: int, ended: str, *, js: bool
) -> None:
    town.drafts(Instrument.INITIATIVE)
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(1)).token
    page = open_page("/workspace/1/edit", width=width, lang=lang, session=token, js=js)
    written = "여름에 너무 뜨거워 아이들이 놀지 못하고 집에만 있다."
    page.locator("#field-reason").fill(written)
    if ended == "time is over":
        with town.begin() as uow:
            past = SessionRow.idle_until - timedelta(days=1)
            uow.session.execute(update(SessionRow).values(idle_until=past))
    else:
        beside = page.context.new_page()
        beside.goto("/my-signatures")
        beside.locator("form[action='/session/end'] button").click()
        beside.close()
    sends(page)
    expect(page.locator("h1")).to_be_visible()
    kept = [one.input_value() for one in page.locator("textarea[readonly]").all()]
    assert written in kept
    assert barriers(page, js=js) == []
