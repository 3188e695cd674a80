"""What machines ask for: HEAD, robots, the sitemap, the mark, and what an address looks like passed
on."""

from __future__ import annotations

import io
import re
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageFont

from referendum.certificates.layout.typefaces import FOLDER
from referendum.web.pictures import ROOM, Shown, drawn, wrapped
from tests.web.conftest import Open
from tests.web.public_addresses import Streets
from tests.web.reading import Page
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
PNG = b"\x89PNG\r\n\x1a\n"


def og(html: str) -> dict[str, str]:
    return {
        str(one["property"]): str(one["content"])
        for one in Page(html).all("meta")
        if str(one.get("property", "")).startswith("og:")
    }


def test_every_public_page_answers_head_and_has_a_title_of_its_own(
    streets: Streets, site: Open, database_url: str
) -> None:
    """What each page is called is told apart from what every other one is."""
    client = site(database=database_url)
    titles: dict[str, dict[str, str]] = {"ko": {}, "en": {}}
    for path in [*streets.pages().values(), *streets.further()]:
        told = client.head(path)
        assert (told.status_code, told.content) == (200, b""), path
        for language, seen in titles.items():
            answer = client.get(path, headers={"accept-language": language})
            if "text/html" not in answer.headers["content-type"]:
                assert answer.headers["content-type"] == told.headers["content-type"]
                continue
            (title,) = re.findall(r"<title>(.*?)</title>", answer.text)
            other = seen.setdefault(title, path)
            assert urlsplit(other).path == urlsplit(path).path, f"{title}: {other}, {path}"
    assert len(titles["ko"]) == len(titles["en"]) > 20


@pytest.mark.usefixtures("town")
def test_a_demo_is_for_no_index_and_a_city_but_for_what_is_peoples_own(
    site: Open, database_url: str
) -> None:
    demo = site(database=database_url, mode="demo").get("/robots.txt")
    assert demo.headers["content-type"].startswith("text/plain")
    assert "Disallow: /\n" in demo.text
    city = site(database=database_url, mode="city", public_url="https://vote.city.example")
    told = city.get("/robots.txt").text
    assert "Disallow: /\n" not in told
    assert "Disallow: /desk\n" in told
    assert "Sitemap: https://vote.city.example/sitemap.xml" in told


def test_the_sitemap_has_what_is_published_and_no_draft(
    streets: Streets, site: Open, database_url: str
) -> None:
    town = streets.town
    draft = town.measure(town.drafts(Instrument.REFERENDUM)).number
    client = site(database=database_url)
    found = [
        urlsplit(str(one.text)).path
        for one in ET.fromstring(client.get("/sitemap.xml").content).iter(LOC)
    ]
    assert f"/measures/{town.measure(streets.petition).number}" in found
    assert f"/measures/{draft}" not in found
    assert len(found) == len(set(found))
    assert {client.get(path).status_code for path in found} == {200}


@pytest.mark.usefixtures("town")
def test_the_mark_is_there_in_the_sizes_that_are_asked_for(site: Open, database_url: str) -> None:
    client = site(database=database_url)
    icon = Image.open(io.BytesIO(client.get("/favicon.ico").content))
    assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    (link,) = [
        one for one in Page(client.get("/").text).all("link") if one["rel"] == "apple-touch-icon"
    ]
    assert Image.open(io.BytesIO(client.get(str(link["href"])).content)).size == (180, 180)


def test_a_measure_that_is_passed_on_shows_its_title_and_a_picture(
    visitor: Visitor, initiative_open: UUID
) -> None:
    visitor.town.brings(initiative_open, visitor.town.some(3))
    folds(visitor.town, initiative_open)
    for language in ("ko", "en"):
        visitor.client.headers["accept-language"] = language
        told = og(visitor.opens("/measures/1"))
        measure = visitor.town.measure(initiative_open)
        title = measure.title_ko if language == "ko" else measure.title_en or measure.title_ko
        assert told["og:title"].startswith(title)
        assert told["og:description"]
        assert told["og:url"].endswith("/measures/1")
        address = urlsplit(told["og:image"])
        picture = visitor.client.get(f"{address.path}?{address.query}")
        assert picture.headers["content-type"] == "image/png"
        image = Image.open(io.BytesIO(picture.content))
        assert image.size == (1200, 630)
        colours = image.convert("RGB").getcolors(1 << 20) or []
        blue = sum(count for count, colour in colours if colour == (11, 80, 208))
        # 3 of 4, the need at four fifths of the bar: three fifths of it are blue.
        assert blue > 0.6 * ROOM * 34


def test_a_recall_has_no_picture_before_its_acceptance(visitor: Visitor, recall_open: UUID) -> None:
    number = visitor.town.measure(recall_open).number
    told = og(visitor.opens(f"/measures/{number}"))
    assert "og:title" in told
    assert "og:image" not in told
    assert visitor.client.get(f"/measures/{number}/picture.png").status_code == 404


def test_a_draft_has_no_picture(visitor: Visitor) -> None:
    draft = visitor.town.measure(visitor.town.drafts(Instrument.REFERENDUM)).number
    assert visitor.client.get(f"/measures/{draft}/picture.png").status_code == 404


def test_a_title_is_broken_between_words_and_fits() -> None:
    font = ImageFont.truetype(str(FOLDER / "Pretendard-Bold.ttf"), 60)
    words = "작은도서관을 밤에도 열고 사서를 두는 조례 " * 6
    lines = wrapped(words, font)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(font.getlength(line) <= ROOM + font.getlength("…") for line in lines)
    assert set(lines[0].split()) <= set(words.split())
    assert wrapped("가" * 40, font)[0] != "가" * 40, "a word that no line holds is cut"


def test_what_is_said_differently_is_drawn_differently() -> None:
    one = Shown("고양시", "주민투표", "제목", "고양시", "서명 받는 중", 1, 4, "1 / 4")
    assert drawn(one).startswith(PNG)
    assert drawn(one) is drawn(Shown(*(getattr(one, name) for name in one.__slots__)))
    more = Shown("고양시", "주민투표", "제목", "고양시", "서명 받는 중", 3, 4, "3 / 4")
    assert drawn(more) != drawn(one)
