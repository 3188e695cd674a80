"""The desk of an advisory vote and what residents see of it, in a real browser without barriers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.draw import Source
from referendum.kernel.people import Authority
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import answering, arguing, drawing, following_up
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.advisory.arguing import Point
from referendum.lifecycle.advisory.following_up import Content, ItemKind, State
from referendum.lifecycle.office.approving import Approval
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.town import Town, seconded
from tests.web.staff import hire
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

VALUE = "0c" * 32
BALLOT = "a[href='/measures/1/ballot']"
DOC = Document("시민참여과-7", date(2027, 2, 1))


def called(town: Town) -> UUID:
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(measure, Authority.MAYOR)
    return measure


def staffed(town: Town, name: str) -> str:
    colleague = hire(town, name)
    with town.begin() as uow:
        return sessions.open_staff(uow, held(uow.session, colleague.id)).token


def test_an_office_hands_in_a_text_and_two_officers_draw_the_order(
    town: Town, open_page: OpenPage
) -> None:
    """WEB-02, WEB-05: a fault is told at its field and mended; every page holds at 320 pixels."""
    measure = called(town)
    first, second = staffed(town, "mayor.one"), staffed(town, "mayor.two")
    page = open_page("/desk/measures/1/arguments", session=first, width=WIDTHS[0])
    assert barriers(page, widths=WIDTHS) == []
    page.locator("a[href$='/arguments/yes']").click()
    page.locator("#field-point_1_ko").fill("늦게까지 일하는 주민도 도서관을 쓸 수 있습니다.")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-document_number").fill("제7호")
    page.locator("#field-document_day").fill("2027-02-01")
    page.locator("#field-said_by").fill("도서관 벗 모임")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".side").filter(has_text="도서관 벗 모임")).to_have_count(1)
    page.goto("/desk/measures/1/draw")
    assert barriers(page, widths=WIDTHS) == []
    day = town.now().date() + timedelta(days=2)
    page.locator("#field-kind").check()
    page.locator("#field-name").fill("default")
    page.locator("#field-draw_number").fill("5123456")
    page.locator("#field-day").fill(day.isoformat())
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("drand default 5123456")
    town.waits(days=2)
    for session in (first, second):
        page = open_page("/desk/measures/1/draw", session=session, width=WIDTHS[0])
        assert barriers(page, widths=WIDTHS) == []
        page.locator("#field-value").fill(VALUE)
        page.locator("#field-published_in").fill("api.drand.sh")
        page.locator("form.form button[type=submit]").click()
    expect(page.locator("main .notice ol li")).to_have_count(2)
    assert barriers(page, widths=WIDTHS) == []
    with town.begin() as uow:
        order = [one["ko"] for one in drawing.options(uow.session, town.measure(measure))]
    assert page.locator("main .notice ol li").all_inner_texts() == order


def with_texts(town: Town) -> UUID:
    """A vote whose texts are public and whose order was drawn."""
    measure = called(town)
    mayor = town.officer(Authority.MAYOR)
    with town.begin() as uow:
        points = [Point("늦게까지 일하는 주민도 쓸 수 있습니다.", "Late workers can use it.")] * 3
        arguing.enter(
            uow, measure, option="yes", said_by="도서관 벗 모임", points=points, document=DOC,
            by=mayor,
        )  # fmt: skip
        day = town.now().date() + timedelta(days=2)
        drawing.commit(
            uow, measure, kind=Source.DRAND, name="default", number="5123456", day=day, by=mayor
        )
    town.waits(days=2)
    for officer in (mayor, town.officer(Authority.MAYOR)):
        with town.begin() as uow:
            drawing.enter_value(uow, measure, value=VALUE, published_in="api.drand.sh", by=officer)
    return measure


def followed(town: Town, measure: UUID) -> None:
    """Answered in part, with four items of which one is late."""
    mayor, today = town.officer(Authority.MAYOR), town.now().date()
    reply = Reply(
        reasons_ko="평일 밤 10시까지 열고, 주말 연장은 인력 때문에 미룹니다.",
        reasons_en="Open until ten on weekdays; weekends wait for staff.",
        approval=Approval(DOC),
    )
    items = [
        Content(kind=ItemKind.BUDGET_LINE, title_ko="야간 운영비", title_en="Evening running costs",
                amount=120_000_000, planned=today + timedelta(days=5)),
        Content(kind=ItemKind.MILESTONE, title_ko="직원 채용", planned=today + timedelta(days=40),
                state=State.UNDER_WAY),
        Content(kind=ItemKind.MILESTONE, title_ko="주민 설명회", planned=today,
                state=State.DONE, done_on=today),
        Content(kind=ItemKind.MILESTONE, title_ko="주말 연장", planned=today + timedelta(days=60),
                state=State.DROPPED, note="인력 부족"),
    ]  # fmt: skip
    with town.begin() as uow:
        answering.answer(
            uow, town.means, measure, decision=Decision.PARTLY, reply=reply, by=seconded(mayor)
        )
        for content in items:
            following_up.add(uow, measure, content=content, by=seconded(mayor))
    town.waits(days=10)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_residents_read_both_sides_miss_the_answer_and_watch_what_follows(
    town: Town, open_page: OpenPage, lang: str
) -> None:
    """WEB-02: spaces of one size, a missing answer on the first page, progress that is told."""
    measure = with_texts(town)
    town.waits_for("arguments_end", measure)
    page = open_page("/measures/1", lang=lang)
    unfold, ballot = page.locator("#lot ~ details > summary"), page.locator(BALLOT)
    for width in WIDTHS:
        assert barriers(page, widths=[width]) == []
        heights = page.locator(".side").evaluate_all("all => all.map(one => one.offsetHeight)")
        assert len(heights) == 2
        assert heights[0] == heights[1]
        unfold.click()
        assert barriers(page) == []
        ballot.click(trial=True)
        unfold.click()
    ballot.click()
    expect(page.locator(".ballot-options li")).to_have_count(2)
    assert barriers(page, widths=WIDTHS) == []
    town.votes(measure, turnout=2, votes={"yes": 1, "no": 1})
    town.certifies(measure, Authority.MAYOR)
    town.waits_for("answer_due", measure)
    page = open_page("/", width=320, lang=lang)
    expect(page.locator(".unanswered li")).to_have_count(1)
    assert barriers(page) == []
    page.locator(".unanswered li a").click()
    expect(page.locator(".notice-danger")).to_have_count(1)
    assert barriers(page) == []
    followed(town, measure)
    page = open_page("/measures/1", lang=lang)
    expect(page.locator(".follow-up-item")).to_have_count(4)
    expect(page.locator(".follow-up-late")).to_have_count(1)
    assert barriers(page, widths=(320, 1280)) == []
    expect(open_page("/", lang=lang).locator(".unanswered")).to_have_count(0)


@pytest.mark.usefixtures("advisory_declared")
def test_the_office_answers_and_keeps_the_follow_up(town: Town, open_page: OpenPage) -> None:
    """WEB-05: what is wrong is said at its field; what was answered can only be added to."""
    page = open_page("/desk/measures/1", session=staffed(town, "mayor.one"), width=320)
    page.locator("a[href='/desk/measures/1/answer']").click()
    assert barriers(page) == []
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("#field-decision-2").check()
    page.locator("#field-reasons_ko").fill("일부만 합니다.")
    page.locator("#field-deputy_office").fill("기획조정실장")
    page.locator("#field-deputy_name").fill("나국장")
    page.locator("#field-document_number").fill("제9호")
    page.locator("#field-document_day").fill("2027-02-01")
    page.locator("form.form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/desk/proposals/"))
    assert barriers(page) == []
    assert town.seconds_all() == 1
    page.goto("/desk/measures/1/answer")
    expect(page.locator("#field-decision")).to_have_count(0)
    assert barriers(page) == []
    page.goto("/desk/measures/1/follow-up")
    assert barriers(page) == []
    page.locator("#field-title_ko").fill("주민 설명회")
    page.locator("#field-planned").fill("2027-12-01")
    page.locator("form.form button[type=submit]").click()
    page.locator("a[href='/desk/measures/1/follow-up/1']").click()
    assert barriers(page) == []
    page.locator("#field-state-4").check()
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary a[href='#field-note']")).to_have_count(1)
    page.locator("#field-note").fill("그만둔 이유")
    page.locator("form.form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/desk/proposals/"))
    expect(page.locator("table")).to_contain_text("그만둠")
    assert barriers(page) == []
    assert town.seconds_all() == 1
    page.goto("/desk/measures/1/follow-up")
    expect(page.locator("table")).to_contain_text("그만둠")
