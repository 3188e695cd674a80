"""A file that was refused, as its sender meets it: no barriers, on a narrow screen too."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.api.test_found_in_use import PEOPLE, REGISTER, person
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.browser.test_desk import session_of
from tests.projects.listing import file_of, line
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser

BROKEN = [person(f"B-{at}", "김날짜", "어제", "") for at in range(5)]
FILES = {
    "/desk/register": "\n".join([REGISTER, PEOPLE[3], *BROKEN]).encode(),
    "/desk/projects": file_of(line(1, total_budget="62억", stage="?"), line(2, kind="도로")),
}


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("path", FILES)
def test_a_refused_file_is_summed_up_without_barriers(
    town: Town, open_page: OpenPage, tmp_path: Path, path: str, lang: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(FILES[path])
    page = open_page(path, session=session_of(town, hire(town, "mayor.one")), lang=lang)
    page.locator("#field-file").set_input_files(file)
    if path == "/desk/register":
        page.locator("#field-as_of").fill("2027-01-25")
        page.locator("input[name=mode][value=changes]").check()
    page.locator(f"form[action='{path}/preview/import'] button").click()
    expect(page.locator(".notice-danger")).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
