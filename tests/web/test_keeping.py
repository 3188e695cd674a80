"""What is kept of a page, by what it is drawn from, is what would be drawn anew."""

from __future__ import annotations

from uuid import UUID

from referendum.kernel.together import Together
from referendum.lifecycle import listing, locating, surveying
from referendum.web import districts
from referendum.web.templating import PIECES, Pieces
from tests.town import Town
from tests.web.conftest import Open
from tests.web.public_addresses import Streets
from tests.web.visitors import folds


def forget() -> None:
    """As in a process that has just begun."""
    for asked in (surveying.ALL, listing.ALL, listing.FRONT, listing.NARROWED, locating.PUBLISHED):
        assert isinstance(asked, Together)
        for read in asked.readers.values():
            read.cache_clear()
    surveying._kept.cache_clear()
    districts.districts.cache_clear()


def signs(town: Town, petition: UUID) -> None:
    for number in town.some(7, district=4):
        town.signs(petition, number)
    folds(town, petition)


def test_pages_that_were_kept_and_those_of_a_new_process_are_the_same(
    streets: Streets, site: Open, database_url: str
) -> None:
    client, town = site(database=database_url), streets.town
    paths = [
        "/",
        "/measures",
        "/results",
        *streets.further(),
        streets.pages()["/measures/{number}"],
    ]
    before = {path: client.get(path).text for path in paths}
    assert {path: client.get(path).text for path in paths} == before
    signs(town, streets.petition)
    after = {path: client.get(path).text for path in paths}
    forget()
    anew = site(database=database_url)
    assert after == {path: anew.get(path).text for path in paths}
    changed = {path for path in paths if after[path] != before[path]}
    assert changed == {"/", "/measures", streets.pages()["/measures/{number}"]}


def test_a_piece_is_drawn_once_for_all_that_it_is_drawn_from() -> None:
    drawn: list[str] = []
    kept = Pieces()

    def draw(name: str) -> str:
        def caller() -> str:
            drawn.append(name)
            return f"<p>{name}</p>"

        return kept("piece", name, caller=caller)

    assert [draw("a"), draw("b"), draw("a")] == ["<p>a</p>", "<p>b</p>", "<p>a</p>"]
    assert drawn == ["a", "b"]
    for number in range(PIECES):
        draw(str(number))
    draw("a")
    assert drawn[-1] == "a", "the one unasked longest went"
    assert kept("other piece", "a", caller=lambda: "<b>a</b>") == "<b>a</b>"
