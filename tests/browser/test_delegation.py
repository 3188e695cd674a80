"""One delegation in a real browser, from the mayor's draft to the answer and what follows it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import FilePayload, Page, expect

from referendum.lifecycle import locating
from referendum.lifecycle.stages import Stage
from tests import scans
from tests.browser.conftest import OpenPage, barriers
from tests.browser.test_promises import DRAFT, session_of
from tests.identity.desk import PASSWORD
from tests.town import Town
from tests.web.staff import Colleague, hire

pytestmark = pytest.mark.browser

LABEL: Final = "자문투표 · 법적 구속력 없음"
COUNCIL: Final = "예산은 시의회가 의결합니다."
VALUE: Final = "0c" * 32
SCAN: FilePayload = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": scans.pdf("약속")}
DOCUMENT: Final = {"document_number": "시민참여과-7", "document_day": "2027-02-01"}


def fills(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#field-{name}").fill(value)


def sends(page: Page, form: str = "form.form") -> None:
    page.locator(f"{form} button[type=submit]").click()
    page.wait_for_load_state()
    assert page.locator(".error-summary").count() == 0, page.inner_text("main")


def promises(page: Page, mayor: Colleague, other: Page, second: Colleague) -> None:
    """Drafted, signed with password and code, published by somebody else."""
    page.goto("/desk/promises/new")
    fills(page, **DRAFT)
    fills(page, **{"promises-0-undertaking-ko": "예산안에 반영해 제출합니다."})
    sends(page)
    fills(page, password=PASSWORD, code=mayor.code(), **DOCUMENT)
    page.set_input_files("#field-document_file", SCAN)
    sends(page, "form[action$='/signature']")
    other.goto(page.url.partition("?")[0])
    fills(other, code=second.code(), **{**DOCUMENT, "document_number": "공고 1호"})
    sends(other, "form[action$='/publication']")


def drafts_and_calls(page: Page) -> None:
    """A vote on a project that the promise covers, none of the excluded matters, and called."""
    page.goto("/desk/measures/new/advisory")
    fills(
        page,
        title_ko="강변 체육관을 지을 것인가",
        question_ko="강변 체육관을 짓는 것에 찬성하십니까?",
        reason="찬반이 갈린다.",
        body="강변에 체육관을 짓는다.",
    )
    sends(page)
    page.goto("/desk/measures/1/scope")
    fills(page, total="12,000,000,000")
    for box in page.locator("input[name=confirmed]").all():
        box.check()
    sends(page)
    page.goto("/desk/measures/1/acts/call")
    fills(page, **{**DOCUMENT, "document_number": "발의 1호"})
    sends(page)


def hands_in(page: Page, option: str, said_by: str, text: str) -> None:
    page.goto(f"/desk/measures/1/arguments/{option}")
    fills(page, point_1_ko=text, said_by=said_by, **DOCUMENT)
    sends(page)


def names_the_draw(page: Page, day: date) -> None:
    page.goto("/desk/measures/1/draw")
    page.locator("#field-kind").check()
    fills(page, name="default", draw_number="5123456", day=day.isoformat())
    sends(page)


def answers(page: Page) -> None:
    page.locator("input[name=decision][value=partly]").check()
    fills(page, reasons_ko="작게 짓는 안을 마련합니다.")
    fills(page, **DOCUMENT)
    sends(page)


def test_one_delegation_from_the_draft_to_the_answer(town: Town, open_page: OpenPage) -> None:
    """CER-08: it is labelled at every step, and the missing answer stands on the first page."""
    one, two = hire(town, "mayor.one"), hire(town, "mayor.two")
    desk = open_page("/desk", session=session_of(town, one))
    public = open_page("/", width=360)

    def sees(path: str, *texts: str) -> None:
        public.goto(path)
        assert barriers(public) == []
        for text in texts:
            expect(public.locator("main")).to_contain_text(text)

    promises(desk, one, open_page("/desk", session=session_of(town, two)), two)
    assert town.seconds_all() == 1
    sees("/promises/1", LABEL, COUNCIL, "예산안에 반영해 제출합니다.")
    drafts_and_calls(desk)
    assert town.seconds_all() == 1
    measure = reading_of(town)
    assert town.stage(measure) is Stage.CALLED

    hands_in(desk, "yes", "체육관 벗 모임", "겨울에도 운동할 곳이 생깁니다.")
    hands_in(desk, "no", "강변 풀밭 모임", "강변은 빈 채로 두어야 합니다.")
    names_the_draw(desk, (town.now() + timedelta(days=3)).date())
    sees("/measures/1", LABEL)
    assert "겨울에도 운동할 곳이" not in public.inner_text("main"), "nobody answers the other"

    town.waits(days=3)
    for colleague in (one, two):
        page = open_page("/desk/measures/1/draw", session=session_of(town, colleague))
        fills(page, value=VALUE, published_in="api.drand.sh")
        sends(page)
    town.waits_for("arguments_end", measure)
    sees("/measures/1", LABEL, "겨울에도 운동할 곳이 생깁니다.", "강변은 빈 채로 두어야 합니다.")

    town.votes(measure, turnout=2, votes={"yes": 2, "no": 0})
    for colleague in (one, two):
        page = open_page("/desk/measures/1/certify", session=session_of(town, colleague))
        page.get_by_label("인증 앱의 새 번호").fill(colleague.code())
        page.get_by_role("button", name="이 결과를 확인합니다").click()
        page.wait_for_load_state()
    assert town.stage(measure) is Stage.DECLARED
    sees("/measures/1", LABEL, COUNCIL, "조건이 채워지지 않았습니다.")

    town.waits_for("answer_due", measure, seconds=60)
    sees("/", "답변이 없는 자문투표", "강변 체육관을 지을 것인가", LABEL)
    desk = open_page("/desk/measures/1/answer", session=session_of(town, two))
    answers(desk)
    assert town.stage(measure) is Stage.DECLARED
    assert town.seconds_all() == 1
    assert town.stage(measure) is Stage.ANSWERED
    sees("/")
    assert "답변이 없는 자문투표" not in public.inner_text("main")

    desk.goto("/desk/measures/1/follow-up")
    fills(desk, title_ko="작은 체육관 설계", planned=(town.now().date() + timedelta(5)).isoformat())
    sends(desk)
    sees("/measures/1", "일부만 따릅니다", "작게 짓는 안을 마련합니다.", "작은 체육관 설계")
    town.waits(days=10)
    sees("/measures/1", "늦어짐", LABEL, COUNCIL)


def reading_of(town: Town) -> UUID:
    with town.begin() as uow:
        return locating.numbered(uow.session, town.place, 1).id
