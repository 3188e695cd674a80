"""What a page weighs before its typefaces: for telephones on a slow line."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser

from tests.town import Town
from tests.web.visitors import folds
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

LIGHT = 100_000
"""Bytes of a page before its typefaces."""
WEIGHT = """() => performance.getEntriesByType("resource").concat(
  performance.getEntriesByType("navigation")
).map(one => [one.name, one.encodedBodySize])"""


@pytest.fixture
def own_settings() -> dict[str, object]:
    """Answers are shared, as they are in a city."""
    return {"page_seconds": 60}


def test_home_and_a_measure_are_light(
    town: Town, initiative_open: UUID, browser: Browser, address: str
) -> None:
    """Readable in four seconds at 400 kbit/s and 400 ms: 50 kB a second after two ways there."""
    town.brings(initiative_open, town.some(3))
    folds(town, initiative_open)
    recall = town.opens(Instrument.RECALL)
    number = town.measure(recall).number
    for path in ("/", "/measures/1", f"/measures/{number}", "/search"):
        # Of a browser that keeps nothing: each page is weighed as if it were the first.
        first = browser.new_context(base_url=address, service_workers="block")
        page = first.new_page()
        page.goto(path, wait_until="load")
        weights = dict(page.evaluate(WEIGHT))
        heavy = {name: size for name, size in weights.items() if ".woff2" not in name}
        assert sum(heavy.values()) < LIGHT, heavy
        assert any(name.endswith("app.css") for name in heavy), "it was counted"
        read = [size for name, size in heavy.items() if name.endswith(("app.css", path))]
        assert sum(read) < LIGHT / 2, "what has to be there before anything is seen"
        first.close()
