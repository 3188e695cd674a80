"""A measure's course in a real browser: halted, with days that moved, and annulled on a ruling."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from referendum.lifecycle import proposing
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.stages import Act
from referendum.papers.naming import Issuer
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.browser.test_proposals import looks
from tests.papers import PAPER
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_was_halted_moved_and_annulled_is_read_without_barriers(
    town: Town, referendum_open: UUID, open_page: OpenPage, language: str
) -> None:
    mayor = replace(town.examiner_of(referendum_open), id=hire(town, "mayor.one").id)
    with town.begin() as uow:
        ends = deadlines.kept(uow.session, referendum_open, "collection_ends")
        assert ends is not None
        put = proposing.propose_override(
            uow,
            town.means,
            referendum_open,
            "collection_ends",
            day=ends.day + timedelta(days=3),
            document=PAPER,
            reason="서버 점검으로 사흘 동안 서명을 받지 못했습니다.",
            by=mayor,
        )
    town.seconds(put, mayor)
    town.halts(referendum_open, by=mayor)
    number = town.measure(referendum_open).number
    for path, name in (("/", "home"), (f"/measures/{number}", "halted")):
        page = open_page(path, lang=language)
        assert barriers(page, widths=WIDTHS) == []
        looks(page, f"course-{name}-{language}")
    ruling = Particulars(
        document=replace(town.brought(PAPER), number="2026구합55"),
        reason="청구가 법이 정한 대상이 아니라는 판결에 따릅니다.",
        issuer=Issuer.COURT,
    )
    town.acts(referendum_open, Act.ANNUL, mayor, ruling)
    page = open_page(f"/measures/{number}", lang=language)
    assert barriers(page, widths=WIDTHS) == []
    looks(page, f"course-annulled-{language}")
    page.set_viewport_size({"width": 360, "height": 800})
    looks(page, f"course-annulled-narrow-{language}")
