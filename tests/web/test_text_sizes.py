"""Larger text: chosen by a link, kept by a cookie, on every page, and nobody else's."""

from __future__ import annotations

import re

import pytest

from referendum.doors.text_sizes import TextSize
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page
from tests.web.visitors import Visitor

SHOWN = re.compile(r'<html lang="\w+"(?: class="text-(\w+)")?>')


def size(html: str) -> str | None:
    found = SHOWN.search(html)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", ["/", "/help", "/measures?instrument=recall", "/sign-in"])
def test_a_size_is_chosen_by_a_link_and_stays(visitor: Visitor, path: str) -> None:
    assert size(visitor.opens(path)) is None
    links = Page(visitor.opens(path)).all("a")
    sizes = [str(link["href"]) for link in links if "text=" in str(link.get("href"))]
    assert len(sizes) == len(TextSize) - 1, "the one that is shown is no link"
    (larger,) = [link for link in sizes if link.endswith("text=larger")]
    assert larger.partition("?")[0] == path.partition("?")[0]
    assert ("instrument=recall" in larger) is ("instrument" in path)
    assert size(visitor.opens(larger)) == "larger"
    assert size(visitor.opens("/record")) == "larger"
    assert size(visitor.opens("/record?text=usual")) is None
    assert size(visitor.opens("/record")) is None


def test_what_is_no_size_changes_nothing(visitor: Visitor) -> None:
    assert size(visitor.opens("/help?text=huge")) is None
    visitor.client.cookies.set("text", '"><script>')
    assert size(visitor.opens("/help")) is None


@pytest.mark.usefixtures("initiative_open")
def test_what_is_drawn_once_for_many_is_drawn_once_for_each_size(
    site: Open, town: Town, database_url: str
) -> None:
    """Of answers that are shared, and of plates: nobody is shown another's size."""
    client = site(database=database_url, page_seconds=60)
    visitor = Visitor(client, town)
    for chosen in (None, "large", None, "larger", "large", "usual"):
        client.cookies.clear()
        if chosen:
            client.cookies.set("text", chosen)
        for path in ("/help/guides/recall", "/measures/1/sign", "/sign-in"):
            html = visitor.opens(path)
            assert size(html) == (None if chosen == "usual" else chosen), path
            assert html.count('aria-current="true">') >= 1
