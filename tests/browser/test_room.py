"""What stands beside each other has room: nothing is hit by mistake, and nothing is torn apart."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from referendum.identity import sessions
from referendum.identity.staff import held
from tests.browser.conftest import OpenPage
from tests.entering import comes_in
from tests.town import Town
from tests.web.staff import hire
from tests.web.visitors import identity_of, phone_of, registers_phone

pytestmark = pytest.mark.browser

SIGNER = 30
WIDTHS = (320, 360, 1280)
ROOM = 16


def box(one: Locator) -> FloatRect:
    found = one.bounding_box()
    assert found
    return found


def room(above: Locator, below: Locator) -> float:
    return box(below)["y"] - box(above)["y"] - box(above)["height"]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_form_keeps_its_distance_from_what_follows(
    town: Town, initiative_open: UUID, open_page: OpenPage, width: int
) -> None:
    town.signs(initiative_open, SIGNER)
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(SIGNER)).token
    page = open_page("/measures/1", width=width, session=token)
    assert room(page.locator("main form button").last, page.locator(".tile-figure")) >= ROOM
    page.goto("/my-signatures/1/withdraw")
    assert room(page.locator(".button-danger"), page.locator("main p a")) >= ROOM


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_clock_stands_beside_its_words(
    town: Town, open_page: OpenPage, width: int, lang: str
) -> None:
    registers_phone(town, SIGNER)
    page = open_page("/sign-in", width=width, lang=lang)
    name, born = identity_of(SIGNER)
    page.locator("#field-name").fill(name)
    page.locator("#field-birth_date").fill(born.strftime("%Y%m%d"))
    page.locator("#field-phone").fill(phone_of(SIGNER))
    page.locator("main .form button").click()
    words = page.locator("main .countdown-text")
    expect(words).to_be_visible()
    assert room(page.locator("main .countdown .icon"), words) < 0


@pytest.mark.parametrize("width", WIDTHS[:2])
def test_the_way_out_of_an_officers_session_begins_where_its_line_begins(
    town: Town, open_page: OpenPage, width: int
) -> None:
    colleague = hire(town, "admin")
    with town.begin() as uow:
        token = sessions.open_staff(uow, held(uow.session, colleague.id)).token
    page = open_page("/desk", width=width, session=token)
    left = page.locator(".session-acts button").evaluate(
        """one => {
            const range = document.createRange();
            range.selectNodeContents(one);
            return range.getBoundingClientRect().x;
        }"""
    )
    assert abs(left - box(page.locator(".session-bar .countdown"))["x"]) <= 2


@pytest.mark.parametrize("width", WIDTHS[:2])
def test_a_receipts_words_are_set_as_words_and_its_codes_as_codes(
    town: Town, initiative_open: UUID, open_page: OpenPage, width: int
) -> None:
    assert initiative_open
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(SIGNER)).token
    page = open_page("/measures/1/sign/consent", width=width, session=token)
    for one in page.get_by_role("checkbox").all():
        one.check()
    for _ in range(2):
        page.locator("main .form button").click()
    letters = page.locator(".receipt dd").evaluate_all(
        "all => all.map(one => getComputedStyle(one).fontFamily.includes('monospace'))"
    )
    assert letters == [False, False, True]
    starts = page.locator(".receipt :is(dt, dd)").evaluate_all(
        "all => new Set(all.map(one => one.getBoundingClientRect().x)).size"
    )
    assert starts == 1
