"""The same pages in the reader's own colours: a dark screen, forced colours, paper, at 200 %."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.town import Town
from tests.web.visitors import folds
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/measures",
    "/measures/1",
    "/measures/2",
    "/results",
    "/search?q=%EC%A1%B0%EB%A1%80",
    "/projects",
    "/promises",
    "/rules",
    "/rules/compare",
    "/rules/simulator",
    "/record",
    "/may-i",
    "/sign-in",
    "/measures/1/sign",
    "/desk/sign-in",
)
COLOUR = "(one, [name, pseudo]) => getComputedStyle(one, pseudo)[name]"
CHANNELS = re.compile(r"[\d.]+")


def colour(page: Page, place: str, name: str, pseudo: str | None = None) -> tuple[float, ...]:
    """Red, green and blue, as they are on the screen."""
    said = page.locator(place).first.evaluate(COLOUR, [name, pseudo])
    return tuple(float(one) for one in CHANNELS.findall(said)[:3])


@pytest.fixture
def measure(town: Town) -> UUID:
    """An initiative that stands a little beyond its need, and an accepted recall with its map."""
    first = town.opens(Instrument.INITIATIVE)
    town.brings(first, town.some(6))
    folds(town, first)
    folds(town, town.qualifies(Instrument.RECALL, 140))
    return first


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.usefixtures("measure")
def test_axe_finds_nothing_on_a_dark_screen(open_page: OpenPage, lang: str) -> None:
    page = open_page("/", lang=lang)
    page.emulate_media(color_scheme="dark")
    found: list[str] = []
    for path in PAGES:
        page.goto(path)
        assert sum(colour(page, "body", "backgroundColor")) < 120, "it is dark"
        found += barriers(page, widths=WIDTHS)
    page.emulate_media(color_scheme="light")
    assert found == []


@pytest.mark.usefixtures("measure")
def test_forced_colours_leave_mark_ticks_and_map_to_be_seen(open_page: OpenPage) -> None:
    page = open_page("/measures/1")
    page.emulate_media(forced_colors="active", color_scheme="dark")
    ground = colour(page, "body", "backgroundColor")
    assert colour(page, ".progress-mark", "backgroundColor") != ground
    assert colour(page, ".dates-label", "fill") != ground
    assert colour(page, ".dates-tick", "stroke") != ground
    page.goto("/measures/2")
    assert colour(page, ".tile rect", "fill") == ground
    assert colour(page, ".tile rect", "stroke") != ground
    assert colour(page, ".tile-name", "fill") != ground
    for path in PAGES:
        page.goto(path)
        # Of the reader's own colours axe sees the ones that they took the place of.
        assert barriers(page, js=False, widths=[320]) == [], path
    page.emulate_media(forced_colors="none", color_scheme="light")


@pytest.mark.usefixtures("measure")
def test_paper_stays_white_and_keeps_the_mark_of_the_need(open_page: OpenPage) -> None:
    page = open_page("/measures/1")
    page.emulate_media(media="print", color_scheme="dark")
    assert colour(page, "h1", "color") == (30, 33, 36)
    assert (
        page.locator(".progress-mark").first.evaluate(
            "one => getComputedStyle(one).printColorAdjust"
        )
        == "exact"
    )
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.locator(".site-search")).to_be_hidden()
    page.emulate_media(media="screen", color_scheme="light")


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.usefixtures("measure")
def test_at_200_per_cent_nothing_runs_off_a_page(open_page: OpenPage, *, js: bool) -> None:
    """A window of 1280 pixels, each page twice as large: 640 of its own (WCAG 1.4.4)."""
    page = open_page("/", js=js)
    for path in PAGES:
        page.goto(path)
        assert barriers(page, js=js, widths=[640]) == [], path
