"""Enrolling for a vote in a real browser: with and without scripts, at 320 pixels, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from referendum.identity import codes, sessions
from referendum.identity.staff import held
from referendum.kernel.people import Authority, Role
from tests.browser.conftest import OpenPage
from tests.lifecycle.enrolling import all_enrol, calls_by_enrolment
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser

Axe = Callable[[Page], list[str]]


def sound(page: Page, axe: Axe, *, js: bool) -> None:
    """No barrier that axe finds, and nothing beside the edge of the window."""
    if js:
        assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize(
    ("width", "lang", "scripts"),
    [(320, "ko", "on"), (768, "en", "on"), (1280, "ko", "on"), (320, "en", "off")],
)
def test_web_02_and_05_somebody_enrols_and_takes_it_back(
    town: Town, open_page: OpenPage, axe: Axe, width: int, lang: str, scripts: str
) -> None:
    """WEB-02, WEB-05: every page sound, faults at their fields, all of it without scripts too."""
    js = scripts == "on"
    measure = calls_by_enrolment(town)
    all_enrol(town, measure, range(10, 17))
    page = open_page("/measures/1", width=width, lang=lang, js=js)
    sound(page, axe, js=js)
    page.locator("a[href='/measures/1/enrol']").click()
    sound(page, axe, js=js)
    page.locator("#field-phone").fill("02-123-4567")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("#error-phone")).to_be_visible()
    page.locator("#field-phone").fill("010-0000-0001")
    page.locator("form.form button[type=submit]").click()
    sound(page, axe, js=js)
    challenge = page.url.rpartition("/")[2]
    page.locator("#field-code").fill(codes.derive(town.vault, UUID(challenge)))
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("#field-name")).to_be_visible()
    sound(page, axe, js=js)
    page.locator("#field-name").fill("낯선이")
    page.locator("form.form button[type=submit]").click()
    if js:
        expect(page.locator(".error-summary")).to_be_focused()
    sound(page, axe, js=js)
    expect(page.locator("#field-name")).to_have_value("낯선이")
    page.locator("#field-birth_date").fill("19900505")
    page.locator("#field-district").select_option(index=1)
    page.locator("#field-nationality").check()
    for statement in ("lives_there", "of_age", "consent"):
        page.locator(f"#field-{statement}").check()
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".definitions")).to_contain_text("낯선이")
    sound(page, axe, js=js)
    page.locator("form[action$='/withdraw'] button").click()
    expect(page.locator("#field-name")).to_be_visible()
    town.waits_for("roll_base", measure)
    page.goto("/measures/1/enrol")
    expect(page.locator(".notice-warning")).to_be_visible()
    sound(page, axe, js=js)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_desks_form_holds_and_names_its_faults(
    town: Town, open_page: OpenPage, axe: Axe, width: int
) -> None:
    calls_by_enrolment(town)
    clerk = hire(town, "mayor.clerk", authority=Authority.MAYOR, roles=(Role.CLERK,))
    with town.begin() as uow:
        token = sessions.open_staff(uow, held(uow.session, clerk.id)).token
    page = open_page("/desk/measures/1/enrol", width=width, session=token)
    sound(page, axe, js=True)
    page.locator("form.form button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    sound(page, axe, js=True)
