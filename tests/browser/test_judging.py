"""What judges the pages in the browser finds what is wrong with one, where it is wrong."""

from __future__ import annotations

import pytest

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
