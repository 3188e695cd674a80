"""Signing in a real browser: with scripts, without them, and by keyboard alone (WEB-01, WEB-05)."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from referendum.identity import codes
from signatures import collecting, tallying
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.entering import comes_in
from tests.town import Town
from tests.web.visitors import folds, identity_of, phone_of, registers_phone
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

SIGNER = 30
RECEIPT = re.compile(r"(?:[A-Z2-7]{4}-){20,}[A-Z2-7]{1,4}")


@pytest.fixture
def measure(town: Town) -> UUID:
    registers_phone(town, SIGNER)
    return town.opens(Instrument.INITIATIVE)


def code_on(page: Page, town: Town) -> str:
    """The code of the challenge that this page asks for."""
    page.wait_for_url(re.compile(r"/sign-in/[0-9a-f-]{36}"))
    challenge = re.findall(r"[0-9a-f-]{36}", page.url)[0]
    return codes.derive(town.vault, UUID(challenge))


def standing(town: Town, measure: UUID) -> int:
    petition = town.petition(measure)
    with town.begin() as uow:
        return tallying.exact(uow.session, petition).standing


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_the_codes_field_is_in_view_and_focused_on_a_phone(
    town: Town, measure: UUID, open_page: OpenPage, language: str, *, js: bool
) -> None:
    assert measure
    way = "/measures/1/sign/consent"
    page = open_page(f"/sign-in?next={way}&lang={language}", js=js, width=360)
    name, born = identity_of(SIGNER)
    page.locator("#field-name").fill(name)
    page.locator("#field-birth_date").fill(born.strftime("%Y%m%d"))
    page.locator("#field-phone").fill(phone_of(SIGNER))
    page.locator("main form button[type=submit]").first.click()
    code = code_on(page, town)
    field = page.locator("#field-code")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)
    field.fill("12")
    page.keyboard.press("Enter")
    expect(page.locator("#error-code")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)
    # As somebody pastes it who has selected a little too much.
    field.fill(f" {code[:3]}-{code[3:]} ")
    page.keyboard.press("Enter")
    expect(page.locator("#field-purpose")).to_be_visible()


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_signing_from_the_first_page_to_the_receipt(
    town: Town, measure: UUID, open_page: OpenPage, *, js: bool
) -> None:
    page = open_page("/", js=js, width=320)
    faults: list[str] = []
    page.get_by_role("link", name="도서관 야간 개관 조례").click()
    page.get_by_role("link", name="서명하기").click()
    page.get_by_role("link", name="읽었습니다. 계속").click()
    name, born = identity_of(SIGNER)
    page.get_by_label("이름").fill(name)
    page.get_by_label("생년월일").fill(born.strftime("%Y%m%d"))
    page.get_by_label("휴대전화 번호").fill(phone_of(SIGNER))
    page.get_by_role("button", name="인증번호 받기").click()
    code = code_on(page, town)
    faults += barriers(page, js=js)
    page.get_by_label("인증번호 여섯 자리").fill(code)
    page.get_by_role("button", name="확인").click()
    expect(page.get_by_role("button", name="계속")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="계속").click()
    faults += barriers(page, js=js)
    page.get_by_role("button", name="서명합니다").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("서명했습니다")
    faults += barriers(page, js=js)
    assert faults == []
    receipt = RECEIPT.search(page.inner_text("main"))
    assert receipt
    with town.begin() as uow:
        assert collecting.entry_of_receipt(uow.session, receipt[0])
    assert standing(town, measure) == 1
    assert page.get_by_role("button", name="인쇄하기").is_visible() is js
    town.seals()
    page.goto("/record")
    page.get_by_label("확인증", exact=True).fill(receipt[0])
    page.get_by_role("button", name="확인하기").click()
    # The answer stands below what the page tells of the record: it is led to.
    expect(page.locator("[data-focus]", has=page.locator(".notice-success"))).to_be_focused()
    assert barriers(page, js=js) == []


def reaches(page: Page, selector: str) -> None:
    """Go on with the tab key until the focus is there; what has it must be seen to have it."""
    page.wait_for_load_state()
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            seen = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"
            )
            assert seen, f"nothing shows that {selector} has the focus"
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_the_keyboard_alone_completes_signing(
    town: Town, measure: UUID, open_page: OpenPage
) -> None:
    page = open_page("/measures/1")
    press = page.keyboard.press
    reaches(page, "a[href='/measures/1/sign']")
    press("Enter")
    page.wait_for_url("**/sign")
    reaches(page, "a[href^='/sign-in']")
    press("Enter")
    page.wait_for_url("**/sign-in?**")

    reaches(page, "main button[type=submit]")
    press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    reaches(page, ".error-summary a")
    press("Enter")
    expect(page.locator("#field-name")).to_be_focused()

    name, born = identity_of(SIGNER)
    page.keyboard.type(name)
    press("Tab")
    page.keyboard.type(born.isoformat())
    press("Tab")
    page.keyboard.type(phone_of(SIGNER))
    press("Enter")
    code = code_on(page, town)
    reaches(page, "#field-code")
    page.keyboard.type(code)
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("개인정보 동의")

    reaches(page, "main button[type=submit]")
    press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    for consent in ("purpose", "sensitive", "retention"):
        reaches(page, f"#field-{consent}")
        press("Space")
    press("Tab")
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("서명 확인")
    reaches(page, "main button[type=submit]")
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("서명했습니다")
    assert standing(town, measure) == 1


def test_the_panel_of_a_draft_follows_what_is_chosen(town: Town, open_page: OpenPage) -> None:
    town.drafts(Instrument.RECALL, office=None)
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(1)).token
    page = open_page("/workspace/1/edit", session=token)
    panel = page.locator("#needed-panel")
    expect(panel).to_contain_text("대상 공직을 고르면")
    page.get_by_label("대상 공직").select_option("mayor")
    expect(panel).to_contain_text("528 × 15% = 80 (소수점 아래는 올림)")


PAGES = (
    "/",
    "/results",
    "/search?q=%EC%A1%B0%EB%A1%80",
    "/measures",
    "/measures/1",
    "/measures/2",
    "/measures/1/sign",
    "/measures/2/sign",
    "/sign-in",
    "/may-i",
)
OWN_PAGES = (
    "/measures/1/sign/consent",
    "/my-signatures",
    "/may-i",
    "/workspace",
    "/workspace/new",
    "/workspace/1",
    "/workspace/1/sheet",
    "/workspace/1/withdraw",
    "/workspace/1/invite",
    "/workspace/1/leave",
    "/workspace/3/edit",
    "/workspace/3/apply",
)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_axe_finds_nothing_at_any_width(town: Town, open_page: OpenPage, lang: str) -> None:
    """WEB-02: at 320, 768 and 1280 px."""
    first = town.opens(Instrument.ADVISORY)
    for number in town.some(7, district=3):
        town.signs(first, number)
    folds(town, first)
    second = town.opens(Instrument.RECALL)
    town.brings(second, town.spread(40))
    folds(town, second)
    town.drafts(Instrument.REFERENDUM)
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(1)).token
    found: list[str] = []
    for session, paths in ((None, PAGES), (token, OWN_PAGES)):
        page = open_page("/", lang=lang, session=session)
        for path in paths:
            page.goto(path)
            found += barriers(page, widths=WIDTHS)
    assert found == []
