"""The desk in a real browser: one administrator's path, and what assistive technology meets."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Act, Stage
from signatures import examinations
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.doors.gate import services
from tests.identity.desk import PASSWORD
from tests.town import Town
from tests.web.staff import Colleague, hire
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser


@pytest.fixture
def office(keyring: Keyring, database_url: str) -> Iterator[Office]:
    """The background, which does what was asked of it when it is told to."""
    service = services(keyring, database_url)
    yield Office(service)
    service.engine.dispose()


def session_of(town: Town, colleague: Colleague) -> str:
    with town.begin() as uow:
        return sessions.open_staff(uow, held(uow.session, colleague.id)).token


def certifies(page: Page, number: int, colleague: Colleague) -> None:
    page.goto(f"/desk/measures/{number}/certify")
    page.get_by_label("인증 앱의 새 번호").fill(colleague.code())
    page.get_by_role("button", name="이 결과를 확인합니다").click()


def test_an_administrator_admits_a_measure_after_signing_in(
    town: Town, open_page: OpenPage
) -> None:
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    colleague = hire(town, "mayor.one")
    page = open_page("/desk")
    page.get_by_label("사용자 이름").fill(colleague.username)
    page.get_by_label("비밀번호").fill(PASSWORD)
    page.get_by_label("인증 앱의 여섯 자리 번호").fill("000000")
    page.get_by_role("button", name="로그인").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert barriers(page) == []
    page.get_by_label("비밀번호").fill(PASSWORD)
    page.get_by_label("인증 앱의 여섯 자리 번호").fill(colleague.code())
    page.get_by_role("button", name="로그인").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("할 일")
    page.get_by_role("link", name="대표자 증명서 발급·공표").click()
    page.get_by_role("button", name="대표자 증명서 발급·공표").click()
    expect(page.locator(".notice-success")).to_contain_text("처리하여 기록에 남겼습니다")
    assert town.stage(measure) is Stage.COLLECTING


def test_a_wrong_sum_is_refused_corrected_and_certified_by_two_officers(
    town: Town, referendum_called: UUID, open_page: OpenPage
) -> None:
    town.votes(referendum_called, turnout=5, votes=None)
    number = town.measure(referendum_called).number
    one, two, three = (
        hire(town, f"election.{name}", authority=Authority.ELECTION_COMMISSION)
        for name in ("one", "two", "three")
    )
    page = open_page(f"/desk/measures/{number}/polling", session=session_of(town, one), width=768)
    assert barriers(page) == []
    rows = "".join(f"{district.code},1,5,3,2,0\n" for district in town.districts[1:])
    page.set_input_files(
        "#field-file-count",
        {
            "name": "counts.csv",
            "mimeType": "text/csv",
            "buffer": f"district,station,papers,yes,no,invalid\n{rows}".encode(),
        },
    )
    page.locator("form:has(#field-file-count) button").click()
    page.locator("tbody td:last-child a").filter(has_text="입력").first.click()
    page.locator("#field-papers").fill("5")
    page.locator("#field-votes-yes").fill("3")
    page.locator("#field-votes-no").fill("1")
    page.locator("#field-invalid").fill("0")
    expect(page.locator("[data-sum-voice]")).to_contain_text("차이가 납니다")
    page.get_by_role("button", name="입력").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").click()
    expect(page.locator("#field-papers")).to_be_focused()
    expect(page.locator("#field-votes-yes")).to_have_value("3")
    assert barriers(page) == []
    page.locator("#field-votes-no").fill("2")
    expect(page.locator("[data-sum-voice]")).to_contain_text("같습니다")
    page.get_by_role("button", name="입력").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("투표소별 개표상황")
    page.goto(f"/desk/measures/{number}/certify")
    expect(page.get_by_text("직접 입력하거나 결정한 것이 있습니다")).to_be_visible()
    second = open_page("/desk", session=session_of(town, two))
    certifies(second, number, two)
    expect(second.get_by_text("이미 확인했습니다")).to_be_visible()
    other = open_page("/desk", session=session_of(town, three), width=320)
    certifies(other, number, three)
    expect(other.get_by_role("heading", level=1)).to_contain_text("주민투표")
    assert barriers(other) == []
    assert town.stage(referendum_called) is Stage.DECLARED


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_examination_is_watched_until_its_figures_are_there(
    town: Town, open_page: OpenPage, office: Office, lang: str
) -> None:
    """WEB-02: axe while it waits, while it runs and when it has ended; nothing typed is lost."""
    measure = town.opens(Instrument.REFERENDUM)
    town.collects(measure, town.spread(5), bad=3)
    number = town.measure(measure).number
    token = session_of(town, hire(town, "mayor.one"))
    path = f"/desk/measures/{number}/examination"
    page = open_page(path, session=token, width=320, lang=lang)
    page.locator("#field-form button").click()
    said = page.locator("#pass-voice")
    expect(said).to_contain_text({"ko": "곧 시작합니다", "en": "about to start"}[lang])
    assert barriers(page, widths=(1280, 320)) == []
    page.locator("#field-line").fill("12")
    (ask,) = office.waiting("petitions.examine")
    with town.begin() as uow:
        examinations.start(uow, UUID(ask.arguments["examination_id"]))
    expect(page.locator("#pass-done")).to_contain_text({"ko": "준비", "en": "Preparing"}[lang])
    with town.begin() as uow:
        examinations.keep(uow, UUID(ask.arguments["examination_id"]), done=3, lines=8)
    expect(page.locator("#pass progress")).to_have_attribute("value", "3")
    assert barriers(page, widths=(1280, 320)) == []
    office.empties()
    expect(page.locator("tbody a[href*='/lines/']")).to_have_count(3)
    expect(said).to_contain_text({"ko": "마쳤습니다", "en": "has ended"}[lang])
    expect(page.locator("#field-line")).to_have_value("12")
    expect(page.locator("[hx-trigger]")).to_have_count(0)
    assert barriers(page, widths=(1280, 320)) == []


def test_the_examination_can_be_followed_without_scripts(
    town: Town, open_page: OpenPage, office: Office
) -> None:
    """WEB-01."""
    measure = town.opens(Instrument.REFERENDUM)
    town.collects(measure, town.spread(5), bad=3)
    token = session_of(town, hire(town, "mayor.one"))
    path = f"/desk/measures/{town.measure(measure).number}/examination"
    page = open_page(path, session=token, js=False)
    page.locator("#field-form button").click()
    expect(page.locator("#pass progress")).to_be_visible()
    office.empties()
    page.get_by_role("link", name="새로고침").click()
    expect(page.locator("#pass-voice")).to_contain_text("8줄을 심사했습니다")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_pages_hold_no_barriers_at_any_width(
    town: Town, open_page: OpenPage, lang: str
) -> None:
    """WEB-02: axe, reflow and a title of its own for every page."""
    measure = town.opens(Instrument.REFERENDUM)
    town.brings(measure, town.spread(3), bad=1)
    town.seals()
    number = town.measure(measure).number
    clerk = open_page("/desk", session=session_of(town, hire(town, "mayor.one")), lang=lang)
    chief = hire(town, "mayor.two", roles=(Role.ADMINISTRATOR,))
    administrator = open_page("/desk", session=session_of(town, chief), lang=lang)
    base = f"/desk/measures/{number}"
    paths = ["/desk", base, f"{base}/examination", f"{base}/examination/paper", f"{base}/holds"]
    paths += [f"{base}/deadlines/collection_ends", "/desk/register", "/desk/register/totals"]
    paths += ["/desk/register/days-off", "/desk/register/outages"]
    paths += ["/desk/register/elections", "/desk/staff", "/desk/alarms", "/desk/confirm"]
    paths += ["/record", "/record/entries/0", "/rules", "/demo", "/demo/outbox"]
    titles = set()
    for path in paths:
        page = administrator if path == "/desk/staff" else clerk
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        assert barriers(page, widths=WIDTHS) == []
        titles.add(page.title())
    assert len(titles) == len(paths), "every page has a title of its own"


def test_the_desk_works_without_scripts(town: Town, open_page: OpenPage) -> None:
    """WEB-01."""
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    colleague = hire(town, "mayor.one")
    page = open_page("/desk", js=False)
    page.locator("#field-username").fill(colleague.username)
    page.locator("#field-password").fill(PASSWORD)
    page.locator("#field-code").fill(colleague.code())
    page.get_by_role("button", name="로그인").click()
    page.goto(f"/desk/measures/{town.measure(measure).number}/acts/refuse")
    page.get_by_role("button", name="확인을 요청합니다").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("#field-document_number").fill("시장-1")
    page.locator("#field-document_day").fill("2027-02-01")
    page.locator("#field-reason").fill("요건이 없음")
    page.get_by_role("button", name="확인을 요청합니다").click()
    expect(page.locator(".notice-success")).to_contain_text("다른 담당자가 확인하면 처리됩니다")
    assert town.stage(measure) is Stage.APPLIED
    assert town.seconds_all() == 1
    assert town.stage(measure) is Stage.REFUSED
