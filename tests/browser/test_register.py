"""What a file changes, at the desk: read on a telephone and on a wide screen, by two registrars."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.api.test_found_in_use import FOREIGN, PEOPLE, REGISTER, person
from tests.browser.conftest import OpenPage, barriers
from tests.browser.test_desk import session_of
from tests.town import Town
from tests.web.staff import hire

UNCLEAR = person("V-9", "LE VAN", "1990-03-04", "", rest=FOREIGN, of="VN")
WIDTHS = (320, 360, 1280)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_two_registrars_read_what_a_file_changes_without_barriers(
    town: Town, open_page: OpenPage, tmp_path: Path, lang: str
) -> None:
    rows = [REGISTER, *PEOPLE, UNCLEAR.replace("F-5", "영주권자")]
    file = tmp_path / "register.csv"
    file.write_text("\n".join(rows))
    first, second = hire(town, "registrar.one"), hire(town, "registrar.two")
    page = open_page("/desk/register", session=session_of(town, first), lang=lang)
    page.locator("#field-file").set_input_files(file)
    page.locator("#field-as_of").fill("2027-01-25")
    page.locator("input[name=mode][value=whole]").check()
    page.locator("form[action='/desk/register/preview/import'] button").click()
    page.locator("#field-word_0").fill("F-5")
    assert barriers(page, widths=WIDTHS) == []
    page.locator("form[action$='/meanings'] button").click()
    expect(page.locator(".moved").first).to_be_visible()
    assert barriers(page, widths=WIDTHS) == []
    page.locator("#field-code").fill(first.code())
    page.locator("form[action$='/import'] button").click()
    expect(page.locator("form[action$='/import']")).to_have_count(0)
    other = open_page(urlsplit(page.url).path, session=session_of(town, second), lang=lang)
    assert barriers(other, widths=WIDTHS) == []
    other.locator("#field-code").fill(second.code())
    other.locator("form[action$='/import'] button").click()
    expect(other.locator(".notice-success")).to_be_visible()
