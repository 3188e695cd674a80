"""Projects in a real browser: no barriers, reflow, and the desk's way from file to decision."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel import proposals
from referendum.kernel.people import Authority
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.lifecycle.advisory.test_considering import LARGE, declines
from tests.projects.listing import MATTER, file_of, line, takes
from tests.town import Town
from tests.web.staff import Colleague, hire

pytestmark = pytest.mark.browser


@pytest.fixture
def listed(town: Town) -> Town:
    """Some under a promise, one missed, one not called, one without a budget, one changed."""
    town.delegates()
    takes(town, line(1), line(2, **LARGE, decision_date="2027-05-25"))
    takes(
        town,
        line(1, total_budget="61,234,500,000"),
        line(2, **LARGE, decision_date="2027-05-25"),
        line(3, **LARGE),
        line(4, **MATTER, districts=town.districts[0].name_ko),
        line(5, total_budget="120,000,000", yearly_budget=""),
    )
    town.waits(days=60)
    declines(town, "GY-2027-003")
    return town


def session_of_a_clerk(town: Town) -> str:
    return session_of(town, hire(town, "mayor"))


def session_of(town: Town, colleague: Colleague) -> str:
    with town.begin() as uow:
        return sessions.open_staff(uow, held(uow.session, colleague.id)).token


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_everyone_can_read_the_projects(listed: Town, open_page: OpenPage, lang: str) -> None:
    """WEB-02, WEB-05: axe and reflow of the list, of one missed and of one not called."""
    del listed
    page = open_page("/projects", lang=lang)
    for path in ("/projects", "/projects?q=%EC%97%86", "/projects/1", "/projects/2", "/projects/3"):
        page.goto(path)
        assert barriers(page, widths=WIDTHS) == []
    page.goto("/projects?state=missed")
    expect(page.locator(".cards .card")).to_have_count(1)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_office_goes_from_a_file_to_a_decision_without_scripts(
    town: Town, open_page: OpenPage, tmp_path: Path, width: int
) -> None:
    """WEB-01: the report, a fault of the form that is found, and the public decision."""
    town.delegates()
    colleague = hire(town, "mayor")
    session = session_of(town, colleague)
    page = open_page("/desk/projects", session=session, js=False, width=width)
    file = tmp_path / "projects.csv"
    file.write_bytes(file_of(line(1, **LARGE), line(2, kind="x")))
    page.locator("#field-file").set_input_files(file)
    page.locator("form[action='/desk/projects/preview/import'] button").click()
    expect(page.locator(".faults li")).to_have_count(1)
    takes(town, line(1, **LARGE))
    page.goto("/desk/projects")
    page.locator(".cards a").first.click()
    page.locator("form[action$='/not-calling'] button").click()
    page.locator(".error-summary a[href='#field-reason']").click()
    page.locator("#field-reason").fill("다른 길로 이미 물었다.")
    page.locator("#field-document_number").fill("제7호")
    page.locator("#field-document_day").fill("2027-02-01")
    page.locator("#field-code").fill(colleague.code())
    page.locator("form[action$='/not-calling'] button").click()
    expect(page.get_by_text("다른 길로 이미 물었다.")).to_be_visible()
    expect(page.get_by_text("가상시장")).to_be_visible()
    with town.begin() as uow:
        (put,) = proposals.waiting(uow.session, town.place, uow.now())
    town.seconds(put, town.officer(Authority.MAYOR))
    page.goto("/projects/1")
    expect(page.locator(".reason")).to_have_text("다른 길로 이미 물었다.")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_desk_has_no_barriers(listed: Town, open_page: OpenPage, lang: str) -> None:
    """WEB-02, WEB-05: the list, the form, one project and a form with faults."""
    page = open_page("/desk/projects", session=session_of_a_clerk(listed), lang=lang)
    for path in ("/desk/projects", "/desk/projects/2", "/desk/projects/1/edit"):
        page.goto(path)
        assert barriers(page, widths=WIDTHS) == []
    page.goto("/desk/projects/new")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert barriers(page, widths=WIDTHS) == []
