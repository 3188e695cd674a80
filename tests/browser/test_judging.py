"""What judges the pages in the browser finds what is wrong with one, where it is wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error

from tests.browser.conftest import BLANK, WIDTHS, OpenPage, barriers

pytestmark = pytest.mark.browser

FAULTY = """<!doctype html><html lang="ko"><head><title>시험</title><style>
.wide { display: none }
@media (min-width: 60rem) { .wide { display: block } }
@media (max-width: 40rem) { .rigid { width: 500px } }
</style></head><body><main><h1>시험</h1>
<p class="rigid">좁은 창보다 넓습니다.</p>
<p class="wide" style="color: #999; background: #fff">넓은 창에서만 보이는 옅은 글</p>
</main></body></html>"""


def test_a_fault_is_found_at_the_width_at_which_it_shows(open_page: OpenPage) -> None:
    """WEB-02."""
    page = open_page(BLANK)
    page.set_content(FAULTY)
    found = barriers(page, widths=WIDTHS)
    assert [one.partition(" px")[0] for one in found] == ["320", "1280"]
    assert "wider than its window" in found[0]
    assert "color-contrast" in found[1]


SPOILS = {
    "color-contrast": "document.getElementById('text').style.color = '#999'",
    "target-size": "document.getElementById('keys').style.gap = '0'",
    "label": "document.querySelector('label').remove()",
    "html-has-lang": "document.documentElement.removeAttribute('lang')",
    "link-in-text-block": "document.querySelector('p a').style.textDecoration = 'none'",
}
SOUND_PAGE = """<!doctype html><html lang="ko"><head><title>시험</title><style>
#dark { background: #222; width: 4rem; height: 4rem; position: absolute; left: 12rem; top: 40rem }
#keys { display: flex; gap: 30px; margin: 40px }
#keys button { width: 12px; height: 12px; padding: 0 }
p a { color: #00c }
</style></head><body><main><h1>시험</h1><div id="dark"></div>
<p id="text" style="color: #333">글 하나가 여기 있습니다.</p>
<p id="other" style="color: #333">글 둘이 <a href="/x">여기</a> 있습니다.</p>
<label for="field">이름</label> <input id="field">
<div id="keys"><button aria-label="하나"></button><button aria-label="둘"></button></div>
</main></body></html>"""


@pytest.mark.parametrize("rule", list(SPOILS))
def test_what_becomes_wrong_on_a_page_that_was_sound_is_found(
    open_page: OpenPage, rule: str
) -> None:
    """WEB-02: of a page that was judged only what is new is asked, and that is asked."""
    page = open_page(BLANK)
    page.set_content(SOUND_PAGE)
    assert barriers(page, widths=WIDTHS) == []
    page.evaluate(SPOILS[rule])
    for _again in range(2):
        found = barriers(page)
        assert [one for one in found if f" {rule}: " in one], found
    assert all(f" {rule}: " in one for one in found)


@pytest.mark.parametrize("ground", ["#other", "main", "body", "html"])
def test_a_text_that_comes_to_lie_on_another_ground_is_found(
    open_page: OpenPage, ground: str
) -> None:
    """WEB-02: the same colours were judged, on another ground."""
    page = open_page(BLANK)
    page.set_content(SOUND_PAGE)
    assert barriers(page) == []
    page.locator(ground).evaluate("one => { one.style.background = '#444' }")
    assert [one for one in barriers(page) if "color-contrast" in one]


def test_what_was_answered_is_not_asked_again(open_page: OpenPage) -> None:
    """A page that stands as it stood costs nothing but the look that tells so."""
    page = open_page(BLANK)
    page.set_content(SOUND_PAGE)
    assert barriers(page) == []
    page.evaluate("void (axe.run = () => { throw new Error('asked again') })")
    assert barriers(page, widths=(768, 1280)) == []
    page.evaluate("document.getElementById('text').style.color = '#999'")
    with pytest.raises(Error, match="asked again"):
        barriers(page)
