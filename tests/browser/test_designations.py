"""Designations in a real browser: nothing bars anybody, at any width, in either language."""

from __future__ import annotations

import pytest

from referendum.kernel.people import Authority
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.browser.test_desk import session_of
from tests.lifecycle.test_designating import designates, known, proposes, revokes
from tests.town import Town
from tests.web.staff import hire
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser
CHAIR = Authority.COUNCIL_CHAIR


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_nothing_bars_anybody_from_designations(town: Town, open_page: OpenPage, lang: str) -> None:
    revokes(town, known(town)[0].row.id, town.officer(CHAIR))
    measure = town.opens(Instrument.INITIATIVE)
    session = session_of(town, hire(town, "council", authority=CHAIR))
    page = open_page("/desk/designations", session=session, lang=lang)
    number = town.measure(measure).number
    for path in ("/desk/designations", f"/desk/measures/{number}", f"/measures/{number}/sign"):
        page.goto(path)
        assert barriers(page, widths=WIDTHS) == [], path
    put = proposes(town, town.officer(CHAIR))
    page.goto(f"/desk/proposals/{put.id}")
    assert barriers(page, widths=WIDTHS) == []
    town.seconds(put, town.officer(CHAIR))
    designates(town, system="다른 시스템")
    newest = known(town)[0].row.id
    for path in ("/designations", "/rules", f"/desk/designations/{newest}/revocation"):
        page.goto(path)
        assert barriers(page, widths=WIDTHS) == [], path
