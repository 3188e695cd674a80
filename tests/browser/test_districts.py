"""Districts on a telephone: one's own is found, and no name slides out of sight."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDE, OpenPage, barriers
from tests.entering import comes_in
from tests.town import Town
from tests.web.visitors import folds

pytestmark = pytest.mark.browser

LANGUAGES = ("ko", "en")
LOOK = {"ko": "보기", "en": "Show"}
SLIDES = "one => one.scrollWidth > one.clientWidth"
FOLDED = "#district-table"


@pytest.fixture
def recall(town: Town, recall_sufficient: UUID) -> Town:
    """Until it is found sufficient, no district's figures are shown."""
    folds(town, recall_sufficient)
    return town


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_district_is_chosen_on_a_telephone(
    recall: Town, open_page: OpenPage, lang: str, *, js: bool
) -> None:
    district = recall.districts[-1]
    name = district.name_ko if lang == "ko" else district.name_en
    page = open_page("/measures/1", width=320, lang=lang, js=js)
    page.locator("#field-district").select_option(district.code)
    page.get_by_role("button", name=LOOK[lang], exact=True).click()
    page.wait_for_url(f"**/measures/1?district={district.code}#districts")
    expect(page.locator("#district")).to_have_text(name)
    expect(page.locator("#field-district")).to_have_value(district.code)
    expect(page.locator("#districts")).to_be_in_viewport()
    assert barriers(page, js=js, widths=(320, 360)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_numbers_of_a_district_stand_below_its_name(
    recall: Town, open_page: OpenPage, lang: str
) -> None:
    with recall.begin() as uow:
        number = recall.people[recall.districts[0].id][0]
        token = comes_in(uow, recall.vault, recall.resident(number)).token
    page = open_page("/measures/1", lang=lang, width=320, session=token)
    page.locator(f"{FOLDED} summary").click()
    region = page.locator(f"{FOLDED} .scroll")
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 700})
        assert region.evaluate(SLIDES) is False
    assert barriers(page, widths=(320, 360)) == []
    # Wide enough for columns, and not for all of them: the names stay where they are.
    page.set_viewport_size({"width": 700, "height": 700})
    region.evaluate("one => { one.querySelector('table').style.width = '1400px'; }")
    name = region.locator("tbody th").first
    before = name.bounding_box()
    region.evaluate("one => { one.scrollLeft = 300; }")
    assert region.evaluate(SLIDES) is True
    assert name.bounding_box() == before
    shades = "one => [...one.cells].map(cell => getComputedStyle(cell).backgroundColor)"
    own = region.locator(".row-chosen").evaluate(shades)
    other = region.locator("tbody tr:not(.row-chosen)").last.evaluate(shades)
    assert len(set(own)) == 1, "the whole row is marked, its name as well"
    assert own[0] not in other


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_with_all_unfolded_is_as_wide_as_its_window_in_large_letters_too(
    town: Town, advisory_declared: UUID, open_page: OpenPage, lang: str
) -> None:
    assert town
    assert advisory_declared
    page = open_page("/measures/1", width=320, lang=lang)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert barriers(page) == []
    page.evaluate("document.documentElement.style.fontSize = '150%'")
    assert page.evaluate(WIDE) == 0
