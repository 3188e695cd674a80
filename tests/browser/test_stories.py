"""Whole stories by keyboard alone, in forced colours, and twice as large: nothing of them is lost.

WEB-01, WEB-05. The same stories by pointer, with scripts and without, are told in their own files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from referendum.identity import codes
from referendum.kernel.people import Authority
from tests.browser.conftest import OpenPage, barriers
from tests.browser.test_signing import standing
from tests.town import Town
from tests.web.visitors import folds, identity_of, phone_of, registers_phone
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

SCREENS: Final = (("ko", 360), ("en", 1280))
WAYS: Final = ("by keyboard", "in forced colours", "twice as large")
PERSON: Final = 30
STOPS: Final = 200
"""Presses of the tab key after which a thing counts as out of reach."""
SEEN: Final = """() => { const s = getComputedStyle(document.activeElement);
  return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"""


@dataclass
class Reader:
    """Somebody before a screen, who goes the story's way in their own."""

    page: Page
    way: str

    def goes_by(self, selector: str) -> None:
        """Follow a link or press a button, to the page that it leads to."""
        self._reaches(selector)
        if self.way == "by keyboard":
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
        else:
            self._one(selector).click()
        self.page.wait_for_load_state()
        assert barriers(self.page, js=False) == []

    def writes(self, selector: str, text: str) -> None:
        self._reaches(selector)
        if self.way == "by keyboard":
            self.page.keyboard.type(text)
        else:
            self._one(selector).fill(text)

    def ticks(self, selector: str) -> None:
        self._reaches(selector)
        if self.way == "by keyboard":
            self.page.keyboard.press("Space")
        else:
            self._one(selector).check()
        expect(self._one(selector)).to_be_checked()

    def chooses(self, selector: str, value: str) -> None:
        self._reaches(selector)
        self._one(selector).select_option(value)

    def shows_who_they_are(self, town: Town) -> None:
        """Name, birth date and phone, then the code that comes."""
        name, born = identity_of(PERSON)
        self.writes("#field-name", name)
        self.writes("#field-birth_date", born.isoformat())
        self.writes("#field-phone", phone_of(PERSON))
        self.goes_by("main form button[type=submit]:not([name])")
        self.page.wait_for_url(re.compile(r"/sign-in/[0-9a-f-]{36}"))
        challenge = re.findall(r"[0-9a-f-]{36}", self.page.url)[0]
        self.writes("#field-code", codes.derive(town.vault, UUID(challenge)))
        self.goes_by("main form.form button[type=submit]:not([name])")

    def _one(self, selector: str) -> Locator:
        return self.page.locator(selector).first

    def _reaches(self, selector: str) -> None:
        """It is there to be seen; by keyboard, the focus comes to it and is seen to be there."""
        self.page.wait_for_load_state()
        expect(self._one(selector)).to_be_visible()
        if self.way != "by keyboard":
            return
        here = "s => document.activeElement === document.querySelector(s)"
        for _ in range(STOPS):
            if self.page.evaluate(here, selector):
                assert self.page.evaluate(SEEN), f"nothing shows that {selector} has the focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by keyboard on {self.page.url}")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=SCREENS, ids=["ko-360", "en-1280"])
def reader(request: pytest.FixtureRequest, way: str, open_page: OpenPage) -> Iterator[Reader]:
    """At the first page. Twice as large: half the window on a desk, the largest text on a phone."""
    lang, width = request.param
    large = way == "twice as large"
    narrower = width // 2 if large and width > 360 else width
    page = open_page("/help" + ("?text=larger" if large else ""), lang=lang, width=narrower)
    if way == "in forced colours":
        page.emulate_media(forced_colors="active")
    page.goto("/")
    yield Reader(page, way)
    page.emulate_media(forced_colors="none")


def test_a_resident_signs_and_has_a_receipt(town: Town, reader: Reader) -> None:
    registers_phone(town, PERSON)
    measure = town.opens(Instrument.INITIATIVE)
    reader.page.reload()
    reader.goes_by("main a[href='/measures/1']")
    reader.goes_by("main a[href='/measures/1/sign']")
    reader.goes_by("main a.button-primary")
    reader.shows_who_they_are(town)
    for consent in ("purpose", "sensitive", "retention"):
        reader.ticks(f"#field-{consent}")
    reader.goes_by("main form.form button[type=submit]")
    reader.goes_by("main form.form button[type=submit]")
    expect(reader.page.locator(".receipt-value").first).to_be_visible()
    assert standing(town, measure) == 1


def test_a_voter_finds_the_polling_place(
    town: Town, referendum_furnished: UUID, reader: Reader
) -> None:
    assert referendum_furnished
    reader.page.reload()
    reader.goes_by("main a[href='/measures/1']")
    reader.goes_by("main a[href='/measures/1/vote']")
    reader.chooses("#field-district", town.districts[0].code)
    reader.goes_by("main form.form button[type=submit]")
    found = reader.page.locator("#found")
    expect(found).to_be_in_viewport()
    lang = reader.page.locator("html").get_attribute("lang")
    expect(found).to_contain_text(
        town.districts[0].name_ko if lang == "ko" else town.districts[0].name_en
    )


def test_somebody_understands_a_result(town: Town, referendum_called: UUID, reader: Reader) -> None:
    folds(town, referendum_called)
    town.votes(referendum_called, turnout=6, votes={"yes": 4, "no": 2})
    town.certifies(referendum_called, Authority.ELECTION_COMMISSION)
    reader.page.goto("/results")
    reader.goes_by("main a[href='/measures/1']")
    lang = reader.page.locator("html").get_attribute("lang")
    outcome = reader.page.locator("#result").locator("xpath=..")
    expect(outcome).to_contain_text({"ko": "가결", "en": "Passed"}[str(lang)])


def test_an_initiator_comes_to_an_application(town: Town, reader: Reader) -> None:
    registers_phone(town, PERSON)
    reader.goes_by("main a[href='/workspace/new']")
    reader.shows_who_they_are(town)
    reader.ticks("input[value=initiative]")
    reader.goes_by("main form.form button[type=submit]")
    for field, said in (
        ("title_ko", "놀이터에 그늘막을 놓는 조례"),
        ("question_ko", "그늘막을 놓도록 조례로 정해 주세요."),
        ("reason", "여름에 너무 뜨겁다."),
        ("body", "제1조(목적) 이 조례는 그늘막을 정한다."),
    ):
        reader.writes(f"#field-{field}", said)
    reader.goes_by("main form.form button[type=submit]:not([name])")
    reader.goes_by("main form.form button[value=apply]")
    expect(reader.page.locator("#frozen")).to_be_visible()
    reader.goes_by("main form.form button[type=submit]")
    expect(reader.page.locator(".notice-success").first).to_be_visible()
