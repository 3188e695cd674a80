"""The pages of a vote's stations in a real browser: no barriers, and a whole path by keyboard."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import expect

from ballots import stations
from referendum.lifecycle import locating, polling
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.browser.test_desk import session_of
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_stations_are_arranged_without_barriers(
    town: Town, open_page: OpenPage, advisory_furnished: UUID, lang: str
) -> None:
    """WEB-02: axe, reflow, titles; WEB-05: what is wrong comes first and is focused."""
    measure = advisory_furnished
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, measure)).id
        box = stations.boxes_of(uow.session, poll)[0]
    base = f"/desk/measures/{town.measure(measure).number}/stations"
    place = f"district={box.district_id}"
    token = session_of(town, hire(town, "mayor.one"))
    page = open_page(f"{base}/new?{place}", session=token, width=WIDTHS[0], lang=lang)
    page.locator("#field-electors").fill("999")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert barriers(page, widths=WIDTHS) == []
    page.locator(".error-summary a").click()
    expect(page.locator("#field-electors")).to_be_focused()
    page.locator("#field-electors").fill("3")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success").first).to_be_visible()
    titles = set()
    paths = (base, f"{base}/new?{place}", f"{base}/new?{place}&kind=early", f"{base}/move?{place}")
    for path in (*paths, f"{base}/boxes/{box.id}/name"):
        page.goto(path)
        assert barriers(page, widths=WIDTHS) == []
        titles.add(page.title())
    assert len(titles) == len(paths), "only the two kinds of the same form share a title"
