"""Enrolling for a vote in a real browser: with and without scripts, at 320 pixels, by keyboard."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import expect

from referendum.identity import codes, sessions
from referendum.identity.staff import held
from referendum.kernel.people import Authority, Role
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.lifecycle.enrolment.enrolling import all_enrol, calls_by_enrolment
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("lang", "scripts"), [("ko", "on"), ("en", "on"), ("en", "off")])
def test_web_02_and_05_somebody_enrols_and_takes_it_back(
    town: Town, open_page: OpenPage, lang: str, scripts: str
) -> None:
    """WEB-02, WEB-05: every page sound, faults at their fields, all of it without scripts too."""
    js = scripts == "on"
    measure = calls_by_enrolment(town)
    all_enrol(town, measure, range(10, 17))
    page = open_page("/measures/1", width=WIDTHS[0], lang=lang, js=js)
    assert barriers(page, js=js, widths=WIDTHS) == []
    page.locator("a[href='/measures/1/enrol']").click()
    assert barriers(page, js=js, widths=WIDTHS) == []
    page.locator("#field-phone").fill("02-123-4567")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("#error-phone")).to_be_visible()
    page.locator("#field-phone").fill("010-0000-0001")
    page.locator("form.form button[type=submit]").click()
    assert barriers(page, js=js, widths=WIDTHS) == []
    challenge = page.url.rpartition("/")[2]
    page.locator("#field-code").fill(codes.derive(town.vault, UUID(challenge)))
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("#field-name")).to_be_visible()
    assert barriers(page, js=js, widths=WIDTHS) == []
    page.locator("#field-name").fill("낯선이")
    page.locator("form.form button[type=submit]").click()
    if js:
        expect(page.locator(".error-summary")).to_be_focused()
    assert barriers(page, js=js, widths=WIDTHS) == []
    expect(page.locator("#field-name")).to_have_value("낯선이")
    page.locator("#field-birth_date").fill("19900505")
    page.locator("#field-district").select_option(index=1)
    page.locator("#field-nationality").check()
    for statement in ("lives_there", "of_age", "consent"):
        page.locator(f"#field-{statement}").check()
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".definitions")).to_contain_text("낯선이")
    assert barriers(page, js=js, widths=WIDTHS) == []
    page.locator("form[action$='/withdraw'] button").click()
    expect(page.locator("#field-name")).to_be_visible()
    town.waits_for("roll_base", measure)
    page.goto("/measures/1/enrol")
    expect(page.locator(".notice-warning")).to_be_visible()
    assert barriers(page, js=js, widths=WIDTHS) == []


def test_the_desks_form_holds_and_names_its_faults(town: Town, open_page: OpenPage) -> None:
    calls_by_enrolment(town)
    clerk = hire(town, "mayor.clerk", authority=Authority.MAYOR, roles=(Role.CLERK,))
    with town.begin() as uow:
        token = sessions.open_staff(uow, held(uow.session, clerk.id)).token
    page = open_page("/desk/measures/1/enrol", session=token)
    assert barriers(page, widths=WIDTHS) == []
    page.locator("form.form button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert barriers(page, widths=WIDTHS) == []
